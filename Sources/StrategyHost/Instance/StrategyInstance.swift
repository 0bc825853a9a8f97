import CLuaHost
import LuaRuntime
import Market
import Trading
import Wording

/// One strategy at work: its own interpreter, its series and indicators, and what its script asks for and says.
///
/// An instance belongs to one thread at a time. It reads its feeds and never writes them; what it asks for touches
/// nothing until somebody acts on its intents. What changes with every candle is not watched for overlapping access:
/// the checks took a twentieth of a backtest.
public final class StrategyInstance {
    /// What the script may do at the moment.
    enum Phase {
        /// Running the file.
        case loading
        /// In `init`: the only time to make indicators.
        case initialising
        /// Asking the template's questions: nothing may be ordered.
        case asking
        /// In callbacks that may order: `on_candle`, `update_position` and the events.
        case acting
        case idle
    }

    public let script: StrategyScript
    public let options: InstanceOptions
    public internal(set) var declaration: StrategyDeclaration
    /// Every declared parameter with its value, overrides applied, in the order of the names.
    public internal(set) var parameters: [(name: String, value: ParameterValue)] = []
    /// Candles before the first callback: callbacks run on candle `i`, counted from 0, if `i >= warmup`.
    @exclusivity(unchecked) public internal(set) var warmup = 0
    /// Whether too many failures in a row have paused it: clocks and indicators go on, callbacks do not.
    @exclusivity(unchecked) public internal(set) var isPaused = false
    /// Candles and events in a row of which a callback failed.
    @exclusivity(unchecked) public internal(set) var failuresInARow = 0

    let machine: LuaMachine
    let memory = AccountMemory()
    @exclusivity(unchecked) var book: SeriesBook? {
        didSet { steppedBook = book.map(Unmanaged.passUnretained) }
    }
    /// The book once more: reading `book` would count a reference on every candle.
    @exclusivity(unchecked) var steppedBook: Unmanaged<SeriesBook>?
    var parameterMemory: ParameterMemory?
    @exclusivity(unchecked) var draft = Decision()
    /// Whether the draft holds anything; set wherever something is put into it.
    @exclusivity(unchecked) var hasOutput = false
    @exclusivity(unchecked) var phase = Phase.loading
    /// The declaration while the file runs, and what was wrong with it.
    var loading = LoadingState()
    /// What `self:close{…}` calls.
    var closing: LuaReference?
    /// The strategy's table, which is its `self`, and a function for each callback it has.
    @exclusivity(unchecked) var receiver: LuaReference?
    @exclusivity(unchecked) var callbacks = [LuaReference?](repeating: nil, count: CallbackName.allCases.count)
    let plans = CallbackPlans()
    /// What the last host function that refused said, in both languages.
    @exclusivity(unchecked) var refusal: Message?
    /// The callback that runs, for messages; nil between calls.
    @exclusivity(unchecked) var currentCallback: CallbackName?
    @exclusivity(unchecked) var voice = ScriptVoice()
    /// In a rehearsal: which callbacks answered what cannot be traded.
    var rehearsal: Rehearsal?
    /// The close of the last candle, in milliseconds.
    @exclusivity(unchecked) var instant: Int64 = 0
    /// Turns since the last candle: a candle is 0, its events 1, 2, 3 …
    @exclusivity(unchecked) var turn: UInt64 = 0
    @exclusivity(unchecked) var turnFailed = false
    @exclusivity(unchecked) var intentsAtCallStart = 0
    @exclusivity(unchecked) var nextOrderNumber = 1
    /// The version of the open orders that the strategy was last told.
    @exclusivity(unchecked) public internal(set) var seenOrdersVersion: Int?
    @exclusivity(unchecked) var openOrderCount = 0
    /// Whether the script's text holds the word `orders`. One that never names them need not be shown them, which
    /// takes longer than all its other work around a trade.
    let namesOrders: Bool
    @exclusivity(unchecked) var hasPendingEntry = false

    /// Loads the script, checks its declaration and parameters, and calls its `init`. Nothing of it runs later unless
    /// a candle closes or an event is delivered.
    ///
    /// The feeds' timeframe may differ from the declared one: what closes is what counts.
    public convenience init(
        script: StrategyScript, feeds: FeedSet, options: InstanceOptions = InstanceOptions()
    ) throws(StrategyError) {
        try self.init(loading: script, options: options)
        try prepare(feeds)
    }

    /// Runs the file and reads its declaration and parameters.
    init(loading script: StrategyScript, options: InstanceOptions) throws(StrategyError) {
        self.script = script
        self.options = options
        namesOrders = script.mentions("orders")
        do throws(LuaFailure) {
            machine = try LuaMachine(limits: options.limits.lua, seed: options.seed)
        } catch {
            throw StrategyError([error.diagnostic(in: nil, refusal: nil)])
        }
        declaration = .unread
        try load()
    }

    /// Reads what a file declares, without candles: nothing but the file's own top level runs.
    public static func declaration(
        of script: StrategyScript, limits: InstanceLimits = InstanceLimits()
    ) throws(StrategyError) -> StrategyDeclaration {
        try StrategyInstance(loading: script, options: InstanceOptions(limits: limits)).declaration
    }

    /// Checks values of the parameters against their domains and the file's `valid(p)`, without candles.
    ///
    /// Throws a `StrategyError` whose diagnostics have the code `unknown-parameter`, `parameter-value` or
    /// `invalid-parameters`.
    public static func checkParameters(
        _ parameters: [String: String], of script: StrategyScript, limits: InstanceLimits = InstanceLimits()
    ) throws(StrategyError) {
        _ = try StrategyInstance(
            loading: script, options: InstanceOptions(parameters: parameters, limits: limits))
    }

    /// Which events the strategy has callbacks for; the others need not be delivered.
    public var listening: StrategyEventKinds {
        var kinds: StrategyEventKinds = []
        if has(.onOrder) { kinds.insert(.orders) }
        if has(.onFill) { kinds.insert(.fills) }
        if has(.onPositionOpened) || has(.onPositionClosed) { kinds.insert(.positions) }
        return kinds
    }

    /// What the callbacks have asked for and said since it was last taken.
    public func takeDecision() -> Decision {
        hasOutput = false
        let taken = draft
        draft = Decision()
        return taken
    }

    /// Lets a paused strategy run again.
    public func resume() {
        isPaused = false
        failuresInARow = 0
    }

    /// Goes on counting failures where an earlier instance of the same strategy was.
    public func continueFailures(inARow count: Int) {
        failuresInARow = max(0, count)
        isPaused = failuresInARow >= options.limits.failuresBeforePause
    }

    /// Bytes that the interpreter holds at the moment.
    public var memoryUsed: Int { machine.memoryUsed }

    func has(_ callback: CallbackName) -> Bool { callbacks[callback.index] != nil }

    /// The candle that closed last: open time, row, close. Nil before the first one.
    var decisionPoint: DecisionPoint? {
        guard let book, book.base.count > book.base.firstRow else { return nil }
        let row = book.base.count - 1
        return DecisionPoint(
            time: Timestamp(milliseconds: book.base.feed.openTime(at: row)), index: row,
            close: book.base.feed.close(at: row))
    }
}

/// What is collected while the file runs.
struct LoadingState {
    var diagnostics: [Diagnostic] = []
    var declaration: StrategyDeclaration?
    /// How often `Strategy { … }` was called, and where first.
    var strategyCalls = 0
    var strategyLine = 0
    /// What `param.int` and its like answered: the script holds a token that names one of them.
    var parameters: [(token: String, domain: ParameterDefinition.Domain, value: ParameterValue)] = []
}
