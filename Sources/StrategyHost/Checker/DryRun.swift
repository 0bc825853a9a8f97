import Glibc
import Market
import Trading
import Wording

/// Runs a strategy over synthetic candles with a paper account, flat and in position, so that each of its callbacks is
/// called, and keeps what went wrong. Nothing of it has an effect outside.
///
/// Bounded whatever the script does: by the budget of each call, by the first call that its budget stops, by the number
/// of findings, and by CPU time for all calls together.
struct DryRun: ~Copyable {
    /// CPU seconds for all candles together: far beyond an honest strategy's, and little enough that a file which stays
    /// just below the budget of every call is still judged within a second.
    static let mostSeconds = 0.4
    static let mostFindings = 20
    private static let usualWarmup = 200
    /// Candles between two forced entries, and candles that a forced position is held at most.
    private static let forcedEvery = 40
    private static let forcedHold = 15
    /// Candles after which a position of the strategy's own is closed, if it does not close it.
    private static let longestHold = 80

    private(set) var findings: [Diagnostic] = []
    private let instance: StrategyInstance
    private let series: CandleSeries
    private let lines: ScriptLines
    private var trading: SimulatedTrading
    /// Whether the position, if any, is one that the strategy did not ask for.
    private var isForced = false
    private var isOver = false
    private var forcedEntries = 0
    private var deadline = 0.0
    private var isLate: Bool { Self.seconds() > deadline }

    /// Makes the instance; `init` runs here.
    init(_ script: StrategyScript, declaration: StrategyDeclaration, limits: InstanceLimits) throws(StrategyError) {
        let options = InstanceOptions(limits: limits)
        // Without a declared warm-up it is known once the indicators are made; most are short.
        let guess = declaration.warmup ?? Self.usualWarmup
        guard var market = RehearsalMarket(declaration, warmup: guess) else { throw Self.impossible }
        var instance = try StrategyInstance(script: script, feeds: market.feeds, options: options)
        if instance.warmup > guess {
            guard let longer = RehearsalMarket(declaration, warmup: instance.warmup) else { throw Self.impossible }
            market = longer
            instance = try StrategyInstance(script: script, feeds: market.feeds, options: options)
        }
        instance.warmup = min(instance.warmup, max(0, market.series.count - RehearsalMarket.candles))
        instance.rehearsal = Rehearsal()
        let settings: TradingSettings
        do throws(TradingError) {
            settings = try TradingSettings(symbol: market.series.symbol, market: declaration.market)
        } catch {
            throw Self.impossible
        }
        self.instance = instance
        series = market.series
        lines = ScriptLines(script)
        trading = SimulatedTrading(settings, cash: Money(10_000), listening: instance.listening)
    }

    private static var impossible: StrategyError {
        StrategyError(
            code: "dry-run",
            Message(
                "the candles of a dry run cannot be made", fr: "les bougies d'un essai à blanc ne peuvent être faites"))
    }

    /// Runs all of it; the findings are complete afterwards.
    mutating func run() {
        deadline = Self.seconds() + Self.mostSeconds
        note(instance.start(trading.account))
        for index in 0..<series.count {
            candle(index)
            if isOver { return }
            if isLate {
                findings.append(
                    Diagnostic(
                        .warning, line: 0, code: "slow",
                        message: Message(
                            "the dry run was ended after \(index + 1) of \(series.count) candles: the strategy is slow",
                            fr: "l'essai à blanc a été arrêté après \(index + 1) bougies sur \(series.count) : "
                                + "la stratégie est lente")))
                break
            }
        }
        note(instance.stop(trading.account))
        trading.finish()
        deliverEvents()
        if !isOver { finish() }
    }

    private mutating func candle(_ index: Int) {
        trading.advance(series[index], index: index)
        if trading.account.position == nil { isForced = false }
        deliverEvents()
        let asked = instance.closeCandle(
            trading.account, nextOrderID: trading.nextOrderID, openOrders: trading.openOrders)
        var intents = note(asked)
        if intents.isEmpty { intents = forced(at: index) }
        if !intents.isEmpty { trading.decide(intents) }
        deliverEvents()
        instance.resume()
    }

    private mutating func deliverEvents() {
        // A callback may order, and an order may fill at once: but each round needs a candle's fill to begin with.
        guard trading.hasEvents else { return }
        for event in trading.takeEvents() {
            if isOver || isLate { return }
            let asked = instance.deliver(
                event, account: trading.account, nextOrderID: trading.nextOrderID, openOrders: trading.openOrders)
            let intents = note(asked)
            if !intents.isEmpty { trading.decide(intents) }
        }
    }

    // MARK: Forcing

    /// Enters now and then where the strategy does not, and leaves again: else a rare entry would hide what its other
    /// callbacks do.
    private mutating func forced(at index: Int) -> [Intent] {
        guard index >= instance.warmup else { return [] }
        guard !instance.has(.onCandle) else { return [] }
        if let position = trading.account.position {
            let isDue = position.bars >= (isForced ? Self.forcedHold : Self.longestHold)
            return isDue ? [.exit(reason: "")] : []
        }
        guard trading.openOrders.isEmpty, (index + 1) % Self.forcedEvery == 0 else {
            return []
        }
        isForced = true
        forcedEntries += 1
        let isShort = instance.declaration.market == .futures && forcedEntries % 2 == 0
        let direction = isShort ? Direction.short : .long
        instance.enter(direction, reason: "")
        instance.endTurn()
        let intents = note(true)
        return intents.isEmpty ? [.enter(EntryIntent(direction, size: .value(1_000)))] : intents
    }

    // MARK: Findings

    /// Takes what a call said, and answers what it asked for.
    @discardableResult
    private mutating func note(_ hasOutput: Bool) -> [Intent] {
        guard hasOutput else { return [] }
        let decision = instance.takeDecision()
        for failure in decision.failures {
            add(failure.diagnostic)
            if ["instructions", "time", "memory"].contains(failure.diagnostic.code) { isOver = true }
        }
        return decision.intents
    }

    private mutating func add(_ finding: Diagnostic) {
        // The same line fails on every candle: once is enough, even where the values in its message change.
        let isKnown = findings.contains { $0.line == finding.line && $0.code == finding.code && finding.line > 0 }
        if isKnown || findings.contains(finding) { return }
        findings.append(finding)
        if findings.count >= Self.mostFindings { isOver = true }
    }

    private mutating func finish() {
        for note in instance.rehearsal?.notes ?? [] {
            add(
                Diagnostic(
                    .warning, line: lines.line(ofFunction: note.callback.rawValue) ?? 0, code: "no-entry",
                    message: Message(
                        "\(note.message.english): there is no entry then",
                        fr: "\(note.message.french) : il n'y a alors pas d'entrée")))
        }
        do throws(StrategyError) {
            let state = try instance.snapshotState()
            guard instance.has(.onUpgrade) else { return }
            do throws(StrategyError) {
                try instance.upgradeState(state, fromVersion: instance.declaration.version)
            } catch {
                // It may refuse states on purpose: that is for its author to judge.
                for var finding in error.diagnostics {
                    finding.severity = .warning
                    add(finding)
                }
            }
        } catch {
            for finding in error.diagnostics { add(finding) }
        }
    }

    /// CPU time of this thread: a busy machine changes no finding.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
