import Broker
import Market
import Storage

extension HeartbeatCondition {
    /// Symbols that the detail names, at most: those in trouble first.
    static let mostNamed = 100

    func stored(_ market: VenueName, waiting: Int) -> HeartbeatStatus {
        let named = symbols.sorted { (Self.trouble($0), $0.symbol) < (Self.trouble($1), $1.symbol) }
            .prefix(Self.mostNamed)
        let entries = named.map { symbol in
            JSONLine.object([
                ("symbol", JSONLine.text(symbol.symbol.description)),
                ("last_minute", symbol.lastMinute.map { String($0.milliseconds) } ?? "null"),
                ("live", String(symbol.isLive)), ("recovering", String(symbol.isRecovering)),
                ("coherent", String(symbol.isCoherent)), ("trades", String(symbol.trades)),
                ("duplicates", String(symbol.duplicates)), ("late_trades", String(symbol.lateTrades)),
                ("fetched_minutes", String(symbol.fetchedMinutes)), ("failed_fetches", String(symbol.failedFetches)),
                ("compared", String(symbol.compared)), ("differing", String(symbol.differing)),
            ])
        }
        let detail = JSONLine.object([
            ("venue_time", venueTime.map { String($0.milliseconds) } ?? "null"),
            ("followed", String(symbols.count)), ("waiting_candles", String(waiting)),
            ("symbols", JSONLine.array(entries)),
        ])
        return HeartbeatStatus(
            market: market, isConnected: isConnected, isCoherent: isCoherent, lastHeartbeat: lastHeartbeat,
            detail: detail)
    }

    private static func trouble(_ symbol: SymbolCondition) -> Int {
        symbol.isLive && !symbol.isRecovering && symbol.isCoherent ? 1 : 0
    }
}
