import ArgumentParser
import Market
import Trading
import Wording

/// What a user allows a strategy to do, as it is typed; `none` lifts a limit.
struct RiskOptions: ParsableArguments {
    enum Limit<Value: Sendable>: Sendable {
        case lifted
        case most(Value)

        var value: Value? {
            if case .most(let value) = self { value } else { nil }
        }
    }

    @Option(
        help: ArgumentHelp(
            say("The largest value of one order.", fr: "La plus grande valeur d'un ordre."), valueName: "amount|none"),
        transform: Self.money)
    var maxOrder: Limit<Money>?

    @Option(
        help: ArgumentHelp(
            say(
                "The most orders decided in one day (UTC), stops and targets not counted.",
                fr: "Le plus d'ordres décidés en un jour (UTC), sans les stops ni les objectifs."),
            valueName: "number|none"),
        transform: Self.count)
    var maxOrdersPerDay: Limit<Int>?

    @Option(
        help: ArgumentHelp(
            say(
                "The most orders that wait at a time, stops and targets not counted.",
                fr: "Le plus d'ordres en attente à la fois, sans les stops ni les objectifs."),
            valueName: "number|none"),
        transform: Self.count)
    var maxOpenOrders: Limit<Int>?

    @Option(
        help: ArgumentHelp(
            say(
                "Open nothing more once the equity is so far below its peak: 0.2 is 20 %.",
                fr: "N'ouvre plus rien dès que le capital est d'autant sous son sommet : 0.2 vaut 20 %."),
            valueName: "fraction|none"),
        transform: Self.fraction)
    var maxDrawdown: Limit<Double>?

    @Option(
        help: ArgumentHelp(
            say(
                "Open nothing more in a day (UTC) that has lost so much.",
                fr: "N'ouvre plus rien dans un jour (UTC) qui a perdu autant."),
            valueName: "amount|none"),
        transform: Self.money)
    var maxDailyLoss: Limit<Money>?

    /// Whether none was given.
    var isEmpty: Bool {
        maxOrder == nil && maxOrdersPerDay == nil && maxOpenOrders == nil && maxDrawdown == nil && maxDailyLoss == nil
    }

    /// The limits with what was typed changed.
    func changing(_ limits: RiskLimits) -> RiskLimits {
        var limits = limits
        if let maxOrder { limits.maximumOrderValue = maxOrder.value }
        if let maxOrdersPerDay { limits.maximumOrdersPerDay = maxOrdersPerDay.value }
        if let maxOpenOrders { limits.maximumOpenOrders = maxOpenOrders.value }
        if let maxDrawdown { limits.maximumDrawdown = maxDrawdown.value }
        if let maxDailyLoss { limits.maximumDailyLoss = maxDailyLoss.value }
        return limits
    }

    private static func money(_ text: String) throws -> Limit<Money> {
        try reading(text) {
            Money(try ArgumentReading.decimal($0, from: FixedDecimal(units: 1), to: 1_000_000_000_000_000))
        }
    }

    private static func count(_ text: String) throws -> Limit<Int> {
        try reading(text) { try ArgumentReading.count($0, 1...1_000_000) }
    }

    private static func fraction(_ text: String) throws -> Limit<Double> {
        try reading(text) { text in
            // Bounded below by what a float of this size can tell from nothing.
            guard let value = Double(text), value >= 0.0001, value < 1 else {
                let shown = quotedForMessage(text)
                throw ArgumentReading.refusal(
                    Message(
                        "\(shown) is not a fraction from 0.0001 to below 1: 0.2 is 20 %",
                        fr: "\(shown) n'est pas une fraction de 0.0001 à moins de 1 : 0.2 vaut 20 %"))
            }
            return value
        }
    }

    private static func reading<Value>(_ text: String, _ read: (String) throws -> Value) throws -> Limit<Value> {
        text == "none" ? .lifted : .most(try read(text))
    }
}
