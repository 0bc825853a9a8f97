import Market
import Storage
import StrategyHost
import Synchronization
import Wording
import Worker

/// Takes a journalled decision again, and compares answer and memory with the journal bit for bit.
///
/// A script's decision depends on its text, its parameters, its seed, the candles it saw since it was loaded and what
/// it was told with each of them: all of that is kept. So the script is loaded as it was, and asked again everything
/// it was asked since. Where a part of that is gone, it is asked once, from the memory that was stored before.
public struct DecisionReplay: Sendable {
    private let journal: any ReplayJournal
    private let executor: any StrategyExecutor

    /// Decisions that are asked for at a time.
    private static let page = 5000

    public init(_ journal: any ReplayJournal, in executor: any StrategyExecutor) {
        self.journal = journal
        self.executor = executor
    }

    public func run(
        _ decision: StoredDecision, progress: @Sendable (Double) -> Void = { _ in }
    ) async throws -> Replayed {
        guard let input = decision.record.input else {
            throw ReplayError(
                Message(
                    "decision \(decision.id) was kept without what went in: it cannot be taken again",
                    fr: "la décision \(decision.id) a été gardée sans ce qui y est entré : elle ne peut être rejouée"))
        }
        let item = try DecisionItem(stored: input)
        guard let session = try await journal.session(of: decision), let loading = session.loading,
            let detail = SessionDetail(text: session.detail)
        else {
            throw ReplayError(
                Message(
                    "what the script was loaded with before decision \(decision.id) was not kept",
                    fr: "ce avec quoi le script a été chargé avant la décision \(decision.id) n'a pas été gardé"))
        }
        var stored = try InstanceLoading(stored: loading)
        stored.script = try await journal.script(of: decision)
        let stage = try await Stage(detail, base: stored.base, through: decision, journal)
        do {
            let whole = try await wholeSession(decision, stored, stage, progress)
            guard !whole.isSame else { return whole }
            // Engines of former versions began no session when a worker had died in between.
            let again = try await alone(decision, item, stored, stage, Self.otherwise)
            return again.isSame ? again : whole
        } catch let gap as Gap {
            return try await alone(decision, item, stored, stage, gap.reason)
        }
    }

    /// A part of the session that is gone.
    private struct Gap: Error {
        let reason: Message
    }

    // MARK: The whole session

    private func wholeSession(
        _ target: StoredDecision, _ loading: InstanceLoading, _ stage: Stage, _ progress: @Sendable (Double) -> Void
    ) async throws -> Replayed {
        var stage = stage
        var differences = stage.differences(at: target)
        try await open(stage.history, stage)
        _ = try await executor.load(loading)
        var after: Timestamp?
        var count = 0
        // Candles that it had, and had not taken in.
        var unseen = loading.unseen
        while true {
            let page = try await journal.decisions(through: target, after: after, limit: Self.page)
            for step in page {
                try Task.checkCancellation()
                // Its signal came too late, so it was not asked: the next one takes its candle in.
                if step.record.outcome == .skipped, step.record.input == nil { continue }
                guard let input = step.record.input else {
                    throw Gap(reason: Self.missing(step))
                }
                let item = try DecisionItem(stored: input)
                let feeds = stage.advance(to: step)
                let new = feeds.base + unseen
                guard new == item.observing + 1 else { throw Gap(reason: Self.jumped(step, item, new)) }
                unseen = 0
                let answer = try await ask(item, feeds.candles)
                count += 1
                Self.compare(step, answer, isTarget: step.id == target.id, &differences)
                progress(stage.part)
                if step.id == target.id {
                    return Replayed(
                        decision: target, way: .session(decisions: count), answer: answer, differences: differences)
                }
            }
            guard let last = page.last else { throw Gap(reason: Self.missing(target)) }
            after = last.record.candleOpen
        }
    }

    // MARK: From the memory before

    private func alone(
        _ target: StoredDecision, _ item: DecisionItem, _ loading: InstanceLoading, _ stage: Stage, _ reason: Message
    ) async throws -> Replayed {
        var loading = loading
        loading.unseen = 0
        if let state = try await journal.lastState(before: target) {
            loading.state = state
            loading.firstCall = .none
            loading.upgradedFrom = nil
        }
        await executor.unload(loading.instance)
        let split = stage.split(before: target)
        try await open(split.history, stage, isAnew: true)
        _ = try await executor.load(loading)
        var only = item
        only.observing = 0
        let answer = try await ask(only, split.last)
        var differences = stage.differences(at: target)
        Self.compare(target, answer, isTarget: true, &differences)
        return Replayed(decision: target, way: .memory(reason), answer: answer, differences: differences)
    }

    // MARK: The executor

    /// Opens the feeds with their candles; `isAnew` where they were open before.
    private func open(_ history: [FeedCandles], _ stage: Stage, isAnew: Bool = false) async throws {
        for feed in stage.openings {
            if isAnew { try await executor.closeFeed(feed.feed) }
            try await executor.openFeed(feed)
        }
        for feed in history {
            var start = 0
            while start < feed.candles.count {
                let end = min(start + FeedCandles.mostCandles, feed.candles.count)
                try await executor.append([FeedCandles(feed: feed.feed, candles: Array(feed.candles[start..<end]))])
                start = end
            }
        }
    }

    private func ask(_ item: DecisionItem, _ candles: [FeedCandles]) async throws -> DecisionAnswer {
        let box = AnswerBox()
        try await executor.decide(DecisionBatch(feeds: candles, items: [item])) { box.put($0) }
        guard let answer = box.answer else {
            throw ReplayError(Message("the script gave no answer", fr: "le script n'a pas répondu"))
        }
        return answer
    }

    private static func compare(
        _ step: StoredDecision, _ answer: DecisionAnswer, isTarget: Bool, _ differences: inout [Replayed.Difference]
    ) {
        guard isTarget || differences.count < Replayed.mostDifferences else { return }
        func differ(_ kind: Replayed.Difference.Kind, _ message: Message) {
            differences.append(
                Replayed.Difference(
                    kind: kind, decision: step.id, candleOpen: step.record.candleOpen, message: message))
        }
        if let known = step.record.outputHash, known != answer.outcomeHash {
            differ(
                .answer,
                Message(
                    "the answer is \(hex(answer.outcomeHash)), the journal has \(hex(known))",
                    fr: "la réponse est \(hex(answer.outcomeHash)), le journal a \(hex(known))"))
        }
        if let known = step.record.stateHash, known != answer.stateHash {
            differ(
                .state,
                Message(
                    "the state is \(hex(answer.stateHash)), the journal has \(hex(known))",
                    fr: "l'état est \(hex(answer.stateHash)), le journal a \(hex(known))"))
        }
    }

    private static let otherwise = Message(
        "with all decisions of its session it came out otherwise: its worker began anew in between",
        fr: "avec toutes les décisions de sa session, le résultat différait : son processus a recommencé entre-temps")

    private static func hex(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    private static func missing(_ step: StoredDecision) -> Message {
        Message(
            "the journal has no more all decisions since the script was loaded (\(step.id) is without its input)",
            fr: "le journal n'a plus toutes les décisions depuis le chargement du script (\(step.id) est sans entrée)")
    }

    private static func jumped(_ step: StoredDecision, _ item: DecisionItem, _ found: Int) -> Message {
        Message(
            "decision \(step.id) followed \(item.observing + 1) new candles and \(found) are found: decisions before "
                + "it or candles are gone",
            fr:
                "la décision \(step.id) suivait \(item.observing + 1) bougies nouvelles et \(found) sont trouvées : "
                + "des décisions précédentes ou des bougies ont disparu")
    }
}

/// Takes the one answer from a thread of the executor.
private final class AnswerBox: Sendable {
    private let kept = Mutex<DecisionAnswer?>(nil)

    func put(_ answer: DecisionAnswer) { kept.withLock { $0 = answer } }
    var answer: DecisionAnswer? { kept.withLock { $0 } }
}
