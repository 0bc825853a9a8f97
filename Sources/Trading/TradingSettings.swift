import Market
import Wording

public enum MarketKind: String, Sendable, Hashable, CaseIterable {
    /// What is bought is owned; nothing can be sold that is not held.
    case spot
    /// Long and short at one times the money; the notional of a position is held back from the cash while it is open.
    case futures
}

/// Fees as fractions of the value of a fill, in quote currency.
public struct FeeRates: Sendable, Hashable {
    public let maker: FixedDecimal
    public let taker: FixedDecimal
    public static let none = FeeRates(unchecked: .zero, .zero)

    /// Each from 0 up to, not including, 1.
    public init(maker: FixedDecimal, taker: FixedDecimal) throws(TradingError) {
        try Self.check(maker, "maker fee", "frais maker")
        try Self.check(taker, "taker fee", "frais taker")
        self.maker = maker
        self.taker = taker
    }

    private init(unchecked maker: FixedDecimal, _ taker: FixedDecimal) {
        self.maker = maker
        self.taker = taker
    }

    /// Whether a slippage is from 0 up to, not including, 1.
    public static func check(slippage: FixedDecimal) throws(TradingError) {
        try check(slippage, "slippage", "glissement")
    }

    static func check(_ rate: FixedDecimal, _ name: String, _ nameInFrench: String) throws(TradingError) {
        guard !rate.isNegative, rate < 1 else {
            throw TradingError(
                Message(
                    "\(name) \(rate): expected a fraction from 0 to below 1 (0.001 = 0.1 %)",
                    fr: "\(nameInFrench) \(rate) : attendu une fraction de 0 à moins de 1 (0.001 = 0,1 %)"))
        }
    }
}

/// When a market order decided at a candle's close fills.
public enum MarketFillTime: String, Sendable, Hashable, CaseIterable {
    case nextOpen
    case sameClose
}

/// What one core trades, and under which rules; the same for backtest, paper and live. Never changed.
///
/// A class, so that the core which holds it stays small.
public final class TradingSettings: Sendable {
    public let symbol: Symbol
    public let market: MarketKind
    public let rules: InstrumentRules
    public let fees: FeeRates
    /// The fraction of the price that a market order or stop fills worse than the price seen.
    public let slippage: FixedDecimal
    public let marketFill: MarketFillTime
    public let risk: RiskLimits
    /// Begins every client order id.
    public let orderPrefix: String

    public init(
        symbol: Symbol, market: MarketKind = .spot, rules: InstrumentRules = .unknown, fees: FeeRates = .none,
        slippage: FixedDecimal = .zero, marketFill: MarketFillTime = .nextOpen, risk: RiskLimits = .none,
        orderPrefix: String = "ab"
    ) throws(TradingError) {
        try FeeRates.check(slippage: slippage)
        let allowed = orderPrefix.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard allowed, (1...ClientOrderID.maximumPrefixLength).contains(orderPrefix.utf8.count) else {
            let shown = quotedForMessage(orderPrefix)
            let length = ClientOrderID.maximumPrefixLength
            throw TradingError(
                Message(
                    "order prefix \(shown): expected 1 to \(length) letters, digits, - and _",
                    fr: "préfixe d'ordre \(shown) : attendu 1 à \(length) lettres, chiffres, - et _"))
        }
        self.symbol = symbol
        self.market = market
        self.rules = rules
        self.fees = fees
        self.slippage = slippage
        self.marketFill = marketFill
        self.risk = risk
        self.orderPrefix = orderPrefix
    }
}
