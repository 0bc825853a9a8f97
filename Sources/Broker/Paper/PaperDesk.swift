import Market
import Trading

/// One symbol of a paper account: its fill model, the orders that wait for the next price, and the last price.
struct PaperDesk: Sendable {
    var instrument: Instrument
    var matching: Matching
    /// Market, IOC and FOK orders by number: they meet the next price and nothing later.
    var waiting: [Int64] = []
    /// The IOC and FOK orders that the bar at work has to serve at its open.
    var immediate: [Int64] = []
    var lastPrice: Double?
    var bar: MatchingBar?
    /// The part of a bar that is at work.
    var phase = Phase.idle

    enum Phase: Sendable, Hashable {
        case idle
        case open
        case inside
    }

    init(_ instrument: Instrument, _ settings: PaperAccountSettings) throws(TradingError) {
        self.instrument = instrument
        matching = Matching(
            try TradingSettings(
                symbol: instrument.symbol, rules: instrument.rules, fees: settings.fees, slippage: settings.slippage))
    }

    var rules: InstrumentRules { instrument.rules }
    var pricing: FillPricing { matching.pricing }

    mutating func forget(_ order: Int64) {
        matching.cancel(OrderID(Int(order)))
        waiting.removeAll { $0 == order }
        immediate.removeAll { $0 == order }
    }
}
