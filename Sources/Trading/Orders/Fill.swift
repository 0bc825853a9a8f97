import Market

/// The broker's name for a fill; unique within its order.
public struct FillID: Hashable, Sendable, CustomStringConvertible {
    /// A simulated fill is only counted: making a text of each number would cost more than the fill.
    private enum Name: Hashable {
        case number(Int)
        case text(String)
    }

    private let name: Name

    public init(_ text: String) {
        name = .text(text)
    }

    public init(number: Int) {
        name = .number(number)
    }

    public var text: String {
        switch name {
        case .number(let number): String(number)
        case .text(let text): text
        }
    }

    public var description: String { text }
}

extension FillID: Codable {
    public init(from decoder: any Decoder) throws {
        let field = try decoder.singleValueContainer()
        let text = try field.decode(String.self)
        // A counted one is written with a sign before it, which no venue's name begins with.
        if text.first == "#", let number = Int(text.dropFirst()) { self.init(number: number) } else { self.init(text) }
    }

    public func encode(to encoder: any Encoder) throws {
        var field = encoder.singleValueContainer()
        switch name {
        case .number(let number): try field.encode("#\(number)")
        case .text(let text): try field.encode(text)
        }
    }
}

/// What the broker did: one execution of an order, or of a part of it.
public struct Fill: Sendable, Hashable {
    public let id: FillID
    public let order: OrderID
    public let side: Side
    public let price: Price
    public let quantity: Quantity
    /// In quote currency.
    public let fee: Money
    /// In base: what a buy did not bring of `quantity`, or what a sale took besides it.
    public let baseFee: Quantity
    /// Open time of the candle (of the finer one, when finer ones decide) in which it happened; live: the venue's time.
    public let time: Timestamp
    /// Index of the strategy's candle in which it happened.
    public let index: Int
    /// Whether the order rested in the book and was met there.
    public let isMaker: Bool
    /// Whether the candle leaves open if it happened so: stop and target both inside it, or a target inside the candle
    /// in which a limit order had just opened the lot. Finer candles tell.
    public let isAmbiguous: Bool

    public init(
        id: FillID, order: OrderID, side: Side, price: Price, quantity: Quantity, fee: Money,
        baseFee: Quantity = .zero, time: Timestamp, index: Int, isMaker: Bool, isAmbiguous: Bool = false
    ) {
        self.id = id
        self.order = order
        self.side = side
        self.price = price
        self.quantity = quantity
        self.fee = fee
        self.baseFee = baseFee
        self.time = time
        self.index = index
        self.isMaker = isMaker
        self.isAmbiguous = isAmbiguous
    }
}
