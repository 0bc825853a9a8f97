import Market
import Wording

/// The admin endpoints: faults, accounts, prices, the clock and the state of the venue. All of them ask for the token
/// in the header `X-Admin-Token`.
extension Venue {
    func administer(_ request: VenueRequest) -> VenueReply {
        guard request.adminToken == adminToken else {
            return VenueReply(VenueRefusal(-1002, "X-Admin-Token is missing or wrong.", status: 401))
        }
        do throws(VenueRefusal) {
            var writer = JSONWriter()
            try administer(request, &writer)
            spread()
            flush()
            return VenueReply(body: writer.bytes)
        } catch {
            return VenueReply(error)
        }
    }

    private func administer(_ request: VenueRequest, _ writer: inout JSONWriter) throws(VenueRefusal) {
        let json = try Self.json(request.body)
        switch request.subject {
        case "GET /admin/state": writeState(&writer)
        case "GET /admin/faults": writeFaults(&writer)
        case "POST /admin/faults": try addFault(json, &writer)
        case "DELETE /admin/faults":
            if let id = json["id"]?.integer {
                guard faults.remove(Int(id)) else { throw VenueRefusal(-1130, "There is no fault \(id).") }
            } else {
                faults.removeAll()
            }
            writer.object { _ in }
        case "POST /admin/accounts": try openAccount(json, &writer)
        case "POST /admin/balance": try credit(json, &writer)
        case "POST /admin/revoke": try revoke(json, &writer)
        case "POST /admin/price": try setPrice(json, &writer)
        case "POST /admin/market-status": try setStatus(json, &writer)
        case "POST /admin/house": try setHouse(json, &writer)
        case "POST /admin/partial-fills": try forcePartialFills(json, &writer)
        case "POST /admin/clock":
            guard let skew = json["skewMilliseconds"]?.integer, abs(skew) <= 86_400_000 else {
                throw .invalid("skewMilliseconds")
            }
            skewMilliseconds = skew
            writer.object { $0.field("serverTime", wireNow) }
        case "POST /admin/ban":
            guard let seconds = json["seconds"]?.integer, (0...259_200).contains(seconds) else {
                throw .invalid("seconds")
            }
            let address = json["address"]?.text ?? request.address
            addresses[address, default: AddressLimiter(limits)].ban(for: Int(seconds), at: wireNow)
            writer.object { _ in }
        case "POST /admin/maintenance": try setMaintenance(json, &writer)
        case "POST /admin/disconnect": try disconnect(json, &writer)
        default: throw VenueRefusal(-1000, "There is no admin endpoint \(request.subject).", status: 404)
        }
    }

    private static func json(_ body: String) throws(VenueRefusal) -> JSONValue {
        guard !body.isEmpty else { return .object([]) }
        do throws(JSONParser.Failure) {
            return try JSONParser.parse(body)
        } catch {
            throw VenueRefusal(-1135, "The body is no JSON: it stops making sense at byte \(error.offset).")
        }
    }

    // MARK: State and faults

    private func writeState(_ writer: inout JSONWriter) {
        let purposes = sockets.values.map(\.purpose)
        writer.object { writer in
            writer.field("serverTime", wireNow)
            writer.field("exchangeTime", core.now)
            writer.field("requests", requestCount)
            writer.field("sockets", sockets.count)
            writer.field("socketAPIConnections", purposes.count { $0 == .socketAPI })
            writer.field("streamConnections", purposes.count { $0 != .socketAPI })
            writer.field("topics", topics.count)
            writer.field("userDataSubscriptions", subscriptions.count)
            writer.field("maintenance", isDown)
            writer.field("faults", faults.entries.count)
            writer.array("markets") { writer in
                for (index, market) in core.markets.enumerated() {
                    writer.object { writer in
                        writer.field("symbol", market.name)
                        writer.field("status", market.status.rawValue)
                        writer.field("lastPrice", core.lastPrice(MarketID(index)) ?? .zero)
                    }
                }
            }
        }
    }

    private func writeFaults(_ writer: inout JSONWriter) {
        writer.array { writer in
            for entry in faults.entries {
                writer.object { writer in
                    writer.field("id", entry.id)
                    writer.field("on", entry.fault.subject)
                    writer.field("seen", entry.seen)
                    writer.field("hit", entry.hit)
                }
            }
        }
    }

    private func addFault(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        do throws(FaultError) {
            guard let id = faults.add(try Fault(json: json)) else {
                throw FaultError(message: Message("there are too many faults", fr: "il y a trop de pannes"))
            }
            writer.object { $0.field("id", id) }
        } catch {
            throw VenueRefusal(-1130, error.message.english)
        }
    }

    // MARK: Accounts

    /// `{"id":7,"balances":{"USDT":"1000"},"key":"…","secret":"…"}`, or `"publicKey"` for Ed25519; without a key one is
    /// made and told, the only time that a secret is.
    private func openAccount(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        let used = Set(keys.values.map(\.account.rawValue))
        let id = AccountID(json["id"]?.integer ?? (used.max() ?? 0) + 1)
        let mayTrade = json["mayTrade"]?.flag ?? true
        var key: TestExchangeKey
        var made: Secret?
        if let publicKey = json["publicKey"]?.text {
            guard let material = KeyMaterial.ed25519(text: publicKey) else { throw .invalid("publicKey") }
            key = TestExchangeKey(json["key"]?.text ?? TestExchangeKey.randomText(64, using: &random), material)
        } else if let name = json["key"]?.text {
            guard let secret = json["secret"]?.text else { throw .missing("secret") }
            key = TestExchangeKey(name, .hmac(Secret(secret)))
        } else {
            let pair = TestExchangeKey.random(using: &random)
            (key, made) = (pair.key, pair.secret)
        }
        key.mayTrade = mayTrade
        do {
            if core.accountState(id) == nil {
                try open(TestExchangeAccount(id, keys: [key], balances: try Self.balances(json["balances"])))
            } else {
                try add(key, of: id)
            }
        } catch {
            throw VenueRefusal(-1130, String(describing: error))
        }
        writer.object { writer in
            writer.field("id", id.rawValue)
            writer.field("key", key.name)
            if let made { writer.field("secret", made.exposed) }
        }
    }

    private static func balances(_ json: JSONValue?) throws(VenueRefusal) -> [Asset: FixedDecimal] {
        guard let json else { return [:] }
        guard case .object(let members) = json else { throw .invalid("balances") }
        var balances: [Asset: FixedDecimal] = [:]
        for member in members {
            guard let amount = FixedDecimal(member.value.parameterText) else { throw .invalid("balances") }
            balances[Asset(member.name)] = amount
        }
        return balances
    }

    /// `{"id":1,"asset":"USDT","amount":"100"}`; a negative amount is a withdrawal.
    private func credit(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        guard let id = json["id"]?.integer else { throw .missing("id") }
        guard let asset = json["asset"]?.text else { throw .missing("asset") }
        let amount = try Self.decimal(json, "amount")
        try carryOut { () throws(ExchangeRefusal) in
            try core.credit(amount, of: Asset(asset), to: AccountID(id), now: core.now)
        }
        writer.object { _ in }
    }

    /// `{"key":"…"}`; with `"revoked":false` it counts again.
    private func revoke(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        guard let name = json["key"]?.text, var found = keys[name] else { throw .invalid("key") }
        found.key.isRevoked = json["revoked"]?.flag ?? true
        keys[name] = found
        if found.key.isRevoked { endSubscriptions { $0.key == name } }
        writer.object { _ in }
    }

    // MARK: Markets

    private static func decimal(_ json: JSONValue, _ name: String) throws(VenueRefusal) -> FixedDecimal {
        guard let text = json[name]?.parameterText else { throw .missing(name) }
        guard let value = FixedDecimal(text) else { throw .invalid(name) }
        return value
    }

    private func market(_ json: JSONValue) throws(VenueRefusal) -> MarketID {
        guard let name = json["symbol"]?.text else { throw .missing("symbol") }
        return try market(named: name)
    }

    private func setPrice(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        let market = try market(json)
        let price = try Self.decimal(json, "price")
        let volume = json["volume"] == nil ? core.markets[market.rawValue].lot : try Self.decimal(json, "volume")
        try carryOut { () throws(ExchangeRefusal) in
            try core.setPrice(price, volume: volume, of: market, now: core.now)
        }
        writer.object { $0.field("price", core.lastPrice(market) ?? .zero) }
    }

    private func setStatus(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        guard let status = json["status"]?.text.flatMap(MarketStatus.init) else { throw .invalid("status") }
        let market = try market(json)
        try carryOut { () throws(ExchangeRefusal) in try core.setStatus(status, of: market, now: core.now) }
        writer.object { _ in }
    }

    private func setHouse(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        let market = try market(json)
        var house = options.markets[market.rawValue].house
        if json["quantityPerLevel"] != nil { house.quantityPerLevel = try Self.decimal(json, "quantityPerLevel") }
        if let levels = json["levels"]?.integer { house.levels = Int(levels) }
        if let ticks = json["halfSpreadTicks"]?.integer { house.halfSpreadTicks = ticks }
        if let delay = json["refillDelay"]?.integer { house.refillDelay = delay }
        if let fills = json["fillsAtTouch"]?.flag { house.fillsAtTouch = fills }
        try carryOut { () throws(ExchangeRefusal) in try core.setHouse(house, of: market, now: core.now) }
        writer.object { _ in }
    }

    /// `{"fraction":"0.5","orders":1,"holdMilliseconds":200}`, of one account with `"id"`.
    private func forcePartialFills(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        let fraction = try Self.decimal(json, "fraction")
        guard fraction.isPositive, fraction <= 1 else { throw .invalid("fraction") }
        core.forcePartialFills(
            fraction: fraction, orders: Int(clamping: json["orders"]?.integer ?? 1),
            hold: json["holdMilliseconds"]?.integer ?? 0, account: json["id"]?.integer.map { AccountID($0) })
        writer.object { _ in }
    }

    // MARK: Outages

    /// `{"on":true}`: orders are refused; with `"down":true` every request meets a page of HTML.
    private func setMaintenance(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        guard let isOn = json["on"]?.flag else { throw .missing("on") }
        isDown = isOn && json["down"]?.flag ?? false
        core.setMaintenance(isOn, now: core.now)
        if isDown {
            announceShutdown()
            _ = disconnect(nil, withCloseFrame: true)
        }
        writer.object { _ in }
    }

    /// `{"what":"streams"}`, `"socket-api"` or `"all"`; with `"announce":true` after serverShutdown, with
    /// `"frame":false` without a close frame.
    private func disconnect(_ json: JSONValue, _ writer: inout JSONWriter) throws(VenueRefusal) {
        let purpose: SocketConnection.Purpose?
        switch json["what"]?.text ?? "all" {
        case "streams": purpose = .marketStreams
        case "socket-api": purpose = .socketAPI
        case "all": purpose = nil
        default: throw .invalid("what")
        }
        if json["announce"]?.flag ?? false { announceShutdown() }
        let count = disconnect(purpose, withCloseFrame: json["frame"]?.flag ?? true)
        writer.object { $0.field("disconnected", count) }
    }
}
