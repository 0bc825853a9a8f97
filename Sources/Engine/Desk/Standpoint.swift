import Market
import Storage
import Trading

/// How a strategy stood before something happened, to see what has changed.
struct Standpoint {
    private let ledger: Ledger
    private let ordersVersion: Int
    private let nextOrderID: OrderID
    private let peakEquity: Double
    private let desk: OrderDesk

    init(_ core: TradingCore, _ desk: OrderDesk) {
        ledger = core.ledger
        ordersVersion = core.ordersVersion
        nextOrderID = core.nextOrderID
        peakEquity = core.peakEquity
        self.desk = desk
    }

    /// Where the next candle is and when the core was last told something is no change: both follow from what comes.
    func hasChanged(_ core: TradingCore, _ desk: OrderDesk) -> Bool {
        ordersVersion != core.ordersVersion || nextOrderID != core.nextOrderID || peakEquity != core.peakEquity
            || ledger != core.ledger || self.desk != desk
    }

    /// The position as it is to be written down; nil where that has not changed.
    func position(_ core: TradingCore, _ desk: OrderDesk) -> PositionRepository.Standing? {
        guard let now = Self.standing(core.ledger, desk.realised) else {
            guard var former = Self.standing(ledger, desk.realised) else { return nil }
            former.quantity = .zero
            return former
        }
        return now == Self.standing(ledger, self.desk.realised) ? nil : now
    }

    private static func standing(_ ledger: Ledger, _ realised: Money) -> PositionRepository.Standing? {
        guard let direction = ledger.direction, let first = ledger.lots.first else { return nil }
        let isLong = direction == .long
        let quantity = ledger.quantity
        var value = Money.zero
        for lot in ledger.lots { value += lot.value }
        var entry = first.entryPrice
        if ledger.lots.count > 1 {
            do {
                entry = Price(try value.value.divided(by: quantity.value, rounding: .nearest))
            } catch {
                // Beyond what can be counted: the first lot's price is shown.
            }
        }
        let stops = ledger.lots.compactMap(\.stop)
        let targets = ledger.lots.compactMap(\.target)
        return PositionRepository.Standing(
            direction: direction, quantity: quantity, entryPrice: entry, stop: isLong ? stops.max() : stops.min(),
            target: isLong ? targets.min() : targets.max(), realisedProfit: realised)
    }
}

extension RunningStrategy {
    /// Says what has to be written down about the strategy as a whole.
    mutating func finish(_ turn: inout DeskTurn, since before: Standpoint) {
        turn.output.position = before.position(core, desk)
        if core.ledger.isFlat {
            desk.realised = .zero
            desk.closingFailures = 0
        }
        turn.output.memoryChanged = before.hasChanged(core, desk)
    }
}
