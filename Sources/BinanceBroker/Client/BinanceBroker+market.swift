import Broker
import Market
import Wording

extension BinanceBroker {
    public func serverTime() async throws(BrokerError) -> Timestamp {
        try await client.synchronise()
    }

    public func instruments() async throws(BrokerError) -> [Instrument] {
        try await catalogue.book(noOlderThan: .zero).markets.map(\.instrument)
    }

    public func candles(_ request: CandleRequest) async throws(BrokerError) -> [Candle] {
        let market = try await catalogue.market(request.symbol)
        var pages = CandlePages(request)
        while let page = pages.next {
            // Before the question: what is over by now is over in the answer.
            let now = try await client.offset().earliestVenueTime(client.clock.machineTime)
            var parameters = WireParameters()
            parameters.add("symbol", market.spelling)
            parameters.add("interval", page.interval)
            parameters.add("startTime", number: page.start.milliseconds)
            parameters.add("endTime", number: page.last.milliseconds)
            parameters.add("limit", number: Int64(page.limit))
            let document = try await client.reply(.open("/klines", parameters, weight: 2)) { $0 }
            do throws(UnreadableReply) {
                try pages.take(document, now: now)
            } catch {
                throw RESTClient.unreadable(error)
            }
        }
        return pages.candles
    }

    public func ticker(_ symbol: Symbol) async throws(BrokerError) -> Ticker {
        var parameters = WireParameters()
        parameters.add("symbol", try await catalogue.market(symbol).spelling)
        let ticker = try await client.reply(.open("/ticker/24hr", parameters, weight: 2)) {
            document throws(UnreadableReply) in
            try OrderReply.ticker(document.root, symbol: symbol)
        }
        guard let ticker else {
            throw .retryable(
                Message(
                    "nothing has traded on \(symbol) at Binance yet",
                    fr: "rien n'a encore été échangé sur \(symbol) chez Binance"), after: .seconds(5))
        }
        return ticker
    }
}
