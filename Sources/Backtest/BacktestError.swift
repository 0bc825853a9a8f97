import Wording

/// A backtest that cannot start, and why: candles and strategy do not fit, or an option is out of its range.
public struct BacktestError: ExplainedError, Hashable {
    public let message: Message

    public init(_ message: Message) {
        self.message = message
    }
}
