import Broker
import Market
import Storage
import StrategyHost

/// The candles that one strategy reads on one market, and how far back.
public struct FeedNeeds: Sendable, Hashable {
    /// The candles whose close calls the strategy.
    public let base: CandleKey
    /// What it reads besides, in the order of its declaration.
    public let others: [CandleKey]
    /// Candles of history it begins with, where the store or the venue has them: one of `depths`.
    public let depth: Int

    /// Histories come in few lengths, so that strategies share feeds. The last one holds what the longest declared
    /// `history` or `warmup` asks for.
    public static let depths = [2048, 8192, 32_768, 131_072]

    /// - Parameter history: candles that are needed at the least.
    public init(base: CandleKey, others: [CandleKey] = [], history: Int = 0) {
        self.base = base
        self.others = others
        depth = Self.depths.first { $0 >= history } ?? Self.depths[Self.depths.count - 1]
    }

    /// What a strategy's declaration asks for when it runs on a symbol of a market.
    public init(_ declaration: StrategyDeclaration, market: VenueName, symbol: Symbol, timeframe: Timeframe) {
        let others = declaration.otherFeeds(for: symbol, on: timeframe).map { key in
            CandleKey(venue: market, symbol: key.symbol, timeframe: key.timeframe)
        }
        self.init(
            base: CandleKey(venue: market, symbol: symbol, timeframe: timeframe), others: others,
            history: max(declaration.history, (declaration.warmup ?? 0) + 1))
    }
}
