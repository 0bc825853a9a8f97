import Market

/// Cash and open lots of one account and symbol, exact, with Doubles beside them for what is asked on every candle.
///
/// Opening holds the entry value back from the cash, for a short as for a long (one times the money). Closing a long
/// brings the exit value; closing a short gives the entry value back and adds what the price fell. What is paid is
/// rounded up and what is received is rounded down to 10^-12, and the shares of a partial close add up exactly, so the
/// profits of the closed trades are the change of the cash, to the last digit, whenever nothing is open.
public struct Ledger: Sendable, Hashable {
    /// What the close of a lot, or of a part of it, came to.
    struct ClosedPiece {
        /// The lot as it was before.
        let lot: Lot
        let quantity: Quantity
        /// The part of the lot's entry value that was closed.
        let entryValue: Money
        let fees: Money
        /// After fees.
        let profit: Money
    }

    /// Quote currency that is not bound in positions.
    public private(set) var cash: Money
    public private(set) var feesPaid = Money.zero
    /// Base quantity written off so far: held, and too little to be sold.
    public private(set) var dust = Quantity.zero
    /// Oldest first; all of the same direction.
    public private(set) var lots: [Lot] = []
    @usableFromInline private(set) var cashShadow: Double
    /// Base quantity, negative for a short.
    @usableFromInline private(set) var signedQuantity = 0.0
    /// Twice the entry value of the shorts: what closing them at a price of zero would bring.
    @usableFromInline private(set) var shortCredit = 0.0

    public init(cash: Money) {
        self.cash = cash
        cashShadow = cash.value.double
    }

    public var direction: Direction? { lots.isEmpty ? nil : lots[0].direction }

    /// Base quantity of all lots.
    public var quantity: Quantity {
        var sum = Quantity.zero
        for index in lots.indices { sum += lots[index].quantity }
        return sum
    }

    @inlinable public var isFlat: Bool { signedQuantity == 0 }

    /// Cash and the value of the position at a price.
    @inlinable
    public func equity(at price: Double) -> Double {
        cashShadow + (shortCredit + signedQuantity * price)
    }

    func lotIndex(_ id: LotID) -> Int? {
        for index in lots.indices where lots[index].id == id { return index }
        return nil
    }

    /// Opens a lot, or adds to it when the order that opened it fills further.
    mutating func open(
        _ id: LotID, direction: Direction, quantity: Quantity, price: Price, fee: Money, fill: Fill, tag: String
    ) throws(FixedDecimal.Failure) {
        let value = try price.notional(of: quantity, rounding: direction == .long ? .up : .down)
        let rest = Money(try cash.value.adding(-(value + fee).value))
        if let index = lotIndex(id) {
            let sum = lots[index].quantity + quantity
            lots[index].value += value
            lots[index].fees += fee
            lots[index].quantity = sum
            lots[index].entryPrice = Price(try lots[index].value.value.divided(by: sum.value, rounding: .nearest))
        } else {
            lots.append(
                Lot(
                    id: id, direction: direction, quantity: quantity, value: value, fees: fee, entryPrice: price,
                    entryTime: fill.time, entryIndex: fill.index, tag: tag))
        }
        cash = rest
        feesPaid += fee
        refreshShadows()
    }

    /// Closes `quantity` of the lot at an index, at most all of it.
    ///
    /// - Parameter writesOffRest: whether what is left of the lot is dust: its cost is a loss of this piece.
    mutating func close(
        lotAt index: Int, quantity: Quantity, price: Price, fee: Money, writesOffRest: Bool = false
    ) throws(FixedDecimal.Failure) -> ClosedPiece {
        let lot = lots[index]
        precondition(quantity <= lot.quantity, "closes more than the lot holds")
        let isWhole = writesOffRest || quantity == lot.quantity
        let part = quantity.value
        let whole = lot.quantity.value
        let entryValue =
            isWhole ? lot.value : Money(try lot.value.value.scaled(by: part, over: whole, rounding: .nearest))
        let entryFees =
            isWhole ? lot.fees : Money(try lot.fees.value.scaled(by: part, over: whole, rounding: .nearest))
        let exitValue = try price.notional(of: quantity, rounding: lot.direction == .long ? .down : .up)
        let gain = lot.direction == .long ? exitValue - entryValue : entryValue - exitValue
        cash = Money(try cash.value.adding((entryValue + gain - fee).value))
        feesPaid += fee
        if isWhole {
            dust += lot.quantity - quantity
            lots.remove(at: index)
        } else {
            lots[index].quantity -= quantity
            lots[index].value -= entryValue
            lots[index].fees -= entryFees
        }
        refreshShadows()
        return ClosedPiece(
            lot: lot, quantity: quantity, entryValue: entryValue, fees: entryFees + fee,
            profit: gain - entryFees - fee)
    }

    /// Takes `quantity` out of the lot at an index, less than all of it, as a fee: what it cost is paid with the lot.
    mutating func payInBase(_ quantity: Quantity, lotAt index: Int) throws(FixedDecimal.Failure) {
        let lot = lots[index]
        precondition(quantity < lot.quantity, "pays more than the lot holds")
        let cost = Money(
            try lot.value.value.scaled(by: quantity.value, over: lot.quantity.value, rounding: .nearest))
        lots[index].quantity -= quantity
        lots[index].value -= cost
        lots[index].fees += cost
        feesPaid += cost
        refreshShadows()
    }

    /// Takes in a sale or purchase that belongs to no lot: the broker did it, so the cash has moved.
    mutating func bookUnmatched(
        _ side: Side, quantity: Quantity, price: Price, fee: Money
    ) throws(FixedDecimal.Failure) {
        let value = try price.notional(of: quantity, rounding: side == .sell ? .down : .up)
        cash = Money(try cash.value.adding(((side == .sell ? value : -value) - fee).value))
        feesPaid += fee
        refreshShadows()
    }

    mutating func replaceCash(_ cash: Money) {
        self.cash = cash
        refreshShadows()
    }

    /// Changes a lot's stop, target or extremes; quantity and value change only by opening and closing.
    mutating func update(lotAt index: Int, _ change: (inout Lot) -> Void) {
        change(&lots[index])
    }

    /// Takes a held candle's range into the lots' extremes.
    ///
    /// An older lot has seen every candle that a younger one has, so its extremes reach at least as far: going from the
    /// youngest to the oldest, the first one that does not change ends the work.
    @usableFromInline
    mutating func widenExtremes(high: Double, low: Double) {
        var index = lots.count - 1
        while index >= 0 {
            let isHigher = high > lots[index].highest
            let isLower = low < lots[index].lowest
            guard isHigher || isLower else { return }
            if isHigher { lots[index].highest = high }
            if isLower { lots[index].lowest = low }
            index -= 1
        }
    }

    private mutating func refreshShadows() {
        cashShadow = cash.value.double
        var quantity = 0.0
        var credit = 0.0
        for index in lots.indices {
            let amount = lots[index].quantity.value.double
            if lots[index].direction == .long {
                quantity += amount
            } else {
                quantity -= amount
                credit += 2 * lots[index].value.value.double
            }
        }
        signedQuantity = quantity
        shortCredit = credit
    }
}

/// The exact amounts; the Doubles follow from them.
extension Ledger: Codable {
    private enum CodingKeys: String, CodingKey {
        case cash, feesPaid, dust, lots
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(cash: try fields.decode(Money.self, forKey: .cash))
        feesPaid = try fields.decode(Money.self, forKey: .feesPaid)
        dust = try fields.decode(Quantity.self, forKey: .dust)
        lots = try fields.decode([Lot].self, forKey: .lots)
        refreshShadows()
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(cash, forKey: .cash)
        try fields.encode(feesPaid, forKey: .feesPaid)
        try fields.encode(dust, forKey: .dust)
        try fields.encode(lots, forKey: .lots)
    }
}
