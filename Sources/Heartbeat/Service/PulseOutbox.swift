import Broker
import Market
import Storage

/// What waits to be written, in the order in which it was told.
///
/// It is bounded: when the store is away for so long that it is full, candles are forgotten, and every symbol begins
/// anew after the last candle that is stored once the store is back, so that they are fetched. Fetched candles are
/// taken beyond the bound, or a long absence could never be made up for; their number is bounded by `hasRoom`.
struct PulseOutbox: Sendable {
    /// Candles of one transaction, at most; a minute and the coarse candles that it ends go together even beyond that.
    static let largestPulse = 2_000
    /// Coarse candles beyond it, at most. A minute ends one of each of thirteen timeframes; where a fetch is given up
    /// because of it, the eight that waited behind it come before.
    static let mostBeyond = 200
    static let mostAlerts = 200

    let market: VenueName
    let mostCandles: Int
    /// A candle and the local time when it was told.
    struct Waiting: Sendable {
        let candle: BuiltCandle
        let since: Duration
    }

    private(set) var candles: [Waiting] = []
    private(set) var alerts: [Alert] = []
    /// Written, but an import held their series: to be given again, and how often they were. They are the heartbeat's
    /// already; an import that takes longer than `mostDeferrals` pulses leaves a gap among the shared candles.
    private var deferred: [ClosedCandle] = []
    private var deferrals = 0
    static let mostDeferrals = 60
    /// Candles were forgotten; no more are taken until `resume`.
    private(set) var isOverflowed = false
    /// Of `candles` and `alerts`, so many from the front are being written.
    private var underWay = (candles: 0, alerts: 0)

    init(market: VenueName, mostCandles: Int) {
        self.market = market
        self.mostCandles = max(1, mostCandles)
    }

    var isEmpty: Bool { candles.isEmpty && alerts.isEmpty }

    mutating func add(_ candle: BuiltCandle, now: Duration) {
        guard !isOverflowed else { return }
        guard candles.count < mostCandles || candle.isFetched else {
            candles = Array(candles.prefix(underWay.candles))
            isOverflowed = true
            return
        }
        candles.append(Waiting(candle: candle, since: now))
    }

    /// Whether the candles of one more fetch may come, besides those of so many others.
    func hasRoom(besides fetches: Int) -> Bool {
        guard !candles.isEmpty || fetches > 0 else { return true }
        return candles.count + (fetches + 1) * Self.largestPulse <= mostCandles
    }

    /// An alert beyond the bound is left out.
    mutating func add(_ alert: Alert) {
        if alerts.count < Self.mostAlerts { alerts.append(alert) }
    }

    /// The next transaction; nil when nothing waits. What it holds stays until `written`.
    mutating func next(_ status: HeartbeatStatus?) -> HeartbeatPulse? {
        guard !isEmpty else { return nil }
        let first = candles.prefix(cut)
        underWay = (first.count, alerts.count)
        return HeartbeatPulse(
            candles: deferred + first.map { $0.candle.stored(market) }, status: status, alerts: alerts)
    }

    /// Candles that are written together. A minute that is kept counts as told, with all that it ended: a process that
    /// died between the two would never tell the rest.
    private var cut: Int {
        var end = min(candles.count, Self.largestPulse)
        let most = min(candles.count, end + Self.mostBeyond)
        while end > 0, end < most, candles[end].candle.timeframe > .m1,
            candles[end].candle.symbol == candles[end - 1].candle.symbol
        {
            end += 1
        }
        return end
    }

    /// What `next` gave is in the store, or is given up.
    ///
    /// - Parameter deferred: what is to be given again; at most a pulse full.
    mutating func written(deferred again: [ClosedCandle] = []) -> [Waiting] {
        deferrals = again.isEmpty ? 0 : deferrals + 1
        deferred = deferrals < Self.mostDeferrals ? Array(again.suffix(Self.largestPulse)) : []
        let done = Array(candles.prefix(underWay.candles))
        candles.removeFirst(underWay.candles)
        alerts.removeFirst(underWay.alerts)
        underWay = (0, 0)
        return done
    }

    /// Takes candles again; what still waits is of no use any more.
    mutating func resume() {
        candles = []
        underWay.candles = 0
        isOverflowed = false
    }
}

extension BuiltCandle {
    func stored(_ market: VenueName) -> ClosedCandle {
        ClosedCandle(
            key: CandleKey(venue: market, symbol: symbol, timeframe: timeframe), candle: candle,
            tradeCount: tradeCount, closedAt: closedAt, isSignalled: isSignal)
    }
}

extension HeartbeatAlert {
    var stored: Alert {
        let severity: Alert.Severity =
            switch severity {
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        var fields: [(String, String)] = []
        if let symbol { fields.append(("symbol", JSONLine.text(symbol.description))) }
        if let at { fields.append(("venue_time", String(at.milliseconds))) }
        return Alert(severity, code.rawValue, message, detail: JSONLine.object(fields))
    }
}
