import CLuaHost
import LuaRuntime
import Market
import Trading
import Wording

extension StrategyInstance {
    /// What tells the answer of `units(q)` from every other number.
    static let unitsLabel: UInt32 = 1
    /// Bytes of a reason or a tag.
    static let reasonBytes = 64

    // MARK: Calls

    /// Calls one callback; nil when it failed, which is then in the draft. The answer is valid until the next call.
    func run(_ name: CallbackName, _ arguments: [ah_value], in phase: Phase) -> ah_value? {
        self.phase = phase
        beginCall(name)
        defer { endCall() }
        let step = plans.single.steps + name.index
        step.pointee.argument_count = UInt8(arguments.count)
        withUnsafeMutableBytes(of: &step.pointee.arguments) { memory in
            let places = memory.bindMemory(to: ah_value.self)
            for (place, argument) in arguments.enumerated() { places[place] = argument }
        }
        do throws(LuaFailure) {
            try machine.run(plans.single, from: name.index, count: 1)
        } catch {
            fail(name, error)
            dropIntents()
            return nil
        }
        return step.pointee.results.0
    }

    func beginCall(_ name: CallbackName) {
        currentCallback = name
        voice.beginCall()
        intentsAtCallStart = draft.intents.count
    }

    func endCall() {
        phase = .idle
        currentCallback = nil
        reportDropped()
    }

    func beginTurn() {
        turnFailed = false
        if refusal != nil { refusal = nil }
        intentsAtCallStart = draft.intents.count
    }

    /// Counts failures in a row, and pauses after too many.
    func endTurn() {
        guard turnFailed else {
            failuresInARow = 0
            return
        }
        turnFailed = false
        failuresInARow += 1
        guard failuresInARow >= options.limits.failuresBeforePause, !isPaused else { return }
        isPaused = true
        let count = failuresInARow
        journal(
            .failed,
            Message(
                "paused after \(count) failures in a row; stops and targets stay in force",
                fr: "mise en pause après \(count) échecs de suite ; stops et objectifs restent en vigueur"))
    }

    /// What a failed call had asked for does not count.
    func dropIntents() {
        draft.intents.removeLast(max(0, draft.intents.count - intentsAtCallStart))
    }

    // MARK: The draft

    func put(_ intent: Intent) {
        hasOutput = true
        draft.intents.append(intent)
    }

    func journal(_ kind: JournalEntry.Kind, _ message: Message) {
        hasOutput = true
        let time = decisionPoint?.time ?? Timestamp(milliseconds: instant)
        draft.journal.append(JournalEntry(time: time, kind: kind, order: nil, message: message))
    }

    /// Keeps a callback's error.
    func fail(_ name: CallbackName, _ failure: LuaFailure) {
        var diagnostic = failure.diagnostic(in: name.rawValue, refusal: refusal)
        // A tail call leaves no trace of the line it stood on: then the function's own line is the nearest.
        if diagnostic.line == 0 { diagnostic.line = ScriptLines(script).line(ofFunction: name.rawValue) ?? 0 }
        fail(name, diagnostic)
    }

    /// A callback answered what is no answer.
    func failAnswer(_ name: CallbackName, _ answer: ah_value, _ english: String, fr french: String) {
        let line = ScriptLines(script).line(ofFunction: name.rawValue) ?? 0
        let kind = answer.kindName
        fail(
            name,
            Diagnostic(
                .error, line: line, code: "wrong-answer",
                message: Message(
                    "\(name.rawValue) answered \(kind.english): expected \(english)",
                    fr: "\(name.rawValue) a répondu \(kind.french) : attendu \(french)")))
    }

    func fail(_ name: CallbackName, _ diagnostic: Diagnostic) {
        turnFailed = true
        draft.failures.append(CallbackFailure(callback: name, diagnostic: diagnostic))
        let place = diagnostic.line > 0 ? diagnostic.line : nil
        journal(
            .failed,
            Message(
                (place.map { "line \($0): " } ?? "") + diagnostic.message.english,
                fr: (place.map { "ligne \($0) : " } ?? "") + diagnostic.message.french))
    }

    /// Says once a call how much of its log was dropped.
    private func reportDropped() {
        guard voice.droppedLines > 0 else { return }
        let count = voice.droppedLines
        voice.droppedLines = 0
        draft.logs.append(LogLine(level: .warn, text: "\(count) more lines were dropped", fields: []))
    }
}
