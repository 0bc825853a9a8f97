import Market

/// What a user allows a strategy to do; every limit is off unless it is given.
///
/// Limits hold back what opens or adds. What closes or reduces a position always passes.
public struct RiskLimits: Sendable, Hashable {
    /// The largest value (quantity x limit price or close) of one order.
    public var maximumOrderValue: Money?
    /// The most orders waiting at a time, stops and targets not counted.
    public var maximumOpenOrders: Int?
    /// The most orders decided in one UTC day, stops and targets not counted.
    public var maximumOrdersPerDay: Int?
    /// The fraction of its highest value that the equity may lose before nothing is opened any more: 0.2 = 20 %.
    public var maximumDrawdown: Double?
    /// The most that the trades closed in one UTC day may lose in all, above 0, before nothing is opened any more.
    public var maximumDailyLoss: Money?
    /// Nothing is opened while it is on.
    public var killSwitch: Bool

    public static let none = RiskLimits()

    public init(
        maximumOrderValue: Money? = nil, maximumOpenOrders: Int? = nil, maximumOrdersPerDay: Int? = nil,
        maximumDrawdown: Double? = nil, maximumDailyLoss: Money? = nil, killSwitch: Bool = false
    ) {
        self.maximumOrderValue = maximumOrderValue
        self.maximumOpenOrders = maximumOpenOrders
        self.maximumOrdersPerDay = maximumOrdersPerDay
        self.maximumDrawdown = maximumDrawdown
        self.maximumDailyLoss = maximumDailyLoss
        self.killSwitch = killSwitch
    }
}

/// Limits that are not given are not written, and read as off.
extension RiskLimits: Codable {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            maximumOrderValue: try fields.decodeIfPresent(Money.self, forKey: .maximumOrderValue),
            maximumOpenOrders: try fields.decodeIfPresent(Int.self, forKey: .maximumOpenOrders),
            maximumOrdersPerDay: try fields.decodeIfPresent(Int.self, forKey: .maximumOrdersPerDay),
            maximumDrawdown: try fields.decodeIfPresent(Double.self, forKey: .maximumDrawdown),
            maximumDailyLoss: try fields.decodeIfPresent(Money.self, forKey: .maximumDailyLoss),
            killSwitch: try fields.decodeIfPresent(Bool.self, forKey: .killSwitch) ?? false)
    }
}
