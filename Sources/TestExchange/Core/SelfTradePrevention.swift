/// What happens when an order would trade with another one of its account; the taker's mode decides.
public enum SelfTradePrevention: String, Sendable, Hashable, CaseIterable {
    case none = "NONE"
    case expireTaker = "EXPIRE_TAKER"
    case expireMaker = "EXPIRE_MAKER"
    case expireBoth = "EXPIRE_BOTH"
    /// Both orders lose the quantity that would have matched; the smaller one expires.
    case decrement = "DECREMENT"

    /// How it works for a market order by quote quantity, which has no quantity to lose: only the maker loses.
    var byQuote: SelfTradePrevention { self == .decrement ? .expireMaker : self }
}
