import Market
import Trading

/// When a market order of a paper account fills.
public enum PaperMarketFill: String, Sendable, Hashable, CaseIterable {
    /// At the next price seen, as in a backtest: an order decided at a candle's close fills at the next one's open.
    /// What the balance does not cover is cut there, as in a backtest.
    case nextPrice = "next_price"
    /// At once, at the last price seen, for people who click; what the balance does not cover is refused.
    case lastPrice = "last_price"
}

/// Under which terms a paper account trades; the same ones that a backtest has.
public struct PaperAccountSettings: Sendable, Hashable {
    public let fees: FeeRates
    /// The fraction of the price that a market order or stop fills worse than the price seen.
    public let slippage: FixedDecimal
    public let marketFill: PaperMarketFill

    /// - Parameter slippage: from 0 up to, not including, 1.
    public init(
        fees: FeeRates = .none, slippage: FixedDecimal = .zero, marketFill: PaperMarketFill = .nextPrice
    ) throws(TradingError) {
        try FeeRates.check(slippage: slippage)
        self.fees = fees
        self.slippage = slippage
        self.marketFill = marketFill
    }
}
