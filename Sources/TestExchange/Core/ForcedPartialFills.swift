import Market

/// A fault on demand: the next orders that meet the house get a part of what they ask for.
struct ForcedPartialFills {
    /// 0 to 1, of the quantity that would have traded at once; at least a lot trades.
    var fraction: FixedDecimal
    /// How many orders are still to be cut.
    var orders: Int
    /// How long what is left of such an order lies in the book before the house meets it, in milliseconds.
    var hold: Int64
    /// nil cuts the orders of every account.
    var account: AccountID?
}
