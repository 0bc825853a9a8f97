import Broker
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

    /// The position as it is to be written down; nil where that has not changed, or there is none.
    func position(_ core: TradingCore, _ desk: OrderDesk) -> PositionRepository.Standing? {
        let now = Self.standing(core.ledger, desk.realised)
        return now == Self.standing(ledger, self.desk.realised) ? nil : now
    }

    var wasFlat: Bool { ledger.isFlat }

    static func standing(_ ledger: Ledger, _ realised: Money) -> PositionRepository.Standing? {
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
        if turn.output.positions.isEmpty {
            if let position = before.position(core, desk) { turn.output.positions = [position] }
        } else if let position = Standpoint.standing(core.ledger, desk.realised) {
            turn.output.positions.append(position)
        }
        if core.ledger.isFlat {
            desk.realised = .zero
            desk.closingFailures = 0
        }
        turn.output.memoryChanged = before.hasChanged(core, desk)
    }

    /// The end of a position, as soon as the core has closed it: before the turn is over another one may be open.
    ///
    /// - Parameters:
    ///   - former: as it stood before the core was told; nil where it was flat.
    ///   - trades: how many trades of this turn were closed before.
    mutating func notePositionEnd(
        _ former: PositionRepository.Standing?, trades: Int, _ turn: inout DeskTurn
    ) {
        guard core.ledger.isFlat else { return }
        // Opened and closed by one fill, where what it bought is less than can be sold.
        let opened = turn.output.trades[trades...].last.map { trade in
            PositionRepository.Standing(
                direction: trade.direction, quantity: turn.output.fills.last?.quantity ?? trade.quantity,
                entryPrice: trade.entryPrice)
        }
        guard var ended = former ?? opened else { return }
        let isUnwritten = turn.output.positions.last.map { $0.quantity.value.isZero } ?? turn.wasFlat
        if isUnwritten { turn.output.positions.append(ended) }
        ended.quantity = .zero
        ended.realisedProfit = desk.realised
        turn.output.positions.append(ended)
        desk.realised = .zero
    }
}
