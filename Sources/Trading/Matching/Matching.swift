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
    /// What has to be looked at to tell whether an order is reached; the order itself lies at the same index of
    /// `restingOrders`, since looking at it would copy it.
    struct Trigger: Sendable {
        let id: OrderID
        /// Double shadow of the limit or stop price.
        var price: Double
        /// The price at which the order came to be inside the current bar; nil when it waited at the bar's open.
        var bornAt: Double?
        /// A limit buy and a selling stop wait below the price, the others above it.
        let waitsBelow: Bool
        let role: OrderRole
        let side: Side
        let lot: LotID?
        /// It cannot open or add, whatever the position.
        let onlyReduces: Bool
        /// Reaching it fills nothing: the caller is told, and decides what the order is from then on.
        var wakesOnly = false
    }

    let market: MarketKind
    public let pricing: FillPricing
    @usableFromInline var waiting: [Order] = []
    private(set) var triggers: [Trigger] = []
    private(set) var restingOrders: [Order] = []
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
    public var orderCount: Int { waiting.count + triggers.count }

    /// Where the bar at work stands: its open, then the price of the last thing that happened inside it.
    public var priceReached: Double { insidePrice ?? bar.open }

    // MARK: Orders

    public mutating func place(_ order: Order) {
        guard let price = order.limitPrice ?? order.stopPrice else { return waiting.append(order) }
        let isStop = order.stopPrice != nil
        let trigger = Trigger(
            id: order.id, price: price.value.double, bornAt: insidePrice, waitsBelow: (order.side == .buy) != isStop,
            role: order.role, side: order.side, lot: order.lot,
            onlyReduces: order.reduceOnly || (market == .spot && order.side == .sell))
        triggers.append(trigger)
        restingOrders.append(order)
        watch(trigger)
    }

    /// Waits for the price to touch `price` from above (`waitsBelow`) or from below, and answers `.triggered` then: for
    /// orders that become another kind once they are touched. The order is to name a lot, by which touching is enough.
    public mutating func watch(_ order: Order, at price: Price, waitsBelow: Bool) {
        var trigger = Trigger(
            id: order.id, price: price.value.double, bornAt: insidePrice, waitsBelow: waitsBelow, role: order.role,
            side: order.side, lot: order.lot, onlyReduces: order.reduceOnly || (market == .spot && order.side == .sell))
        trigger.wakesOnly = true
        triggers.append(trigger)
        restingOrders.append(order)
        watch(trigger)
    }

    /// Fills an order that does not wait here at a price, as one that is reached there: a limit order at no worse than
    /// its limit, any other as a market order.
    public mutating func take(
        _ order: Order, at price: Double, _ funds: some MatchingFunds
    ) -> MatchingEvent {
        order.limitPrice == nil ? takeMarket(order, at: price, funds) : takeLimit(order, at: price, funds)
    }

    /// Whether the order was still there.
    @discardableResult
    public mutating func cancel(_ id: OrderID) -> Bool {
        for index in triggers.indices where triggers[index].id == id {
            remove(at: index)
            return true
        }
        for index in waiting.indices where waiting[index].id == id {
            waiting.remove(at: index)
            return true
        }
        return false
    }

    /// Gives the order of that number its new price and quantity. Whether it was still there.
    @discardableResult
    public mutating func amend(_ order: Order) -> Bool {
        for index in triggers.indices where triggers[index].id == order.id {
            restingOrders[index] = order
            if let price = order.limitPrice ?? order.stopPrice { triggers[index].price = price.value.double }
            refreshWatches()
            return true
        }
        return false
    }

    private mutating func remove(at index: Int) {
        triggers.remove(at: index)
        restingOrders.remove(at: index)
        refreshWatches()
    }

    /// Takes the order out of the list.
    private mutating func take(at index: Int) -> Order {
        triggers.remove(at: index)
        refreshWatches()
        return restingOrders.remove(at: index)
    }

    private mutating func refreshWatches() {
        lowWatch = -.infinity
        highWatch = .infinity
        for trigger in triggers { watch(trigger) }
    }

    private mutating func watch(_ trigger: Trigger) {
        if trigger.waitsBelow {
            lowWatch = max(lowWatch, trigger.price)
        } else {
            highWatch = min(highWatch, trigger.price)
        }
    }

    // MARK: Bars

    public mutating func begin(_ bar: MatchingBar) {
        self.bar = bar
        insidePrice = nil
        for index in triggers.indices where triggers[index].bornAt != nil { triggers[index].bornAt = nil }
    }

    /// The next thing that happens at the bar's open.
    public mutating func nextAtOpen(_ funds: some MatchingFunds) -> MatchingEvent? {
        if !waiting.isEmpty { return takeMarket(waiting.removeFirst(), at: bar.open, funds) }
        var best: Int?
        var bestRank = Int.max
        for index in triggers.indices where triggers[index].isReachedAtOpen(bar.open) {
            let rank = triggers[index].openRank
            if rank < bestRank {
                best = index
                bestRank = rank
            }
        }
        guard let best else { return nil }
        let wakesOnly = triggers[best].wakesOnly
        let order = take(at: best)
        if wakesOnly { return .triggered(order.id, at: bar.open) }
        return order.stopPrice == nil
            ? takeLimit(order, at: bar.open, funds) : takeMarket(order, at: bar.open, funds)
    }

    /// The next thing that happens between the bar's open and its close. `nextAtOpen` has answered nothing before.
    public mutating func nextInside(_ funds: some MatchingFunds) -> MatchingEvent? {
        let reducing = funds.direction?.exitSide
        var best: Int?
        var bestRank = Int.max
        for index in triggers.indices where triggers[index].isReachedInside(bar) {
            let rank = triggers[index].insideRank(reducing: reducing)
            if rank < bestRank {
                best = index
                bestRank = rank
            }
        }
        guard let best else { return nil }
        let isAmbiguous = isAmbiguous(triggers[best])
        let price = triggers[best].priceInside
        let wakesOnly = triggers[best].wakesOnly
        let order = take(at: best)
        insidePrice = price
        if wakesOnly { return .triggered(order.id, at: price) }
        return order.stopPrice == nil
            ? takeLimit(order, at: price, funds, isAmbiguous: isAmbiguous)
            : takeMarket(order, at: price, funds, isAmbiguous: isAmbiguous)
    }

    /// The next market order that fills at the bar's close.
    public mutating func nextAtClose(_ funds: some MatchingFunds) -> MatchingEvent? {
        waiting.isEmpty ? nil : takeMarket(waiting.removeFirst(), at: bar.close, funds)
    }

    /// A stop with the lot's target reached too, or a target in the bar in which a limit order opened the lot, unless
    /// the bar's close lies beyond the target.
    private func isAmbiguous(_ trigger: Trigger) -> Bool {
        switch trigger.role {
        case .stop:
            triggers.contains { $0.role == .target && $0.lot == trigger.lot && $0.isReachedInside(bar) }
        case .target:
            trigger.bornAt != nil
                && (trigger.waitsBelow ? bar.close > trigger.price : bar.close < trigger.price)
        case .decided, .exit: false
        }
    }
}

extension Matching.Trigger {
    /// An order that was born inside the bar has no part in its open.
    func isReachedAtOpen(_ open: Double) -> Bool {
        bornAt == nil && (waitsBelow ? open <= price : open >= price)
    }

    /// A limit of the strategy fills when the price trades through it; a stop or target when the price touches it.
    func isReachedInside(_ bar: MatchingBar) -> Bool {
        if let bornAt, waitsBelow ? bornAt <= price : bornAt >= price { return true }
        let isTouchEnough = lot != nil
        if waitsBelow { return isTouchEnough ? bar.low <= price : bar.low < price }
        return isTouchEnough ? bar.high >= price : bar.high > price
    }

    /// The order's own price, or the price it was born at when that was already beyond it.
    var priceInside: Double {
        guard let bornAt else { return price }
        return waitsBelow ? min(bornAt, price) : max(bornAt, price)
    }

    /// Stops before targets before limits.
    var openRank: Int {
        switch role {
        case .stop: 0
        case .target: 1
        case .decided, .exit: 2
        }
    }

    /// What opens or adds before stops before what reduces.
    func insideRank(reducing: Side?) -> Int {
        switch role {
        case .stop: 1
        case .target: 2
        case .decided, .exit: onlyReduces || side == reducing ? 2 : 0
        }
    }
}
