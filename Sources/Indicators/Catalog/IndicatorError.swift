import Wording

/// Why an indicator cannot be made from the arguments given.
public enum IndicatorError: ExplainedError, Hashable {
    case tooManyArguments(indicator: String, given: Int, most: Int)
    /// A parameter of kind int was given a fraction, an infinity or NaN.
    case notWhole(indicator: String, parameter: String, value: Double)
    /// NaN is out of every range.
    case outOfRange(indicator: String, parameter: String, value: Double, range: ClosedRange<Double>)

    public var message: Message {
        switch self {
        case .tooManyArguments(let indicator, let given, let most):
            return Message(
                "\(indicator) takes at most \(most) numbers after its series, \(given) were given",
                fr: "\(indicator) accepte au plus \(most) nombres après sa série, \(given) ont été donnés")
        case .notWhole(let indicator, let parameter, let value):
            let text = Self.text(value)
            return Message(
                "\(indicator): \(parameter) is \(text), expected a whole number",
                fr: "\(indicator) : \(parameter) vaut \(text), un nombre entier est attendu")
        case .outOfRange(let indicator, let parameter, let value, let range):
            let text = Self.text(value)
            let least = Self.text(range.lowerBound)
            let most = Self.text(range.upperBound)
            return Message(
                "\(indicator): \(parameter) is \(text), expected \(least) to \(most)",
                fr: "\(indicator) : \(parameter) vaut \(text), attendu de \(least) à \(most)")
        }
    }

    /// Whole numbers without the `.0`.
    private static func text(_ value: Double) -> String {
        if let whole = Int(exactly: value) { return String(whole) }
        return String(value)
    }
}
