import Market

/// An order and what the exchange keeps about it beside its public state.
final class LiveOrder {
    var state: ExchangeOrder
    unowned let owner: AccountRecord
    /// The limit in ticks; nil for market orders, also triggered ones.
    let limitTicks: Int64?
    let stopTicks: Int64?
    /// The quantity in lots; 0 for a market order by quote quantity.
    var lots: Int64
    /// Lots that are neither traded nor lost.
    var openLots: Int64
    /// Set aside for it: quote for a buyer, base for a seller. 0 while its list holds the funds.
    var lock = FixedDecimal.zero
    weak var list: ListRecord?
    /// Whether it lies in the book.
    var isResting = false
    /// What it met since it was last asked for; kept for the answer to its placement.
    var fills: [OrderFill] = []
    var preventedMatches: [PreventedMatch] = []
    var amendmentCount = 0

    init(_ state: ExchangeOrder, owner: AccountRecord, limitTicks: Int64?, stopTicks: Int64?, lots: Int64) {
        self.state = state
        self.owner = owner
        self.limitTicks = limitTicks
        self.stopTicks = stopTicks
        self.lots = lots
        openLots = lots
    }
}

/// An order list and its orders.
final class ListRecord {
    enum Phase {
        /// An OCO that nothing has happened to, or the pending pair of an OTOCO at work.
        case pair
        /// An OTO or OTOCO whose working order is not filled.
        case working
        /// Each order stands for itself now.
        case decided
    }

    var state: OrderListState
    var orders: [LiveOrder]
    var phase: Phase
    /// Set aside for the pair of an OCO, of which at most one trades.
    var lock = FixedDecimal.zero

    init(_ state: OrderListState, orders: [LiveOrder], phase: Phase) {
        self.state = state
        self.orders = orders
        self.phase = phase
    }

    /// The legs of which one cancels the other: the whole of an OCO, all but the first of an OTOCO.
    var pair: ArraySlice<LiveOrder> {
        switch state.contingency {
        case .oneCancelsOther: orders[...]
        case .oneTriggersOther: orders.count == 3 ? orders[1...] : []
        }
    }
}
