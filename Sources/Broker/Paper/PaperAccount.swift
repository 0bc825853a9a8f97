import Market
import Trading
import Wording

/// A spot account at a venue that is not there: balances, orders and fills of all its symbols, by the fill model of
/// the backtest.
///
/// Pure: orders, cancels, prices and the time come in, `takeChanges()` answers what came of them. Prices come as bars,
/// a trade being a bar whose four prices are the same. A bar is worked off by `take(_:on:)`, or by `begin` and then
/// `step` until it answers false, between which orders may be placed that follow from what was just filled; this is
/// how a backtest's stop comes to stand in the candle of its own entry.
///
/// A bar has no depth: an order is filled whole, at one price, except for what the balance does not cover. Limit
/// orders pay the maker's fee and market orders and stops the taker's, as in a backtest. Fees are in quote currency; a
/// limit buy holds back its value and, as far as the balance reaches, its fee; when it does not reach, the fill is cut.
public struct PaperAccount: Sendable {
    public let settings: PaperAccountSettings
    private(set) var book = PaperBook()
    private(set) var desks: [Symbol: PaperDesk] = [:]
    private var changes: PaperChanges

    /// Orders that wait at a time; the next one is refused.
    public static let maximumOpenOrders = 1000

    /// Opens the account as the store has it. An open order on a symbol that the venue does not list any more stays,
    /// and can be cancelled.
    public init(_ snapshot: PaperSnapshot, instruments: [Instrument]) throws(TradingError) {
        settings = snapshot.settings
        changes = PaperChanges(nextOrder: snapshot.nextOrder, nextFill: snapshot.nextFill)
        for balance in snapshot.balances { book.set(balance) }
        for instrument in instruments { try list(instrument) }
        for order in snapshot.openOrders.sorted(by: { $0.number < $1.number }) {
            book.set(order)
            rest(order)
        }
    }

    // MARK: What is to be seen

    /// Those that are not zero, by asset.
    public var balances: [Balance] {
        book.balances.values.filter { !$0.total.isZero }.sorted { $0.asset < $1.asset }
    }

    /// Oldest first.
    public var openOrders: [PaperOrder] { book.orders.values.sorted { $0.number < $1.number } }

    public var symbolsWithOrders: Set<Symbol> { Set(book.orders.values.map(\.symbol)) }

    public func openOrder(_ reference: OrderReference) -> PaperOrder? {
        switch reference {
        case .client(let id): book.numbers[id].flatMap { book.orders[$0] }
        case .venue(let id): Int64(id.text).flatMap { book.orders[$0] }
        }
    }

    public func lastPrice(of symbol: Symbol) -> Double? { desks[symbol]?.lastPrice }

    public var instruments: [Instrument] { desks.values.map(\.instrument) }

    public func instrument(_ symbol: Symbol) -> Instrument? { desks[symbol]?.instrument }

    /// Whether a bar with this range changes nothing but the last price.
    public func isQuiet(high: Double, low: Double, on symbol: Symbol) -> Bool {
        guard let desk = desks[symbol] else { return true }
        return desk.waiting.isEmpty && desk.matching.isQuiet(high: high, low: low)
    }

    // MARK: What comes from outside

    /// Takes in a market of the venue, or what has changed about it.
    public mutating func list(_ instrument: Instrument) throws(TradingError) {
        if desks[instrument.symbol]?.instrument == instrument { return }
        var desk = try PaperDesk(instrument, settings)
        if let old = desks[instrument.symbol] {
            desk.lastPrice = old.lastPrice
            desk.waiting = old.waiting
            desk.immediate = old.immediate
        }
        desks[instrument.symbol] = desk
        let waiting = Set(desk.waiting + desk.immediate)
        for order in openOrders where order.symbol == instrument.symbol && !waiting.contains(order.number) {
            rest(order)
        }
    }

    /// Takes in a price without matching against it: what a ticker says before the first trade is seen.
    public mutating func see(_ price: Double, on symbol: Symbol) {
        desks[symbol]?.lastPrice = price
    }

    /// Adds to the free balance, or takes from it; less than nothing cannot be left.
    public mutating func credit(_ amount: FixedDecimal, of asset: String) throws(BrokerError) {
        var balance = book.balance(of: asset)
        do {
            balance.free = try balance.free.adding(amount)
        } catch {
            throw .rejected(.outOfRange, Self.tooLarge)
        }
        guard !balance.free.isNegative else {
            throw .rejected(
                .insufficientBalance,
                Message(
                    "\(asset): \(book.balance(of: asset).free) is free, \(-amount) was to be taken",
                    fr: "\(asset) : \(book.balance(of: asset).free) est libre, \(-amount) à retirer"))
        }
        write(balance)
        tellBalances([asset])
    }

    /// What has changed since the last call.
    public mutating func takeChanges() -> PaperChanges {
        let taken = changes
        changes = PaperChanges(nextOrder: taken.nextOrder, nextFill: taken.nextFill)
        return taken
    }

    // MARK: Writing down

    mutating func write(_ order: PaperOrder) {
        book.set(order)
        changes.orders[order.number] = order
    }

    mutating func write(_ balance: Balance) {
        book.set(balance)
        changes.balances[balance.asset] = balance
    }

    mutating func write(_ fill: FillReport) {
        changes.fills.append(fill)
    }

    mutating func tell(_ event: AccountEvent) {
        changes.events.append(event)
    }

    mutating func tellBalances(_ assets: [String]) {
        tell(.balancesChanged(assets.map { book.balance(of: $0) }))
    }

    mutating func takeOrderNumber() -> Int64 {
        defer { changes.nextOrder += 1 }
        return changes.nextOrder
    }

    mutating func takeFillNumber() -> Int64 {
        defer { changes.nextFill += 1 }
        return changes.nextFill
    }

    /// Changes a desk in place: taking it out and putting it back would copy its orders.
    mutating func work<Answer>(on symbol: Symbol, _ body: (inout PaperDesk) -> Answer) -> Answer? {
        guard desks[symbol] != nil else { return nil }
        return body(&desks[symbol]!)
    }

    static var tooLarge: Message {
        Message("the amount is too large to be counted", fr: "le montant est trop grand pour être compté")
    }
}
