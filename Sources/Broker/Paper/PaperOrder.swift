import Market
import Trading

/// An order as a paper account keeps it.
public struct PaperOrder: Sendable, Hashable {
    /// 1, 2, 3 … within the account; the venue's id of the order.
    public let number: Int64
    public let request: OrderRequest
    /// The other half of its pair; nil for a single order, and once the pair is dissolved.
    public var partner: Int64?
    /// Whether it is a target, alone or of a pair, which is reached by touching as the targets of a backtest are.
    public let isTarget: Bool
    /// In base; zero for an order in quote currency that has not been reached.
    public var quantity: Quantity
    public var filledQuantity = Quantity.zero
    public var filledValue = Money.zero
    public var status = OrderStatus.open
    /// What it holds back: quote for a buy, base for a sale. The target of a pair holds it for both.
    public var locked = FixedDecimal.zero
    /// Its trigger has been touched: what is left of it is a limit order.
    public var isTriggered = false
    public let createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        number: Int64, request: OrderRequest, partner: Int64? = nil, isTarget: Bool = false, createdAt: Timestamp
    ) {
        self.number = number
        self.request = request
        self.partner = partner
        self.isTarget = isTarget
        self.createdAt = createdAt
        updatedAt = createdAt
        quantity = if case .base(let quantity) = request.amount { quantity } else { .zero }
    }

    public var symbol: Symbol { request.symbol }
    public var side: Side { request.side }
    public var venueID: VenueOrderID { VenueOrderID(String(number)) }
    /// The asset that it holds back.
    public var lockedAsset: String { side == .buy ? symbol.quote : symbol.base }

    public func report(fills: [FillReport] = []) -> OrderReport {
        OrderReport(
            venueID: venueID, clientID: request.clientID, symbol: symbol, side: side,
            instruction: request.instruction, quantity: quantity, filledQuantity: filledQuantity,
            filledValue: filledValue, status: status, createdAt: createdAt, updatedAt: updatedAt, fills: fills)
    }

    /// How the fill model sees it. The lot only says that touching its price is enough: a pair shares one.
    func matchingOrder(remaining kind: OrderKind) -> Order {
        let touching: Bool
        let role: OrderRole
        switch request.instruction {
        case .market, .postOnly: (touching, role) = (false, .decided)
        case .limit(_, .goodTillCancelled): (touching, role) = isTarget ? (true, .target) : (false, .decided)
        case .limit: (touching, role) = (false, .decided)
        // Once triggered, what is left is a limit order like any other.
        case .stop: (touching, role) = isTriggered ? (false, .decided) : (true, .stop)
        case .takeProfit: (touching, role) = isTriggered ? (false, .decided) : (true, .target)
        }
        let lot = partner.map { min($0, number) } ?? number
        return Order(
            id: OrderID(Int(number)), prefix: "paper", symbol: symbol, side: side, kind: kind, quantity: quantity,
            role: role, lot: touching ? LotID(OrderID(Int(lot))) : nil, createdAt: createdAt)
    }
}
