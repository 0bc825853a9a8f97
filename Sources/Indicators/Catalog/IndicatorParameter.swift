/// Which series an indicator is made on.
public enum IndicatorInputs: String, Sendable, CaseIterable {
    /// One series: `ta.sma(self.close, 20)`.
    case value
    /// Two series: `ta.correl(a, b, 30)`.
    case pair
    /// Candles: `ta.atr(self.candles, 14)`.
    case candles
}

/// One argument of an indicator after its series.
public struct IndicatorParameter: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case int, double }

    public let name: String
    public let kind: Kind
    /// What an argument left out means; nil: the value of the parameter before it.
    public let defaultValue: Double?
    public let range: ClosedRange<Double>

    /// The longest period: windows take 8 bytes a row each, and the largest indicator has a few of them.
    public static let longestPeriod = 10_000

    /// A whole number of candles.
    static func period(
        _ defaultValue: Int, _ name: String = "period", from least: Int = 1, to most: Int = longestPeriod
    ) -> IndicatorParameter {
        IndicatorParameter(
            name: name, kind: .int, defaultValue: Double(defaultValue), range: Double(least)...Double(most))
    }

    static func number(_ name: String, _ defaultValue: Double?, _ range: ClosedRange<Double>) -> IndicatorParameter {
        IndicatorParameter(name: name, kind: .double, defaultValue: defaultValue, range: range)
    }
}
