import Market

/// Sessions of the WebSocket API, user data on it, and the listen keys of older clients.
extension Venue {
    /// How long a listen key lives without being kept: 60 minutes.
    private static let listenKeyLife: Int64 = 3_600_000
    /// User data subscriptions of one connection over its life.
    private static let mostSubscriptions = 1000

    func logOn(_ call: inout RequestCall) throws(VenueRefusal) {
        guard let caller = call.caller, let socket = call.connection, let key = keys[caller.key] else {
            throw .badKey
        }
        try call.finishReading()
        guard key.key.isEd25519 else {
            throw VenueRefusal(-4056, "HMAC_SHA256 API key is not supported.")
        }
        socket.session = (caller.key, call.now)
        writeSession(&call)
    }

    func sessionStatus(_ call: inout RequestCall) throws(VenueRefusal) {
        try call.finishReading()
        writeSession(&call)
    }

    func logOut(_ call: inout RequestCall) throws(VenueRefusal) {
        try call.finishReading()
        call.connection?.session = nil
        if let socket = call.connection { endSubscriptions { $0.socket === socket && $0.isOfSession } }
        writeSession(&call)
    }

    private func writeSession(_ call: inout RequestCall) {
        let session = call.connection?.session
        let now = call.now
        let since = call.connection?.connectedSince ?? now
        let hasStream = subscriptions.contains { $0.socket === call.connection }
        let returnsLimits = call.connection?.showsRateLimits ?? true
        call.writer.object { writer in
            if let session {
                writer.field("apiKey", session.key)
                writer.field("authorizedSince", session.since)
            } else {
                writer.nullField("apiKey")
                writer.nullField("authorizedSince")
            }
            writer.field("connectedSince", since)
            writer.field("returnRateLimits", returnsLimits)
            writer.field("serverTime", now)
            writer.field("userDataStream", hasStream)
        }
    }

    // MARK: User data

    func subscribe(_ call: inout RequestCall, signed: Bool) throws(VenueRefusal) {
        try call.finishReading()
        guard let socket = call.connection else { throw .badKey }
        guard let name = signed ? call.caller?.key : socket.session?.key, let found = keys[name], !found.key.isRevoked
        else { throw .badKey }
        guard socket.nextSubscription < Self.mostSubscriptions else {
            throw VenueRefusal(-2042, "Too many subscriptions on this connection.")
        }
        guard !subscriptions.contains(where: { $0.socket === socket && $0.account == found.account }) else {
            throw VenueRefusal(-2035, "User Data Stream subscription is already active.")
        }
        let number = socket.takeSubscriptionNumber()
        subscriptions.append(
            UserSubscription(
                account: found.account, key: name, socket: socket, number: number, isOfSession: !signed))
        call.writer.object { $0.field("subscriptionId", number) }
    }

    func unsubscribe(_ call: inout RequestCall) throws(VenueRefusal) {
        let number = try call.whole("subscriptionId")
        try call.finishReading()
        let socket = call.connection
        let before = subscriptions.count
        subscriptions.removeAll { $0.socket === socket && (number == nil || $0.number == number) }
        guard number == nil || subscriptions.count < before else {
            throw VenueRefusal(-2036, "User Data Stream subscription is not active.")
        }
        call.writer.object { _ in }
    }

    func listSubscriptions(_ call: inout RequestCall) throws(VenueRefusal) {
        try call.finishReading()
        let socket = call.connection
        let numbers = subscriptions.filter { $0.socket === socket }.map(\.number)
        call.writer.array { writer in
            for number in numbers {
                writer.object { $0.field("subscriptionId", number) }
            }
        }
    }

    // MARK: Listen keys

    func openListenKey(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        try call.finishReading()
        let now = call.now
        listenKeys = listenKeys.filter { $0.value.until > now }
        let until = Timestamp(milliseconds: now.milliseconds + Self.listenKeyLife)
        let existing = listenKeys.first { $0.value.account == account }?.key
        guard existing != nil || listenKeys.count < Self.mostListenKeys else {
            throw VenueRefusal(-1008, "Server is currently overloaded.", status: 503)
        }
        let name = existing ?? TestExchangeKey.randomText(60, using: &random)
        listenKeys[name] = (account, until)
        call.writer.object { $0.field("listenKey", name) }
    }

    func keepListenKey(_ call: inout RequestCall) throws(VenueRefusal) {
        let name = try listenKey(&call)
        listenKeys[name]?.until = Timestamp(milliseconds: call.now.milliseconds + Self.listenKeyLife)
        call.writer.object { _ in }
    }

    func closeListenKey(_ call: inout RequestCall) throws(VenueRefusal) {
        listenKeys[try listenKey(&call)] = nil
        call.writer.object { _ in }
    }

    private func listenKey(_ call: inout RequestCall) throws(VenueRefusal) -> String {
        let account = try call.account()
        let name = try call.parameters.required("listenKey")
        try call.finishReading()
        guard let found = listenKeys[name], found.account == account, found.until > call.now else {
            throw VenueRefusal(-1125, "This listenKey does not exist.")
        }
        return name
    }
}
