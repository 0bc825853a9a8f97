import Market
import Wording

/// Decides whether an order that opens or adds may be placed. It knows nothing but what it is given.
public struct RiskGate: Sendable {
    /// What the gate looks at besides the limits.
    public struct Situation: Sendable, Hashable {
        /// Value of the order in quote currency.
        public var orderValue: Money
        /// Orders waiting now, stops and targets not counted.
        public var openOrders: Int
        /// Orders decided so far in the same UTC day.
        public var ordersToday: Int
        public var equity: Double
        /// The highest equity seen at a candle's close.
        public var peakEquity: Double
        /// Profit of the trades closed in the same UTC day, after fees; a loss is negative.
        public var realisedToday: Money

        public init(
            orderValue: Money, openOrders: Int, ordersToday: Int, equity: Double, peakEquity: Double,
            realisedToday: Money = .zero
        ) {
            self.orderValue = orderValue
            self.openOrders = openOrders
            self.ordersToday = ordersToday
            self.equity = equity
            self.peakEquity = peakEquity
            self.realisedToday = realisedToday
        }
    }

    public let limits: RiskLimits

    public init(_ limits: RiskLimits) {
        self.limits = limits
    }

    /// Why the order is refused, or nil when it may be placed.
    public func refusal(_ situation: Situation) -> Message? {
        if limits.killSwitch {
            return Message("the kill switch is on", fr: "l'arrêt d'urgence est actif")
        }
        if let most = limits.maximumOrderValue, most < situation.orderValue {
            return Message(
                "order value \(situation.orderValue) is above the limit of \(most)",
                fr: "la valeur de l'ordre \(situation.orderValue) dépasse la limite de \(most)")
        }
        if let most = limits.maximumOpenOrders, situation.openOrders >= most {
            return Message(
                "\(situation.openOrders) orders are open and the limit is \(most)",
                fr: "\(situation.openOrders) ordres sont ouverts et la limite est \(most)")
        }
        if let most = limits.maximumOrdersPerDay, situation.ordersToday >= most {
            return Message(
                "\(situation.ordersToday) orders were decided today and the limit is \(most)",
                fr: "\(situation.ordersToday) ordres ont été décidés aujourd'hui et la limite est \(most)")
        }
        if let most = limits.maximumDrawdown, situation.equity < situation.peakEquity * (1 - most) {
            return Message(
                "equity \(situation.equity) is more than \(percentText(most)) below its peak \(situation.peakEquity)",
                fr: "le capital \(situation.equity) est à plus de \(percentText(most)) sous son sommet "
                    + "\(situation.peakEquity)")
        }
        if let most = limits.maximumDailyLoss, situation.realisedToday < -most {
            return Message(
                "today's trades have lost \(-situation.realisedToday) and the limit is \(most)",
                fr: "les transactions du jour ont perdu \(-situation.realisedToday) et la limite est \(most)")
        }
        return nil
    }

    private func percentText(_ fraction: Double) -> String {
        FixedDecimal(fraction * 100, rounding: .nearest).map { "\($0) %" } ?? "\(fraction)"
    }
}
