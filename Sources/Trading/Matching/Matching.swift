import Market
import Wording

/// The fill model: which orders a bar of prices fills, when and at what price. There is no other one.
///
/// A bar is worked off by calling `begin`, then `nextAtOpen` until it answers nothing, then `nextInside` until it
/// answers nothing. Between two calls the caller books what was answered and passes on the orders that follow from it
/// (a stop for a new lot, the cancel of a target whose stop has filled). Order of events within a bar:
///
/// 1. At the open: market orders as they came; then stops, targets and limits that the open has already reached.
/// 2. Inside: limits that open or add, then stops, then targets and limits that reduce; each group as it came.
///
/// `isQuiet` tells in three comparisons that a bar does nothing, however many orders wait.
public struct Matching: Sendable {
    struct Resting: Sendable {
        var order: Order
        /// Double shadow of the limit or stop price.
        var trigger: Double
        /// The price at which the order came to be inside the current bar; nil when it waited at the bar's open.
        var bornAt: Double?
    }

    let market: MarketKind
    let pricing: FillPricing
    @usableFromInline var waiting: [Order] = []
    private(set) var resting: [Resting] = []
    /// A low at or below it may fill something.
    @usableFromInline var lowWatch = -Double.infinity
    /// A high at or above it may fill something.
    @usableFromInline var highWatch = Double.infinity
    private(set) var bar = MatchingBar(
        open: 0, high: 0, low: 0, close: 0, time: Timestamp(milliseconds: 0), index: 0)
    /// The last fill's price inside the current bar; nil before the first one and at the open.
    private var insidePrice: Double?
    var fillCount = 0

    public init(_ settings: TradingSettings) {
        market = settings.market
        pricing = FillPricing(settings)
    }

    /// Whether a bar with this range fills nothing. The open lies inside the range, as in every valid candle.
    @inlinable
    public func isQuiet(high: Double, low: Double) -> Bool {
        low > lowWatch && high < highWatch && waiting.isEmpty
    }

    /// How many orders it holds.
    public var orderCount: Int { waiting.count + resting.count }

    // MARK: Orders

    public mutating func place(_ order: Order) {
        switch order.kind {
        case .market: waiting.append(order)
        case .limit(let price), .stop(let price):
            let entry = Resting(order: order, trigger: price.value.double, bornAt: insidePrice)
            resting.append(entry)
            watch(entry)
        }
    }

    /// Whether the order was still there.
    @discardableResult
    public mutating func cancel(_ id: OrderID) -> Bool {
        if let index = resting.firstIndex(where: { $0.order.id == id }) {
            remove(at: index)
            return true
        }
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: index)
            return true
        }
        return false
    }

    /// Gives the order of that number its new price and quantity. Whether it was still there.
    @discardableResult
    public mutating func amend(_ order: Order) -> Bool {
        guard let index = resting.firstIndex(where: { $0.order.id == order.id }) else { return false }
        let price = order.limitPrice ?? order.stopPrice
        resting[index].order = order
        if let price { resting[index].trigger = price.value.double }
        refreshWatches()
        return true
    }

    private mutating func remove(at index: Int) {
        resting.remove(at: index)
        refreshWatches()
    }

    private mutating func refreshWatches() {
        lowWatch = -.infinity
        highWatch = .infinity
        for entry in resting { watch(entry) }
    }

    /// A limit buy and a selling stop wait below the price, the others above it.
    private mutating func watch(_ entry: Resting) {
        if entry.waitsBelow {
            lowWatch = max(lowWatch, entry.trigger)
        } else {
            highWatch = min(highWatch, entry.trigger)
        }
    }

    // MARK: Bars

    public mutating func begin(_ bar: MatchingBar) {
        self.bar = bar
        insidePrice = nil
        for index in resting.indices where resting[index].bornAt != nil { resting[index].bornAt = nil }
    }

    /// The next thing that happens at the bar's open.
    public mutating func nextAtOpen(_ ledger: Ledger) -> MatchingEvent? {
        if !waiting.isEmpty { return takeMarket(waiting.removeFirst(), at: bar.open, ledger) }
        var best: Int?
        for index in resting.indices where resting[index].isReachedAtOpen(bar.open) {
            guard let other = best else {
                best = index
                continue
            }
            if resting[index].openRank < resting[other].openRank { best = index }
        }
        guard let best else { return nil }
        let order = resting[best].order
        remove(at: best)
        return order.stopPrice == nil
            ? takeLimit(order, at: bar.open, ledger) : takeMarket(order, at: bar.open, ledger)
    }

    /// The next thing that happens between the bar's open and its close. `nextAtOpen` has answered nothing before.
    public mutating func nextInside(_ ledger: Ledger) -> MatchingEvent? {
        let direction = ledger.direction
        var best: Int?
        var bestRank = Int.max
        for index in resting.indices where resting[index].isReachedInside(bar) {
            let rank = resting[index].insideRank(direction: direction, market: market)
            if rank < bestRank {
                best = index
                bestRank = rank
            }
        }
        guard let best else { return nil }
        let entry = resting[best]
        let isAmbiguous = isAmbiguous(entry)
        let price = entry.priceInside
        remove(at: best)
        insidePrice = price
        return entry.order.stopPrice == nil
            ? takeLimit(entry.order, at: price, ledger, isAmbiguous: isAmbiguous)
            : takeMarket(entry.order, at: price, ledger, isAmbiguous: isAmbiguous)
    }

    /// The next market order that fills at the bar's close.
    public mutating func nextAtClose(_ ledger: Ledger) -> MatchingEvent? {
        waiting.isEmpty ? nil : takeMarket(waiting.removeFirst(), at: bar.close, ledger)
    }

    /// A stop with the lot's target reached too, or a target in the bar in which a limit order opened the lot, unless
    /// the bar's close lies beyond the target.
    private func isAmbiguous(_ entry: Resting) -> Bool {
        switch entry.order.role {
        case .stop:
            resting.contains {
                $0.order.role == .target && $0.order.lot == entry.order.lot && $0.isReachedInside(bar)
            }
        case .target:
            entry.bornAt != nil
                && (entry.waitsBelow ? bar.close > entry.trigger : bar.close < entry.trigger)
        case .decided, .exit: false
        }
    }
}

extension Matching.Resting {
    var waitsBelow: Bool {
        switch order.kind {
        case .limit: order.side == .buy
        case .stop: order.side == .sell
        case .market: false
        }
    }

    /// An order that was born inside the bar has no part in its open.
    func isReachedAtOpen(_ open: Double) -> Bool {
        bornAt == nil && (waitsBelow ? open <= trigger : open >= trigger)
    }

    /// A limit of the strategy fills when the price trades through it; a stop or target when the price touches it.
    func isReachedInside(_ bar: MatchingBar) -> Bool {
        if let bornAt, waitsBelow ? bornAt <= trigger : bornAt >= trigger { return true }
        let isTouchEnough = order.lot != nil
        if waitsBelow { return isTouchEnough ? bar.low <= trigger : bar.low < trigger }
        return isTouchEnough ? bar.high >= trigger : bar.high > trigger
    }

    /// The trigger, or the price the order was born at when that was already beyond it.
    var priceInside: Double {
        guard let bornAt else { return trigger }
        return waitsBelow ? min(bornAt, trigger) : max(bornAt, trigger)
    }

    /// Stops before targets before limits.
    var openRank: Int {
        switch order.role {
        case .stop: 0
        case .target: 1
        case .decided, .exit: 2
        }
    }

    /// What opens or adds before stops before what reduces.
    func insideRank(direction: Direction?, market: MarketKind) -> Int {
        switch order.role {
        case .stop: 1
        case .target: 2
        case .decided, .exit:
            order.reduceOnly || order.side == direction?.exitSide || (market == .spot && order.side == .sell) ? 2 : 0
        }
    }
}
