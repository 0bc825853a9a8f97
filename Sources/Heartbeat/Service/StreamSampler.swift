import Broker
import Market

/// A few of the trades that pass, for people who want to see the stream live; their number says how many there were.
struct StreamSampler: Sendable {
    /// Trades of one message: it stays far below what a notification may hold.
    static let mostTrades = 10

    private struct Sample {
        let symbol: Symbol
        let tick: Tick
        let id: Int64
    }

    private let market: VenueName
    private var samples: [Sample] = []
    private var passed = 0

    init(market: VenueName) {
        self.market = market
        samples.reserveCapacity(Self.mostTrades)
    }

    @inline(__always)
    mutating func pass(_ symbol: Symbol, _ tick: Tick, id: Int64) {
        passed += 1
        if samples.count < Self.mostTrades { samples.append(Sample(symbol: symbol, tick: tick, id: id)) }
    }

    /// The message of what has passed since the last one; nil where nothing has.
    mutating func take() -> String? {
        guard passed > 0 else { return nil }
        let trades = samples.map { sample in
            JSONLine.object([
                ("symbol", JSONLine.text(sample.symbol.description)), ("id", String(sample.id)),
                ("time", String(sample.tick.time.milliseconds)), ("price", String(sample.tick.price)),
                ("quantity", String(sample.tick.quantity)),
                ("side", JSONLine.text(sample.tick.takerSide == .buy ? "buy" : "sell")),
            ])
        }
        let message = JSONLine.object([
            ("kind", JSONLine.text("stream")), ("market", JSONLine.text(market.text)), ("passed", String(passed)),
            ("trades", JSONLine.array(trades)),
        ])
        samples.removeAll(keepingCapacity: true)
        passed = 0
        return message
    }
}
