import LuaRuntime

/// What one strategy instance may use and say; everything it asks for is bounded by one of these.
public struct InstanceLimits: Sendable {
    /// Instructions, time and memory of the Lua state.
    public var lua = LuaLimits()
    /// Intents a callback may queue.
    public var intentsPerCallback = 32
    /// Intents between two decisions, whichever callbacks queue them: else each event of an order could order again,
    /// and their number would grow from candle to candle without end.
    public var intentsPerDecision = 128
    /// Log lines a callback may write; what is beyond is counted and dropped.
    public var logLinesPerCallback = 20
    /// Bytes of one log line with its fields; longer ones are cut.
    public var logLineBytes = 1_000
    /// Fields of one log line; what is beyond is left out, as what is beyond its bytes.
    public var logFields = 64
    /// Names a strategy may plot in its life.
    public var plotNames = 32
    /// Notices a callback may send; what is beyond is dropped.
    public var noticesPerCallback = 3
    public var noticeBytes = 500
    /// Indicators made in `init`; their windows lie outside the memory that Lua counts.
    public var indicators = 200
    /// The text form of `self.state`, in bytes.
    public var stateBytes = 64 * 1024
    /// Failed candles in a row after which the strategy pauses itself; its stops stay in force.
    public var failuresBeforePause = 5

    public init() {}
}
