import Market

/// The part of an order that is fixed when it is decided.
final class OrderTerms: Codable, Sendable {
    let id: OrderID
    let prefix: String
    let symbol: Symbol
    let side: Side
    let role: OrderRole
    let reduceOnly: Bool
    let lot: LotID?
    let protection: Protection
    let lastIndex: Int?
    let tag: String
    let createdAt: Timestamp

    init(
        id: OrderID, prefix: String, symbol: Symbol, side: Side, role: OrderRole, reduceOnly: Bool, lot: LotID?,
        protection: Protection, lastIndex: Int?, tag: String, createdAt: Timestamp
    ) {
        self.id = id
        self.prefix = prefix
        self.symbol = symbol
        self.side = side
        self.role = role
        self.reduceOnly = reduceOnly
        self.lot = lot
        self.protection = protection
        self.lastIndex = lastIndex
        self.tag = tag
        self.createdAt = createdAt
    }
}

extension OrderTerms: Hashable {
    static func == (left: OrderTerms, right: OrderTerms) -> Bool {
        if left === right { return true }
        return left.id == right.id && left.prefix == right.prefix && left.symbol == right.symbol
            && left.side == right.side && left.role == right.role && left.reduceOnly == right.reduceOnly
            && left.lot == right.lot && left.protection == right.protection && left.lastIndex == right.lastIndex
            && left.tag == right.tag && left.createdAt == right.createdAt
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(createdAt)
    }
}
