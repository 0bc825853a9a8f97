import Broker
import Market
import Trading
import Wording

extension BinanceBroker {
    /// Fails before anything is asked where there are no keys.
    private func requireKeys() throws(BrokerError) {
        guard client.signer != nil else { throw RESTClient.noKeys }
    }

    public func balances() async throws(BrokerError) -> [Balance] {
        try requireKeys()
        var parameters = WireParameters()
        parameters.add("omitZeroBalances", "true")
        return try await client.reply(.asking("/account", parameters, weight: 20)) {
            document throws(UnreadableReply) in
            try OrderReply.balances(document.root)
        }
    }

    public func place(_ order: OrderRequest) async throws(BrokerError) -> OrderReport {
        try requireKeys()
        let latest = client.latestLeave
        let market = try await checkedMarket(order.symbol) { market throws(BrokerError) in
            try OrderCheck(market: market).check(order)
        }
        let call = RESTCall.placing("/order", OrderWire.placing(order, on: market), orders: 1, by: latest)
        return try await client.reply(call) { document throws(UnreadableReply) in
            try OrderReply.order(document.root, symbol: order.symbol)
        }
    }

    /// The reports of the target and of the stop, in this order.
    public func placePair(_ pair: OrderPairRequest) async throws(BrokerError) -> [OrderReport] {
        try requireKeys()
        let latest = client.latestLeave
        let market = try await checkedMarket(pair.symbol) { market throws(BrokerError) in
            try OrderCheck(market: market).check(pair)
        }
        let call = RESTCall.placing("/orderList/oco", OrderWire.placing(pair, on: market), orders: 2, by: latest)
        let legs = try await client.reply(call) { document throws(UnreadableReply) in
            try OrderReply.list(document.root, symbol: pair.symbol)
        }
        return [pair.targetID, pair.stopID].compactMap { id in legs.first { $0.clientID == id } }
    }

    /// A refusal by what is known of the market is looked at again with the venue's present word, which is asked for
    /// at most once a minute for rules.
    private func checkedMarket(
        _ symbol: Symbol, _ check: (VenueMarket) throws(BrokerError) -> Void
    ) async throws(BrokerError) -> VenueMarket {
        let market = try await catalogue.market(symbol)
        do throws(BrokerError) {
            try check(market)
            return market
        } catch {
            // A market opens from one moment to the next, rules change rarely.
            let age: Duration =
                error.code == BrokerError.Rejection.marketClosed.rawValue
                ? .zero : MarketCatalogue.doubtfulAfter
            let fresh = try await catalogue.market(symbol, noOlderThan: age)
            try check(fresh)
            return fresh
        }
    }

    public func cancel(
        _ reference: OrderReference, on symbol: Symbol
    ) async throws(BrokerError) -> OrderReport {
        try requireKeys()
        let latest = client.latestLeave
        let parameters = try OrderWire.naming(reference, on: try await catalogue.market(symbol))
        let call = RESTCall.cancelling("/order", parameters, by: latest)
        return try await client.reply(call) { document throws(UnreadableReply) in
            try OrderReply.cancelled(document.root, reference: reference, symbol: symbol)
        }
    }

    public func order(
        _ reference: OrderReference, on symbol: Symbol
    ) async throws(BrokerError) -> OrderReport? {
        try requireKeys()
        let parameters = try OrderWire.naming(reference, on: try await catalogue.market(symbol))
        do throws(BrokerError) {
            return try await client.reply(.asking("/order", parameters, weight: 4)) {
                document throws(UnreadableReply) in
                try OrderReply.order(document.root, symbol: symbol)
            }
        } catch .rejected(.unknownOrder, _) {
            return nil
        }
    }

    /// Orders on markets that have no `Symbol` and orders of other types are left out: they cannot have been placed
    /// from here, and must not hide those that were.
    public func openOrders(on symbol: Symbol?) async throws(BrokerError) -> [OrderReport] {
        try requireKeys()
        var parameters = WireParameters()
        if let symbol { parameters.add("symbol", try await catalogue.market(symbol).spelling) }
        // A market opened within the hour may have orders too.
        let age = symbol == nil ? MarketCatalogue.doubtfulAfter : client.options.marketsValidity
        let book = try await catalogue.book(noOlderThan: age)
        let call = RESTCall.asking("/openOrders", parameters, weight: symbol == nil ? 80 : 6)
        return try await client.reply(call) { document throws(UnreadableReply) in
            var orders: [OrderReport] = []
            for row in try document.root.list() {
                guard let market = book[spelling: try row.text("symbol")], OrderWire.isOurs(type: try row.text("type"))
                else { continue }
                orders.append(try OrderReply.order(row, symbol: market.symbol))
            }
            return orders
        }
    }

    public func fills(_ request: FillRequest) async throws(BrokerError) -> [FillReport] {
        try requireKeys()
        var pages = try FillPages(request, on: try await catalogue.market(request.symbol))
        while let parameters = try pages.next {
            let weight = request.order == nil ? 20 : 5
            let document = try await client.reply(.asking("/myTrades", parameters, weight: weight)) { $0 }
            do throws(UnreadableReply) {
                try pages.take(document)
            } catch {
                throw RESTClient.unreadable(error)
            }
        }
        return pages.fills
    }
}
