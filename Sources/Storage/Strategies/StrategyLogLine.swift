import Market
import Wording

/// One line of a running strategy's log. A thousand are kept of each strategy, the newest.
public struct StrategyLogLine: Sendable, Hashable {
    public enum Level: String, Sendable, Hashable, CaseIterable {
        case debug, info, warning, error
    }

    /// 1, 2, 3 … in the order of writing; 0 in a line that is not written yet.
    public var number: Int64
    public var time: Timestamp
    public var candleOpen: Timestamp?
    public var level: Level
    /// Who says it: `script`, `plot`, `notify`, `journal`, `engine` …; lower-case letters and `_`.
    public var source: String
    /// What a script says reads the same in both languages. At most 4,000 characters are kept.
    public var message: Message
    /// A JSON object.
    public var detail: String

    public static let longestText = 4000
    /// Of each strategy.
    public static let kept = 1000
    /// More in one commit of one strategy: the first ones are kept.
    public static let mostInOneCommit = 200

    public init(
        time: Timestamp, candleOpen: Timestamp? = nil, level: Level, source: String, message: Message,
        detail: String = "{}"
    ) {
        number = 0
        self.time = time
        self.candleOpen = candleOpen
        self.level = level
        self.source = source
        self.message = message
        self.detail = detail
    }
}
