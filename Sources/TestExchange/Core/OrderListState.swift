import Market

/// Orders that depend on each other, as the exchange knows them at one moment.
public struct OrderListState: Sendable, Hashable {
    /// Raw values are the names on the wire. An OTOCO is an OTO whose pending orders are an OCO.
    public enum Contingency: String, Sendable, Hashable {
        case oneCancelsOther = "OCO"
        case oneTriggersOther = "OTO"
    }

    /// `listStatusType` on the wire.
    public enum Progress: String, Sendable, Hashable {
        case response = "RESPONSE"
        case started = "EXEC_STARTED"
        case updated = "UPDATED"
        case done = "ALL_DONE"
    }

    /// `listOrderStatus` on the wire.
    public enum Status: String, Sendable, Hashable {
        case executing = "EXECUTING"
        case done = "ALL_DONE"
        case rejected = "REJECT"
    }

    public struct Member: Sendable, Hashable {
        public let orderID: OrderID
        public internal(set) var clientOrderID: String
    }

    public let id: OrderListID
    public let market: MarketID
    public let account: AccountID
    public let contingency: Contingency
    public let clientOrderID: String
    public internal(set) var progress: Progress
    public internal(set) var status: Status
    public internal(set) var members: [Member]
    public let time: Timestamp
    public internal(set) var updateTime: Timestamp
}

/// An accepted order list with its orders.
public struct PlacedOrderList: Sendable, Hashable {
    public let list: OrderListState
    public let orders: [ExchangeOrder]
    public let transactTime: Timestamp
}
