import Market
import Wording

/// What a user allows all strategies of one broker account together; every limit is off unless it is given.
public struct AccountLimits: Sendable, Hashable {
    /// The most strategies that may have a position, or an order that opens one, at a time.
    public var maximumOpenPositions: Int?
    /// The most orders that open or add, decided in one UTC day.
    public var maximumOrdersPerDay: Int?
    /// The largest value of all positions and of what waits to open or add, in quote currency.
    public var maximumExposure: Money?
    /// Nothing is opened while it is on.
    public var killSwitch: Bool

    public static let none = AccountLimits()

    public init(
        maximumOpenPositions: Int? = nil, maximumOrdersPerDay: Int? = nil, maximumExposure: Money? = nil,
        killSwitch: Bool = false
    ) {
        self.maximumOpenPositions = maximumOpenPositions
        self.maximumOrdersPerDay = maximumOrdersPerDay
        self.maximumExposure = maximumExposure
        self.killSwitch = killSwitch
    }
}

/// Limits that are not given are not written, and read as off.
extension AccountLimits: Codable {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            maximumOpenPositions: try fields.decodeIfPresent(Int.self, forKey: .maximumOpenPositions),
            maximumOrdersPerDay: try fields.decodeIfPresent(Int.self, forKey: .maximumOrdersPerDay),
            maximumExposure: try fields.decodeIfPresent(Money.self, forKey: .maximumExposure),
            killSwitch: try fields.decodeIfPresent(Bool.self, forKey: .killSwitch) ?? false)
    }
}

/// The gate that the intents of all strategies of an account pass, one decision after the other.
///
/// It holds back what opens or adds; what reduces or closes always passes.
public struct AccountRisk: Sendable, Hashable {
    /// How one strategy and its account stand when it decides.
    public struct Situation: Sendable, Hashable {
        /// Strategies of the account, this one not counted, that hold a position or wait to open one.
        public var otherPositions: Int
        /// Value of the positions of the whole account and of what waits to open or add.
        public var exposure: Money
        /// Quote currency that is free at the venue, less what decisions before this one will take of it. Nil where it
        /// is not known: nothing is held back then.
        public var free: Money?
        public var market: MarketKind
        /// Of the strategy; nil when flat.
        public var direction: Direction?
        /// The close of the candle that is decided on.
        public var close: Double
        /// Somebody closes the strategy's position, or ends it: nothing may be added meanwhile.
        public var isClosing = false

        public init(
            otherPositions: Int, exposure: Money, free: Money?, market: MarketKind, direction: Direction?,
            close: Double
        ) {
            self.otherPositions = otherPositions
            self.exposure = exposure
            self.free = free
            self.market = market
            self.direction = direction
            self.close = close
        }
    }

    public var limits: AccountLimits
    /// UTC day, counted from the epoch, of the orders counted in `ordersToday`.
    public private(set) var day: Int64
    public private(set) var ordersToday: Int

    public init(_ limits: AccountLimits) {
        self.limits = limits
        day = .min
        ordersToday = 0
    }

    /// Goes on in the middle of a day.
    ///
    /// - Parameter ordersSoFar: orders that open or add, decided before on the UTC day of `time`.
    public init(_ limits: AccountLimits, ordersSoFar: Int, at time: Timestamp) {
        self.limits = limits
        day = TradingCore.day(of: time)
        ordersToday = ordersSoFar
    }

    /// Why intents are refused, by their place in the list; those that pass are counted.
    public mutating func refusals(
        of intents: [Intent], _ situation: Situation, at time: Timestamp
    ) -> [Int: Message] {
        var refusals: [Int: Message] = [:]
        var exposure = situation.exposure
        var free = situation.free
        let today = TradingCore.day(of: time)
        if today != day { (day, ordersToday) = (today, 0) }
        for (index, intent) in intents.enumerated() {
            guard let value = Self.openedValue(intent, situation) else { continue }
            if let refusal = refusal(value, exposure, free, situation) {
                refusals[index] = refusal
                continue
            }
            ordersToday += 1
            exposure += value
            if let left = free { free = left - value }
        }
        return refusals
    }

    private func refusal(
        _ value: Money, _ exposure: Money, _ free: Money?, _ situation: Situation
    ) -> Message? {
        if situation.isClosing {
            return Message("the position is being closed", fr: "la position est en cours de fermeture")
        }
        if limits.killSwitch {
            return Message("the account's kill switch is on", fr: "l'arrêt d'urgence du compte est actif")
        }
        if let most = limits.maximumOpenPositions, situation.direction == nil, situation.otherPositions >= most {
            return Message(
                "\(situation.otherPositions) positions are open on the account and the limit is \(most)",
                fr: "\(situation.otherPositions) positions sont ouvertes sur le compte et la limite est \(most)")
        }
        if let most = limits.maximumOrdersPerDay, ordersToday >= most {
            return Message(
                "\(ordersToday) orders were decided on the account today and the limit is \(most)",
                fr: "\(ordersToday) ordres ont été décidés aujourd'hui sur le compte et la limite est \(most)")
        }
        if let most = limits.maximumExposure, most < exposure + value {
            return Message(
                "positions of \(exposure) and this order of \(value) are above the account's limit of \(most)",
                fr: "des positions de \(exposure) et cet ordre de \(value) dépassent la limite du compte, \(most)")
        }
        if let free, free < value {
            return Message(
                "the order's value is \(value) and \(max(free, .zero)) is free on the account",
                fr: "l'ordre vaut \(value) et \(max(free, .zero)) est libre sur le compte")
        }
        return nil
    }

    /// About how much of quote currency an intent commits; nil for what does not open, and for what the strategy's
    /// core refuses anyway.
    public static func openedValue(_ intent: Intent, _ situation: Situation) -> Money? {
        switch intent {
        case .enter(let entry):
            guard situation.direction == nil else { return nil }
            return value(entry.size, at: situation.close)
        case .submit(let order):
            let isSpotSale = situation.market == .spot && order.side == .sell
            guard !order.reduceOnly, !isSpotSale, order.side != situation.direction?.exitSide else { return nil }
            return value(order.size, at: order.limit ?? situation.close)
        case .exit, .cancel, .moveStop, .moveTarget:
            return nil
        }
    }

    private static func value(_ size: OrderSize, at price: Double) -> Money? {
        let value =
            switch size {
            case .value(let value): value
            case .quantity(let quantity): quantity * price
            }
        return value > 0 ? Money(value, rounding: .up) : nil
    }
}
