import Market
import Trading

/// What the `Strategy { … }` of a file says about it.
public struct StrategyDeclaration: Sendable, Hashable {
    /// The most candles that may pass before the first callback.
    public static let largestWarmup = 100_000
    /// The most values a series may keep.
    public static let largestHistory = 100_000
    public static let defaultHistory = 2_000
    /// The most entries of `uses` and of `symbols`.
    public static let mostFeeds = 16
    public static let mostParameters = 64

    public var name: String
    public var timeframe: Timeframe
    public var version: String
    public var description: String
    /// Candles before the first callback; nil takes the longest look-back of the indicators.
    public var warmup: Int?
    /// How many values every series keeps; older ones read NaN.
    public var history: Int
    /// Other timeframes it reads, finest first.
    public var uses: [Timeframe]
    /// Other symbols it reads, in the order of the file.
    public var symbols: [Symbol]
    public var market: MarketKind
    /// In the order of their names.
    public var parameters: [ParameterDefinition]
    public var hasValidityRule: Bool
    /// The callbacks the file defines, in the order of `CallbackName.allCases`.
    public var callbacks: [CallbackName]

    public init(
        name: String, timeframe: Timeframe, version: String, description: String, warmup: Int?, history: Int,
        uses: [Timeframe], symbols: [Symbol], market: MarketKind, parameters: [ParameterDefinition],
        hasValidityRule: Bool, callbacks: [CallbackName]
    ) {
        self.name = name
        self.timeframe = timeframe
        self.version = version
        self.description = description
        self.warmup = warmup
        self.history = history
        self.uses = uses
        self.symbols = symbols
        self.market = market
        self.parameters = parameters
        self.hasValidityRule = hasValidityRule
        self.callbacks = callbacks
    }

    /// Every feed besides the base one that the strategy may ask for, given the symbol it runs on.
    ///
    /// - Parameter running: the timeframe it runs on, where that is not the declared one.
    public func otherFeeds(for symbol: Symbol, on running: Timeframe? = nil) -> [FeedSet.Key] {
        var keys: [FeedSet.Key] = []
        for candidate in [symbol] + symbols {
            for timeframe in [running ?? timeframe, timeframe] + uses {
                let key = FeedSet.Key(candidate, timeframe)
                if candidate == symbol, timeframe == running ?? self.timeframe { continue }
                if !keys.contains(key) { keys.append(key) }
            }
        }
        return keys
    }

    /// Stands in while a file is being read.
    static let unread = StrategyDeclaration(
        name: "", timeframe: .m1, version: "", description: "", warmup: nil, history: defaultHistory, uses: [],
        symbols: [], market: .spot, parameters: [], hasValidityRule: false, callbacks: [])
}
