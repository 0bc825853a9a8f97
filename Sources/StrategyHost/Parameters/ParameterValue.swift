/// The value of one parameter of a strategy.
public enum ParameterValue: Sendable, Hashable, CustomStringConvertible {
    case int(Int64)
    case float(Double)
    case choice(String)
    case bool(Bool)

    /// The text that `--param name=…` reads back as the same value.
    public var description: String {
        switch self {
        case .int(let value): "\(value)"
        case .float(let value): "\(value)"
        case .choice(let value): value
        case .bool(let value): "\(value)"
        }
    }
}
