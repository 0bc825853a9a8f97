/// The number of a row; numbers of different kinds of rows are different types.
public struct RowID<Row>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    public static func < (left: RowID, right: RowID) -> Bool { left.number < right.number }
    public var description: String { String(number) }
}

/// One call of a user's webhook.
public enum WebhookCall: Sendable {}

public typealias StrategyID = RowID<StoredStrategy>
public typealias ActiveStrategyID = RowID<ActiveStrategy>
public typealias StrategyCommandID = RowID<StrategyCommand>
public typealias EngineID = RowID<RegisteredEngine>
public typealias SignalID = RowID<HeartbeatSignal>
public typealias HeartbeatRunnerID = RowID<HeartbeatRunner>
public typealias DecisionID = RowID<StoredDecision>
public typealias AlertID = RowID<StoredAlert>
public typealias AuditID = RowID<AuditEntry>
public typealias WebhookCallID = RowID<WebhookCall>
public typealias StoredOrderID = RowID<StoredOrder>
public typealias TradeID = RowID<JournalTrade>
public typealias PositionID = RowID<StoredPosition>
