/// The number of a row; numbers of different kinds of rows are different types.
public struct RowID<Row>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    public static func < (left: RowID, right: RowID) -> Bool { left.number < right.number }
    public var description: String { String(number) }
}

/// A strategy that runs for a user on a broker and a symbol.
public enum ActiveStrategy: Sendable {}
/// One call of a user's webhook.
public enum WebhookCall: Sendable {}

public typealias ActiveStrategyID = RowID<ActiveStrategy>
public typealias WebhookCallID = RowID<WebhookCall>
public typealias StoredOrderID = RowID<StoredOrder>
public typealias TradeID = RowID<JournalTrade>
public typealias PositionID = RowID<StoredPosition>
