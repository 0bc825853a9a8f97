import Market

/// What one or more events changed in a paper account: written in one transaction or not at all.
public struct PaperChanges: Sendable, Hashable {
    /// New ones and changed ones, as they are now, by number.
    public var orders: [Int64: PaperOrder] = [:]
    /// New ones, oldest first.
    public var fills: [FillReport] = []
    /// As they are now, by asset.
    public var balances: [String: Balance] = [:]
    /// The numbers that the next order and the next fill get.
    public var nextOrder: Int64
    public var nextFill: Int64
    /// What is to be told, in order, once it is written.
    public var events: [AccountEvent] = []

    public init(nextOrder: Int64, nextFill: Int64) {
        self.nextOrder = nextOrder
        self.nextFill = nextFill
    }

    public var isEmpty: Bool { orders.isEmpty && fills.isEmpty && balances.isEmpty }
}

/// A paper account as the store has it: enough to go on.
public struct PaperSnapshot: Sendable, Hashable {
    public var settings: PaperAccountSettings
    public var balances: [Balance]
    public var openOrders: [PaperOrder]
    public var nextOrder: Int64
    public var nextFill: Int64

    public init(
        settings: PaperAccountSettings, balances: [Balance] = [], openOrders: [PaperOrder] = [], nextOrder: Int64 = 1,
        nextFill: Int64 = 1
    ) {
        self.settings = settings
        self.balances = balances
        self.openOrders = openOrders
        self.nextOrder = nextOrder
        self.nextFill = nextFill
    }
}
