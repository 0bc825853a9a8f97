/// Which way an order trades.
public enum Side: String, Codable, Sendable, Hashable, CaseIterable {
    case buy, sell

    public var opposite: Side {
        self == .buy ? .sell : .buy
    }
}

/// Which way a position gains: long when the price rises, short when it falls.
public enum Direction: String, Codable, Sendable, Hashable, CaseIterable {
    case long, short

    public var opposite: Direction {
        self == .long ? .short : .long
    }

    /// The side of the order that opens such a position.
    public var entrySide: Side {
        self == .long ? .buy : .sell
    }

    /// The side of the order that closes such a position.
    public var exitSide: Side {
        self == .long ? .sell : .buy
    }

    /// +1 for long, -1 for short.
    public var sign: Double {
        self == .long ? 1 : -1
    }
}
