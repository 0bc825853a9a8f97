import Market
import Trading
import Wording

/// The venue's name for an order; unique within (venue, symbol).
public struct VenueOrderID: Codable, Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public var description: String { text }

    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var field = encoder.singleValueContainer()
        try field.encode(text)
    }
}

/// How an order is asked about.
public enum OrderReference: Sendable, Hashable {
    case client(ClientOrderID)
    case venue(VenueOrderID)
}

/// Where an order stands at the venue.
public enum OrderStatus: Sendable, Hashable {
    /// Held by the venue: in the book, or waiting for its trigger.
    case open
    case partiallyFilled
    case filled
    case cancelled
    case rejected(Message)
    /// Ended by the venue: an IOC or FOK rest, the other half of a pair, the end of a market.
    case expired

    public var isTerminal: Bool {
        switch self {
        case .open, .partiallyFilled: false
        case .filled, .cancelled, .rejected, .expired: true
        }
    }

    public var name: String {
        switch self {
        case .open: "open"
        case .partiallyFilled: "partially_filled"
        case .filled: "filled"
        case .cancelled: "cancelled"
        case .rejected: "rejected"
        case .expired: "expired"
        }
    }
}

/// An order as the venue tells it.
public struct OrderReport: Sendable, Hashable {
    public var venueID: VenueOrderID
    /// Nil for an order that somebody placed elsewhere, under a name that is not ours.
    public var clientID: ClientOrderID?
    public var symbol: Symbol
    public var side: Side
    public var instruction: OrderInstruction
    /// Ordered, in base; zero for a market order in quote currency that has not filled.
    public var quantity: Quantity
    public var filledQuantity: Quantity
    /// Sum of price x quantity of its fills.
    public var filledValue: Money
    public var status: OrderStatus
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// The executions that the reply itself told; may be fewer than there are: `Broker.fills` has them all.
    public var fills: [FillReport]

    public init(
        venueID: VenueOrderID, clientID: ClientOrderID?, symbol: Symbol, side: Side, instruction: OrderInstruction,
        quantity: Quantity, filledQuantity: Quantity, filledValue: Money, status: OrderStatus, createdAt: Timestamp,
        updatedAt: Timestamp, fills: [FillReport] = []
    ) {
        self.venueID = venueID
        self.clientID = clientID
        self.symbol = symbol
        self.side = side
        self.instruction = instruction
        self.quantity = quantity
        self.filledQuantity = filledQuantity
        self.filledValue = filledValue
        self.status = status
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.fills = fills
    }
}
