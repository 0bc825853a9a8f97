import Glibc
import HostileSupport
import Market
import StrategyHost
import Trading
import Wording

/// A hostile script treated as a strategy file: validated, or run over candles with a paper account.
enum StrategyRehearsal {
    private static let candles = 200
    /// CPU time after which the run is ended: every call is bounded, their number is the host's to bound.
    private static let mostSeconds = 0.4

    /// `aristobot check`: the findings, one a line.
    static func check(_ script: HostileScript, name: String) -> String {
        let findings = StrategyChecker.check(name: name, bytes: script.source)
        let lines = findings.map { "\($0.severity.rawValue) line \($0.line) \($0.code): \($0.message.english)" }
        let verdict = StrategyChecker.isUsable(findings) ? "usable" : "refused"
        return lines.joined(separator: "\n") + "\noutcome \(verdict): \(findings.count) findings\n"
    }

    /// What a backtest does, until the strategy pauses itself, a budget stops a call, or the time is up.
    static func trade(_ script: HostileScript, name: String) -> String {
        var text = ""
        do {
            let file = try StrategyScript(name: name, bytes: script.source)
            let declaration = try StrategyInstance.declaration(of: file)
            let symbol = try Symbol("BTC/USDT")
            let series = SyntheticMarket.generate(
                SyntheticMarket.Options(
                    seed: 1, symbol: symbol, timeframe: declaration.timeframe, count: candles, hasGaps: false))
            let feeds = FeedSet(base: CandleFeed(series), others: [])
            let instance = try StrategyInstance(script: file, feeds: feeds, options: InstanceOptions(seed: 7))
            var trading = SimulatedTrading(
                try TradingSettings(symbol: symbol, market: declaration.market), cash: Money(10_000),
                listening: instance.listening)
            var isStopped = note(instance.start(trading.account), instance, &text) == nil
            for index in 0..<series.count where !isStopped && !instance.isPaused && !isLate() {
                trading.advance(series[index], index: index)
                for event in trading.hasEvents ? trading.takeEvents() : [] where !isLate() {
                    _ = instance.deliver(
                        event, account: trading.account, nextOrderID: trading.nextOrderID,
                        openOrders: trading.openOrders)
                }
                let asked = instance.closeCandle(
                    trading.account, nextOrderID: trading.nextOrderID, openOrders: trading.openOrders)
                let intents = note(asked, instance, &text)
                isStopped = intents == nil
                if let intents, !intents.isEmpty { trading.decide(intents) }
                _ = try? instance.snapshotState()  // A state that cannot be stored is an answer too.
            }
            _ = note(instance.stop(trading.account), instance, &text)
            trading.finish()
            let equity = trading.account.equity
            return text + "\noutcome traded: \(trading.trades.count) trades, equity \(equity.isFinite)\n"
        } catch {
            return text + "\noutcome refused: \(String(describing: error).prefix(300))\n"
        }
    }

    private static func isLate() -> Bool {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9 > mostSeconds
    }

    /// Keeps what was said; nil when a budget stopped the call.
    private static func note(_ asked: Bool, _ instance: StrategyInstance, _ text: inout String) -> [Intent]? {
        guard asked else { return [] }
        let decision = instance.takeDecision()
        for line in decision.logs where text.utf8.count < 64 << 10 { text += line.text + "\n" }
        for failure in decision.failures where text.utf8.count < 64 << 10 {
            text += failure.diagnostic.message.english + "\n"
        }
        let stops: Set<String> = ["instructions", "time", "memory"]
        return decision.failures.contains { stops.contains($0.diagnostic.code) } ? nil : decision.intents
    }
}
