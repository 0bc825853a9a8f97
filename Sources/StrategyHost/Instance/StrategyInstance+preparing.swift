import CLuaHost
import LuaRuntime
import Market
import Trading
import Wording

extension StrategyInstance {
    /// Gives the strategy its series and account, calls `init`, and lays out the calls of a candle.
    func prepare(_ feeds: FeedSet) throws(StrategyError) {
        let book = SeriesBook(
            feeds, others: declaration.otherFeeds(for: feeds.base.symbol, on: feeds.base.timeframe),
            history: declaration.history, mostIndicators: options.limits.indicators)
        self.book = book
        try explained { () throws(LuaFailure) in
            try installSeries(book)
            try installAccount()
            try installMethods()
        }
        try initialise()
        warmup = declaration.warmup ?? book.lookback
        if let receiver {
            plans.lay(receiver: receiver, isSpot: declaration.market == .spot) { callbacks[$0.index] }
        }
        phase = .idle
    }

    private func installSeries(_ book: SeriesBook) throws(LuaFailure) {
        // `self.close` is the series, and `self:close{…}` calls it.
        let closing = try machine.makeFunction("close", opened: 0b100, context: context, closeFunction)
        self.closing = closing
        book.base.series[InstanceFeed.closeColumn].call = closing.raw
        var columns: [LuaReference] = []
        for (place, name) in InstanceFeed.seriesNames.enumerated() {
            let series = try machine.makeSeries(book.base.series + place)
            try setField(name, series)
            columns.append(series)
        }
        guard let candles = try book.makeBundles(in: machine, columns: columns) else { return }
        try setField("candles", candles)
    }

    private func installAccount() throws(LuaFailure) {
        memory.setMethods(
            risk: try machine.makeFunction("risk", context: context, riskFunction),
            percent: try machine.makeFunction("percent", context: context, percentFunction))
        try setField("balance", try machine.makeRecord(memory.balance))
        try setField("position", try machine.makeRecord(memory.position))
        try setField("orders", try machine.makeTable())
        try setField("state", try machine.makeTable())
    }

    private func initialise() throws(StrategyError) {
        guard let function = callbacks[CallbackName.initialise.index], let receiver else { return }
        phase = .initialising
        beginCall(.initialise)
        defer { endCall() }
        try explained(in: CallbackName.initialise.rawValue) { () throws(LuaFailure) in
            _ = try machine.call(function, [.reference(receiver)], results: 0, loading: true)
        }
    }
}
