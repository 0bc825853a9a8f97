import Market
import Wording

/// One line of a backtest's journal: what trading refused or changed, what the strategy logged, or where it failed.
public struct BacktestNote: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Something was asked for and not done, or done otherwise, or a callback failed.
        case trading
        /// The strategy's own words.
        case log
    }

    /// Open time of the candle on which it was decided.
    public let time: Timestamp
    public let kind: Kind
    /// A stable word for programs: `skipped`, `rejected`, `cut`, …, `failed`, or a log level.
    public let code: String
    public let message: Message

    public init(time: Timestamp, kind: Kind, code: String, message: Message) {
        self.time = time
        self.kind = kind
        self.code = code
        self.message = message
    }
}
