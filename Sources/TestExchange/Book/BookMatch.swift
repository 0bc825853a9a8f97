import Market

/// An order that looks for what it can meet in a book, in the book's whole numbers.
struct BookTaker {
    var side: Side
    /// Who placed it.
    var owner: Int32
    /// In ticks; nil takes any price.
    var limit: Int64?
    /// In lots.
    var quantity: Int64
    /// The most that price times quantity may come to, in ticks times lots; nil is no bound.
    var budget: Int128?
    var prevention: SelfTradePrevention

    init(
        side: Side, owner: Int32, limit: Int64?, quantity: Int64, budget: Int128? = nil,
        prevention: SelfTradePrevention = .none
    ) {
        self.side = side
        self.owner = owner
        self.limit = limit
        self.quantity = quantity
        self.budget = budget
        self.prevention = prevention
    }
}

/// One meeting of a taker with an order of the book.
struct BookMatch: Equatable {
    enum Kind: Equatable {
        case trade
        /// Self-trade prevention: what each of the two loses instead of trading.
        case prevented
    }

    var kind: Kind
    var makerID: Int64
    var makerOwner: Int32
    var price: Int64
    /// Lots traded; 0 when prevented.
    var quantity: Int64
    /// Lots that taker and maker lost to self-trade prevention.
    var takerLoss: Int64 = 0
    var makerLoss: Int64 = 0
    /// Whether the maker has left the book.
    var makerIsGone: Bool
}

/// What is left of a taker.
struct BookOutcome: Equatable {
    /// Lots that neither traded nor were lost.
    var remaining: Int64
    /// Ticks times lots that are left of the budget.
    var budget: Int128?
    /// Whether self-trade prevention ended the taker.
    var takerIsPrevented: Bool
    /// Whether the budget no longer buys a lot at the best price; the taker is then done.
    var budgetIsSpent: Bool
}
