import Market

/// Ping, time and what is traded.
extension Venue {
    func ping(_ call: inout RequestCall) throws(VenueRefusal) {
        try call.finishReading()
        call.writer.object { _ in }
    }

    func time(_ call: inout RequestCall) throws(VenueRefusal) {
        try call.finishReading()
        let now = call.now
        call.writer.object { $0.field("serverTime", now) }
    }

    /// The market of the parameter `symbol`.
    func market(_ call: inout RequestCall) throws(VenueRefusal) -> MarketID {
        try market(named: try call.parameters.required("symbol"))
    }

    func market(named name: String) throws(VenueRefusal) -> MarketID {
        // Letters in lower case are refused as such, other scripts than the Latin one are not.
        let legal = name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII ? scalar.properties.isUppercase || "0123456789-_.".unicodeScalars.contains(scalar) : true
        }
        guard legal, name.unicodeScalars.count <= 50 else { throw .illegal("symbol", range: "^[A-Z0-9-_.]{1,20}$") }
        guard let market = core.market(named: name) else { throw .unknownSymbol }
        return market
    }

    /// The markets of `symbol` or `symbols`, all of them where neither is sent; and whether one alone was asked for.
    func markets(_ call: inout RequestCall) throws(VenueRefusal) -> (ids: [MarketID], isOne: Bool) {
        guard let (names, isList) = try call.parameters.symbols() else {
            return (core.markets.indices.map { MarketID($0) }, false)
        }
        var ids: [MarketID] = []
        for name in names { ids.append(try market(named: name)) }
        return (ids, !isList)
    }

    func exchangeInfo(_ call: inout RequestCall) throws(VenueRefusal) {
        let hasPermissions = try call.parameters.optional("permissions") != nil
        let status = try call.parameters.optional("symbolStatus")
        let showsSets = try call.parameters.flag("showPermissionSets") ?? true
        let ids = try markets(&call).ids
        try call.finishReading()
        if hasPermissions && ids.count < core.markets.count { throw .badCombination }
        let markets = core.markets
        let now = call.now
        call.writer.object { writer in
            writer.field("timezone", "UTC")
            writer.field("serverTime", now)
            writer.rateLimits(limits)
            writer.array("exchangeFilters") { writer in
                for filter in options.settings.filters { writer.exchangeFilter(filter) }
            }
            writer.array("symbols") { writer in
                for id in ids where status == nil || markets[id.rawValue].status.rawValue == status {
                    writer.market(markets[id.rawValue], showsPermissionSets: showsSets)
                }
            }
        }
    }

    func executionRules(_ call: inout RequestCall) throws(VenueRefusal) {
        _ = try markets(&call)
        call.parameters.ignore("symbolStatus")
        try call.finishReading()
        call.writer.object { writer in writer.array("symbolRules") { _ in } }
    }

    /// The coins of the wallet: clients that have a key ask for them before anything else.
    func coins(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        try call.finishReading()
        let balances = core.accountState(account)?.balances ?? []
        let assets = Set(core.markets.flatMap { [$0.base, $0.quote] }).sorted()
        call.writer.array { writer in
            for asset in assets {
                let balance = balances.first { $0.asset == asset }
                writer.object { writer in
                    writer.field("coin", asset.name)
                    writer.field("name", asset.name)
                    writer.field("depositAllEnable", false)
                    writer.field("withdrawAllEnable", false)
                    writer.field("trading", true)
                    writer.field("isLegalMoney", false)
                    writer.field("free", balance?.free ?? .zero)
                    writer.field("locked", balance?.locked ?? .zero)
                    writer.array("networkList") { _ in }
                }
            }
        }
    }

    /// An empty list, of what the venue does not have.
    func nothing(_ call: inout RequestCall) throws(VenueRefusal) {
        try call.finishReading()
        call.writer.array { _ in }
    }
}
