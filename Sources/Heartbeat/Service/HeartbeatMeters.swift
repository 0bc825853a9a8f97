import Broker
import Metrics

/// What is counted of one market's heartbeat.
struct HeartbeatMeters: Sendable {
    private let lag: Timer
    private let trades: Counter
    private let candles: Counter
    private let reconnects: Counter
    private let waiting: Gauge
    private let market: String

    init(market: VenueName) {
        self.market = market.text
        let labels = [("market", market.text)]
        lag = Timer(label: "aristobot_heartbeat_lag_seconds", dimensions: labels)
        trades = Counter(label: "aristobot_heartbeat_trades_total", dimensions: labels)
        candles = Counter(label: "aristobot_heartbeat_candles_total", dimensions: labels)
        reconnects = Counter(label: "aristobot_heartbeat_reconnects_total", dimensions: labels)
        waiting = Gauge(label: "aristobot_heartbeat_waiting_candles", dimensions: labels)
        // Shown from the beginning, so that a first one can be seen to come.
        for code in HeartbeatAlert.Code.allCases { count(code, 0) }
        for outcome in [Fetch.answered, .failed] { count(outcome, 0) }
    }

    /// A candle is stored.
    ///
    /// - Parameters:
    ///   - lag: from its end to its telling, in milliseconds of the venue.
    ///   - written: from there to its writing.
    func stored(lag milliseconds: Int64, written: Duration) {
        candles.increment()
        let (seconds, attoseconds) = written.components
        let writing = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        lag.recordMilliseconds(max(0, milliseconds) + max(0, writing))
    }

    func passed(_ count: Int) {
        if count > 0 { trades.increment(by: count) }
    }

    func reconnected() { reconnects.increment() }

    func waits(_ count: Int) { waiting.record(count) }

    func alerted(_ code: HeartbeatAlert.Code) { count(code, 1) }

    private func count(_ code: HeartbeatAlert.Code, _ count: Int) {
        Counter(
            label: "aristobot_heartbeat_alerts_total", dimensions: [("market", market), ("code", code.rawValue)]
        ).increment(by: count)
    }

    enum Fetch: String {
        case answered, failed
    }

    func fetched(_ outcome: Fetch) { count(outcome, 1) }

    private func count(_ outcome: Fetch, _ count: Int) {
        Counter(
            label: "aristobot_heartbeat_fetches_total", dimensions: [("market", market), ("outcome", outcome.rawValue)]
        ).increment(by: count)
    }
}
