/// A request that the exchange does not carry out: the code and the text that Binance's clients know.
public struct ExchangeRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let code: Int
    /// English, as on the wire; never translated, because clients compare it.
    public let text: String

    public init(code: Int, text: String) {
        self.code = code
        self.text = text
    }

    public var description: String { "\(code) \(text)" }
}

extension ExchangeRefusal {
    static func filter(_ name: String) -> ExchangeRefusal { .init(code: -1013, text: "Filter failure: \(name)") }
    static func rejected(_ text: String) -> ExchangeRefusal { .init(code: -2010, text: text) }
    static func cancelRejected(_ text: String) -> ExchangeRefusal { .init(code: -2011, text: text) }
    static func amendRejected(_ text: String) -> ExchangeRefusal { .init(code: -2038, text: text) }

    static func missing(_ parameter: String) -> ExchangeRefusal {
        .init(code: -1102, text: "Mandatory parameter '\(parameter)' was not sent, was empty/null, or malformed.")
    }

    static func notRequired(_ parameter: String) -> ExchangeRefusal {
        .init(code: -1106, text: "Parameter '\(parameter)' sent when not required.")
    }

    static func neither(_ one: String, _ other: String) -> ExchangeRefusal {
        .init(code: -1102, text: "Param '\(one)' or '\(other)' must be sent, but both were empty/null!")
    }

    static func illegalClientOrderID(_ parameter: String) -> ExchangeRefusal {
        .init(
            code: -1100,
            text: "Illegal characters found in parameter '\(parameter)'; "
                + "legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'.")
    }

    static func unsupported(_ text: String) -> ExchangeRefusal { .init(code: -1013, text: text) }

    static func precision(_ parameter: String) -> ExchangeRefusal {
        .init(code: -1111, text: "Parameter '\(parameter)' has too much precision.")
    }

    static let badCombination = ExchangeRefusal(code: -1128, text: "Combination of optional parameters invalid.")
    static let unknownSymbol = ExchangeRefusal(code: -1121, text: "Invalid symbol.")
    // Binance sends these with -1013, although its list of errors has them under -2010.
    static let marketClosed = unsupported("Market is closed.")
    static let zeroValue = unsupported("Price * QTY is zero or less.")
    static let insufficientBalance = rejected("Account has insufficient balance for requested action.")
    static let duplicateOrder = rejected("Duplicate order sent.")
    static let wouldTrigger = rejected("Order would trigger immediately.")
    static let wouldTake = rejected("Order would immediately match and take.")
    static let noTrading = rejected("This account may not place or cancel orders.")
    static let unknownOrder = cancelRejected("Unknown order sent.")
    static let noSuchOrder = ExchangeRefusal(code: -2013, text: "Order does not exist.")
    static let noSuchOrderList = ExchangeRefusal(code: -2018, text: "Order list does not exist.")
    static let windowTooLong = ExchangeRefusal(
        code: -1127, text: "More than 24 hours between startTime and endTime.")
    static let wrongPrices = ExchangeRefusal(
        code: -2010, text: "The relationship of the prices for the orders is not correct.")
}
