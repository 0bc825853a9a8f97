import Market

/// Fees of an account as fractions of what it receives.
public struct CommissionRates: Sendable, Hashable {
    public var maker: FixedDecimal
    public var taker: FixedDecimal

    /// 0.1 % either way.
    public static let usual = CommissionRates(
        maker: FixedDecimal(units: FixedDecimal.unitsPerOne / 1000),
        taker: FixedDecimal(units: FixedDecimal.unitsPerOne / 1000))

    public init(maker: FixedDecimal, taker: FixedDecimal) {
        self.maker = maker
        self.taker = taker
    }
}

/// What an account may do and what it pays.
public struct AccountSettings: Sendable, Hashable {
    public var commission = CommissionRates.usual
    public var canTrade = true
    public var canWithdraw = true
    public var canDeposit = true
    /// As on the wire, such as `SPOT`.
    public var accountType = "SPOT"
    public var permissions = ["SPOT"]

    public init() {}
}

/// What an account holds of one asset.
public struct Balance: Sendable, Hashable {
    public let asset: Asset
    public internal(set) var free: FixedDecimal
    /// Set aside for open orders.
    public internal(set) var locked: FixedDecimal

    public var total: FixedDecimal { free + locked }
}

/// An account at one moment; balances in the order of their assets' names.
public struct AccountState: Sendable, Hashable {
    public let id: AccountID
    public let settings: AccountSettings
    public let updateTime: Timestamp
    public let balances: [Balance]
}

/// One of an account's sides of a trade.
public struct AccountTrade: Sendable, Hashable {
    public let id: TradeID
    public let market: MarketID
    public let orderID: OrderID
    public let listID: OrderListID?
    public let price: FixedDecimal
    public let quantity: FixedDecimal
    public let quoteQuantity: FixedDecimal
    public let commission: FixedDecimal
    public let commissionAsset: Asset
    public let time: Timestamp
    public let isBuyer: Bool
    public let isMaker: Bool
}

/// One change of an order's quantity.
public struct OrderAmendment: Sendable, Hashable {
    public let market: MarketID
    public let orderID: OrderID
    public let executionID: Int64
    public let originalClientOrderID: String
    public let newClientOrderID: String
    public let originalQuantity: FixedDecimal
    public let newQuantity: FixedDecimal
    public let time: Timestamp
}
