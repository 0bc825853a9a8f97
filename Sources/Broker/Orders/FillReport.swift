import Market
import Trading

/// An amount of one asset that was paid for an execution.
public struct Fee: Sendable, Hashable {
    public var amount: FixedDecimal
    public var asset: String

    public init(amount: FixedDecimal, asset: String) {
        self.amount = amount
        self.asset = asset
    }
}

/// One execution as the venue tells it. `(symbol, id)` is unique at a venue: booking by it books once.
public struct FillReport: Sendable, Hashable {
    public var id: FillID
    public var venueOrderID: VenueOrderID
    /// Nil when the order is not ours, or when the venue does not tell it with an execution.
    public var clientID: ClientOrderID?
    public var symbol: Symbol
    public var side: Side
    public var price: Price
    public var quantity: Quantity
    public var fee: Fee
    public var time: Timestamp
    public var isMaker: Bool

    public init(
        id: FillID, venueOrderID: VenueOrderID, clientID: ClientOrderID?, symbol: Symbol, side: Side, price: Price,
        quantity: Quantity, fee: Fee, time: Timestamp, isMaker: Bool
    ) {
        self.id = id
        self.venueOrderID = venueOrderID
        self.clientID = clientID
        self.symbol = symbol
        self.side = side
        self.price = price
        self.quantity = quantity
        self.fee = fee
        self.time = time
        self.isMaker = isMaker
    }
}

/// Which executions are wanted.
public struct FillRequest: Sendable, Hashable {
    public var symbol: Symbol
    /// Of one order only.
    public var order: VenueOrderID?
    /// Only executions after this one.
    public var after: FillID?
    public var since: Timestamp?
    /// At most this many, the oldest; 1 … `largestLimit`.
    public var limit: Int
    public static let largestLimit = 100_000

    public init(
        symbol: Symbol, order: VenueOrderID? = nil, after: FillID? = nil, since: Timestamp? = nil, limit: Int = 1000
    ) {
        self.symbol = symbol
        self.order = order
        self.after = after
        self.since = since
        self.limit = limit
    }
}
