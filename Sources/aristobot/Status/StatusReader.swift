import Broker
import HTTPAPI
import Market
import Storage
import Trading
import Wording

/// Makes snapshots of what the database and this process know. While the database is away the last ones stand.
actor StatusReader {
    private let live: LiveServices
    private let place: String
    private let occasion: Message?
    /// Nothing that happened before is shown; nil for all that is known.
    private let since: Timestamp?
    private let begun = ContinuousClock.now
    private var last: StatusSnapshot?

    /// Lines of each kind that are read; a screen shows fewer.
    private static let mostStrategies = 200
    private static let mostLines = 40

    init(_ live: LiveServices, place: String, occasion: Message?, since: Timestamp? = nil) {
        self.live = live
        self.place = place
        self.occasion = occasion
        self.since = since
    }

    func snapshot() async -> StatusSnapshot {
        var snapshot =
            last
            ?? StatusSnapshot(
                now: SystemClock.now, uptime: .zero, occasion: occasion, database: .init(place: place))
        snapshot.now = SystemClock.now
        snapshot.uptime = ContinuousClock.now - begun
        do {
            try await fill(&snapshot)
            snapshot.database.fault = nil
        } catch {
            snapshot.database.fault =
                (error as? any ExplainedError)?.message ?? Message("no answer", fr: "pas de réponse")
        }
        if let times = live.metrics.quantiles("aristobot_signal_to_decision_seconds", [0.5, 0.99]) {
            snapshot.decisionTimes = (times[0], times[1])
        }
        snapshot.workers = live.processes.line
        last = snapshot
        return snapshot
    }

    private func fill(_ snapshot: inout StatusSnapshot) async throws {
        let status = live.services.store.status
        let defaultURL = live.services.configuration.binanceURL
        let strategies = try await status.strategies(limit: Self.mostStrategies, defaultURL: defaultURL)
        let used = Set(strategies.map(\.market))
        // What is neither in use nor alive is of a former session.
        let markets = try await status.markets().filter {
            used.contains($0.status.market) || $0.silence.inSeconds <= StatusSnapshot.MarketLine.longestSilence
        }
        let prices = Self.prices(markets)
        snapshot.markets = markets.map { Self.line($0, lag: lag(of: $0.status.market)) }
        snapshot.prices = shown(prices)
        // One that has died and whose accounts others have is of no interest any more.
        snapshot.engines = try await status.engines().filter { $0.engine.isAlive || $0.engine.accountCount > 0 }.map {
            .init(
                name: $0.engine.name, isAlive: $0.engine.isAlive, accounts: $0.engine.accountCount,
                strategies: $0.strategies)
        }
        snapshot.strategies = strategies.map { Self.line($0, prices) }
        snapshot.activity = try await activity()
        snapshot.alerts = Self.shown(
            try await status.alerts(limit: Self.mostLines), since: since, now: snapshot.now)
    }

    /// The newest first. Older ones than a day, and those of before a demonstration, concern nobody any more.
    static func shown(_ alerts: [StoredAlert], since: Timestamp?, now: Timestamp) -> [StatusSnapshot.AlertLine] {
        let oldest = since ?? Timestamp(milliseconds: now.milliseconds - 86_400_000)
        return alerts.reversed().filter { $0.createdAt >= oldest }.map {
            .init(time: $0.createdAt, severity: severity($0.alert.severity), text: $0.alert.message)
        }
    }

    private struct PriceKey: Hashable {
        let market: VenueName
        let symbol: Symbol
    }

    /// Of the finest candles that closed last.
    private static func prices(_ markets: [MarketStanding]) -> [PriceKey: Double] {
        var prices: [PriceKey: Double] = [:]
        for market in markets {
            for series in market.series {
                let key = PriceKey(market: market.status.market, symbol: series.symbol)
                if prices[key] == nil { prices[key] = series.price }
            }
        }
        return prices
    }

    /// A price that stays as it was keeps the arrow of its last move.
    private func shown(_ prices: [PriceKey: Double]) -> [StatusSnapshot.PriceLine] {
        let lines = prices.map { key, price -> StatusSnapshot.PriceLine in
            let former = last?.prices.first { $0.symbol == key.symbol }
            let change = former.map { $0.price == price ? $0.change ?? 0 : (price - $0.price) / $0.price }
            return .init(symbol: key.symbol, price: price, change: change)
        }
        return lines.sorted { $0.symbol.description < $1.symbol.description }
    }

    private func lag(of market: VenueName) -> Double? {
        live.metrics.quantiles("aristobot_heartbeat_lag_seconds", [0.5], where: "market", is: market.text)?.first
    }

    private static func line(_ market: MarketStanding, lag: Double?) -> StatusSnapshot.MarketLine {
        var newest: [Timeframe: Timestamp] = [:]
        for series in market.series where Timeframe.heartbeat.contains(series.timeframe) {
            newest[series.timeframe] = max(newest[series.timeframe] ?? series.open, series.open)
        }
        return .init(
            name: market.status.market, isConnected: market.status.isConnected,
            isCoherent: market.status.isCoherent, lag: lag, silence: market.silence.inSeconds,
            signals: newest.sorted { $0.key < $1.key }.map { (timeframe: $0.key, open: $0.value) },
            runner: market.runners.first { $0.isAtWork }?.name, standbys: market.runners.count { !$0.isAtWork })
    }

    private static func line(
        _ strategy: StrategyStanding, _ prices: [PriceKey: Double]
    ) -> StatusSnapshot.StrategyLine {
        let price = prices[PriceKey(market: strategy.market, symbol: strategy.symbol)]
        let position = strategy.position.map { position in
            let (quantity, entry) = (position.quantity.value.double, position.entry.value.double)
            let sign = position.direction == .long ? 1.0 : -1.0
            return StatusSnapshot.Position(
                direction: position.direction, quantity: quantity, entry: entry, stop: position.stop?.value.double,
                target: position.target?.value.double, openProfit: price.map { ($0 - entry) * quantity * sign })
        }
        let state: StatusSnapshot.StrategyLine.State =
            switch strategy.state {
            case .active: .active
            case .suspended: .suspended
            case .stopped: .stopped
            case .failed: .failed
            }
        return .init(
            id: strategy.id.number, owner: strategy.owner, name: strategy.name, broker: strategy.broker,
            symbol: strategy.symbol, timeframe: strategy.timeframe, state: state, reason: strategy.reason,
            position: position, profit: strategy.profit.value.double, decisions: strategy.decisions,
            errors: strategy.failures)
    }

    /// Fills, and orders that none tells of, the newest first.
    private func activity() async throws -> [StatusSnapshot.ActivityLine] {
        let status = live.services.store.status
        var lines = try await status.fills(limit: Self.mostLines).map {
            StatusSnapshot.ActivityLine(
                time: $0.time, isFill: true, text: ActivityWords.text($0), profit: $0.profit?.value.double)
        }
        lines += try await status.orders(limit: Self.mostLines).filter { $0.order.filledQuantity.value.isZero }.map {
            .init(time: $0.order.updatedAt, isFill: false, text: ActivityWords.text($0))
        }
        let shown = lines.filter { line in since.map { line.time >= $0 } ?? true }
        return Array(shown.sorted { $0.time > $1.time }.prefix(Self.mostLines))
    }

    private static func severity(_ severity: Alert.Severity) -> StatusSnapshot.AlertLine.Severity {
        switch severity {
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
