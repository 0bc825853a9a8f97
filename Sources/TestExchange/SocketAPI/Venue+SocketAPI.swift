import Market

/// The WebSocket API: a request in a text frame, a reply with its id.
extension Venue {
    func receiveRequest(_ text: [UInt8], on socket: SocketConnection) {
        guard let json = try? JSONParser.parse(text), case .object = json else {  // the reply says all there is to say
            reply(nil, VenueRefusal(-1135, "Invalid JSON Request"), on: socket)
            return
        }
        let id = json["id"]
        guard let id, Self.isRequestID(id) else {
            reply(
                nil,
                VenueRefusal(-1100, "Illegal request id: expected an integer, a text of at most 36 letters or null."),
                on: socket)
            return
        }
        guard let method = json["method"]?.text else {
            reply(
                id, VenueRefusal(-1102, "Mandatory parameter 'method' was not sent, was empty/null, or malformed."),
                on: socket)
            return
        }
        let encounter = faults.meet("WS \(method)")
        if encounter.delayMilliseconds > 0 {
            guard delayed.count < Self.mostDelayed else {
                reply(id, VenueRefusal(-1008, "Server is currently overloaded.", status: 503), on: socket)
                return
            }
            let due = instant + Int64(encounter.delayMilliseconds)
            delayed.append(
                DelayedRequest(due: due, socket: socket.id, text: text, effect: encounter.effect))
        } else {
            perform(method, json["params"], id, encounter.effect, on: socket)
        }
    }

    /// Performs the requests whose delay is over, in the order of their arrival.
    func runDelayed() {
        guard !delayed.isEmpty else { return }
        let due = delayed.filter { $0.due <= instant }
        delayed.removeAll { $0.due <= instant }
        for request in due {
            guard let socket = sockets[request.socket], !socket.isClosing,
                let json = try? JSONParser.parse(request.text),  // it was read once already
                let method = json["method"]?.text
            else { continue }
            perform(method, json["params"], json["id"], request.effect, on: socket)
        }
    }

    private func perform(
        _ method: String, _ params: JSONValue?, _ id: JSONValue?, _ effect: Fault.Effect?, on socket: SocketConnection
    ) {
        requestCount += 1
        switch effect {
        case .refuse(let status, let code, let text, let retryAfter):
            reply(id, VenueRefusal(code, text, status: status, retryAfter: retryAfter), on: socket)
            return
        case .html(let status):
            reply(id, VenueRefusal(-1000, "Service unavailable.", status: status), on: socket)
            return
        case .disconnect:
            socket.drop()
            return
        case .neverAnswer: return
        default: break
        }
        let answer = execute(method, params, id, on: socket)
        switch effect {
        case .loseReply: socket.drop()
        case .executeAndNeverAnswer: return
        case .halfFrame: socket.breakOff(text: answer)
        case .statusUnknown(let status):
            var refusal = VenueRefusal.statusUnknown
            refusal.status = status
            reply(id, refusal, on: socket)
        default: socket.append(text: answer)
        }
    }

    /// Executes a request; the text of its reply.
    private func execute(
        _ method: String, _ params: JSONValue?, _ id: JSONValue?, on socket: SocketConnection
    ) -> [UInt8] {
        let now = wireNow
        var showsLimits = socket.showsRateLimits
        var account: AccountID?
        guard let endpoint = socketEndpoints[method] else {
            return Self.text(of: VenueRefusal(-1000, "Unknown method '\(method)'."), id, [], at: now)
        }
        do throws(VenueRefusal) {
            var members: [(name: String, value: JSONValue)] = []
            switch params {
            case .object(let sent): members = sent
            case nil, .null: break
            default: throw VenueRefusal(-1100, "Illegal parameters: expected an object.")
            }
            var parameters = try RequestParameters(members: members)
            if let wanted = try parameters.flag("returnRateLimits") { showsLimits = wanted }
            let weight = endpoint.weight(parameters)
            try limiter(of: socket.address) { limiter throws(VenueRefusal) in
                try limiter.admit(weight: weight, at: now)
            }
            let caller = try authenticate(endpoint.security, on: socket, &parameters)
            account = caller?.account
            var call = RequestCall(parameters, at: now, timeScale: socket.timeScale)
            call.caller = caller
            call.connection = socket
            try run(endpoint, &call, weight: weight, address: socket.address)
            let limits = showsLimits ? rateLimits(of: socket, endpoint.orders > 0 ? account : nil, at: now) : []
            return Self.text(of: call.writer.bytes, id, limits)
        } catch {
            let limits = showsLimits ? rateLimits(of: socket, nil, at: now) : []
            return Self.text(of: error, id, limits, at: now)
        }
    }

    private func rateLimits(of socket: SocketConnection, _ account: AccountID?, at now: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        let weight = usedWeight(of: socket.address)
        writer.array { writer in
            if let account {
                let counts = orderCounts(of: account, at: now)
                writer.rateLimit("ORDERS", "SECOND", 10, limits.ordersPerTenSeconds, used: counts.tenSeconds)
                writer.rateLimit("ORDERS", "DAY", 1, limits.ordersPerDay, used: counts.day)
            }
            writer.rateLimit("REQUEST_WEIGHT", "MINUTE", 1, limits.weightPerMinute, used: weight)
        }
        return writer.bytes
    }

    private static func text(of result: [UInt8], _ id: JSONValue?, _ limits: [UInt8]) -> [UInt8] {
        var writer = JSONWriter(capacity: result.count + limits.count + 64)
        writer.object { writer in
            writer.key("id")
            (id ?? .null).write(to: &writer)
            writer.field("status", 200)
            writer.field("result", raw: result)
            if !limits.isEmpty { writer.field("rateLimits", raw: limits) }
        }
        return writer.bytes
    }

    private static func text(
        of refusal: VenueRefusal, _ id: JSONValue?, _ limits: [UInt8], at now: Timestamp
    ) -> [UInt8] {
        var refusal = refusal
        if let seconds = refusal.retryAfter, refusal.data == nil {
            var data = JSONWriter()
            data.object { data in
                data.field("serverTime", now)
                data.field("retryAfter", now.milliseconds + Int64(seconds) * 1000)
            }
            refusal.data = data.bytes
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("id")
            (id ?? .null).write(to: &writer)
            writer.field("status", refusal.status)
            writer.key("error")
            refusal.write(to: &writer)
            if !limits.isEmpty { writer.field("rateLimits", raw: limits) }
        }
        return writer.bytes
    }

    private func reply(_ id: JSONValue?, _ refusal: VenueRefusal, on socket: SocketConnection) {
        socket.append(text: Self.text(of: refusal, id, [], at: wireNow))
    }
}
