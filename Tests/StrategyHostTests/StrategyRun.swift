import Market
import StrategyHost
import Testing
import Trading
import Wording

/// A strategy with a paper account over candles, candle by candle, as a backtest drives it.
final class StrategyRun {
    let instance: StrategyInstance
    let series: CandleSeries
    private var trading: SimulatedTrading
    private(set) var decisions: [(index: Int, decision: Decision)] = []
    private(set) var index = 0

    init(
        _ source: String, on series: CandleSeries, others: [CandleSeries] = [], feeds: FeedSet? = nil,
        options: InstanceOptions = InstanceOptions()
    ) throws {
        let script = try StrategyScript(name: "test.lua", source: source)
        self.series = series
        let feeds = feeds ?? FeedSet(base: CandleFeed(series), others: others.map { CandleFeed($0) })
        instance = try StrategyInstance(script: script, feeds: feeds, options: options)
        let settings = try TradingSettings(symbol: series.symbol, market: instance.declaration.market)
        trading = SimulatedTrading(settings, cash: Money(10_000), listening: instance.listening)
        keep(instance.start(trading.account))
    }

    var account: AccountView { trading.account }
    var trades: [ClosedTrade] { trading.trades }
    var openOrders: [Order] { trading.openOrders }

    /// Lets candles close up to the given count, or to the end.
    @discardableResult
    func run(to end: Int? = nil) -> Self {
        while index < end ?? series.count {
            trading.advance(series[index], index: index)
            if trading.hasEvents {
                for event in trading.takeEvents() {
                    keep(
                        instance.deliver(
                            event, account: trading.account, nextOrderID: trading.nextOrderID,
                            openOrders: trading.openOrders))
                }
            }
            keep(
                instance.closeCandle(
                    trading.account, nextOrderID: trading.nextOrderID, openOrders: trading.openOrders))
            index += 1
        }
        return self
    }

    private func keep(_ hasOutput: Bool) {
        guard hasOutput else { return }
        let decision = instance.takeDecision()
        decisions.append((index, decision))
        if !decision.intents.isEmpty { trading.decide(decision.intents) }
    }

    // MARK: What was said

    var intents: [Intent] { decisions.flatMap(\.decision.intents) }
    var failures: [CallbackFailure] { decisions.flatMap(\.decision.failures) }
    var journal: [JournalEntry] { decisions.flatMap(\.decision.journal) }
    var logs: [LogLine] { decisions.flatMap(\.decision.logs) }
    var logTexts: [String] { logs.map(\.text) }
    var plots: [(index: Int, point: PlotPoint)] {
        decisions.flatMap { entry in entry.decision.plots.map { (entry.index, $0) } }
    }
}

/// Candles for tests.
enum TestCandles {
    static let symbol = symbol("BTC/USDT")

    static func symbol(_ text: String) -> Symbol {
        do { return try Symbol(text) } catch { preconditionFailure("\(text) is a symbol") }
    }

    /// Candles whose closes are given; each opens at the close before.
    static func closes(
        _ closes: [Double], timeframe: Timeframe = .m15, symbol: Symbol = symbol
    ) throws -> CandleSeries {
        var candles: [Candle] = []
        for (index, close) in closes.enumerated() {
            let open = index == 0 ? close : closes[index - 1]
            let time = Timestamp(milliseconds: 1_640_995_200_000 + Int64(index) * timeframe.milliseconds)
            candles.append(
                Candle(
                    openTime: time, open: open, high: max(open, close) + 1, low: min(open, close) - 1, close: close,
                    volume: Double(index + 1)))
        }
        return try CandleSeries(symbol: symbol, timeframe: timeframe, candles: candles)
    }

    /// 100, 101, 102 …
    static func rising(_ count: Int) throws -> CandleSeries { try closes((0..<count).map { 100 + Double($0) }) }

    static func synthetic(
        _ count: Int, seed: UInt64 = 7, timeframe: Timeframe = .m15, symbol: Symbol = symbol, hasGaps: Bool = true
    ) -> CandleSeries {
        SyntheticMarket.generate(
            SyntheticMarket.Options(seed: seed, symbol: symbol, timeframe: timeframe, count: count, hasGaps: hasGaps))
    }
}

/// A strategy file around the functions that a test is about.
func strategy(_ body: String, keys: String = "", timeframe: String = "15m") -> String {
    """
    local ta = require "ta"
    local S = Strategy { name = "Test", timeframe = "\(timeframe)", \(keys) }
    \(body)
    return S
    """
}

/// What a strategy that cannot be made is refused with.
func refusals(_ source: String, options: InstanceOptions = InstanceOptions()) -> [Diagnostic] {
    do {
        _ = try StrategyRun(source, on: try TestCandles.rising(10), options: options)
        return []
    } catch let error as StrategyError {
        return error.diagnostics
    } catch {
        Issue.record("unexpected error \(error)")
        return []
    }
}
