import Logging
import Market
import Storage
import StrategyHost
import Trading
import Worker

/// One thing to be asked of an account's executor.
enum ExecutorWork: Sendable {
    case declare(AccountRoster.ScriptKey, ScriptText)
    case openFeed(FeedOpening)
    case append([FeedCandles])
    /// - Parameter turn: which attempt at loading the strategy this is; an answer to an older one is of no interest.
    case load(InstanceLoading, ActiveStrategyID, turn: Int, feeds: [SessionFeed])
    case decide(DecisionBatch, number: Int)
    case stop(InstanceNumber, ActiveStrategyID, AccountView)
    case unload(InstanceNumber)
}

/// What came of it.
enum ExecutorAnswer: Sendable {
    case declared(AccountRoster.ScriptKey, Result<StrategyDeclaration, ExecutorError>)
    case loaded(
        ActiveStrategyID, turn: Int, InstanceLoading, [SessionFeed], Result<InstanceLoaded, ExecutorError>)
    case decided(DecisionAnswer, number: Int, at: ContinuousClock.Instant)
    /// All answers of the batch have come, or none will come any more.
    case batchEnded(number: Int, ExecutorError?)
    case stopped(ActiveStrategyID, Result<Decision, ExecutorError>)
    /// A feed could not be opened or extended: whoever reads it has to be loaded again.
    case feedFailed(ExecutorError)
}

/// Works off what is asked of an executor, one thing after the other: candles come before those who read them.
struct ExecutorLane: Sendable {
    let executor: any StrategyExecutor
    let work: WorkQueue<ExecutorWork>
    let answer: @Sendable (ExecutorAnswer) -> Void

    /// Until the queue is closed and empty, or the task is cancelled.
    func run() async {
        while let next = await work.next().first {
            await perform(next)
            work.finished()
        }
    }

    private func perform(_ work: ExecutorWork) async {
        switch work {
        case .declare(let key, let text):
            answer(
                .declared(
                    key,
                    await result { () async throws(ExecutorError) in
                        try await executor.declare(text, parameters: [:])
                    }))
        case .openFeed(let opening):
            await feed { () async throws(ExecutorError) in try await executor.openFeed(opening) }
        case .append(let candles):
            await feed { () async throws(ExecutorError) in
                for chunk in Self.chunks(candles) { try await executor.append(chunk) }
            }
        case .load(let loading, let id, let turn, let feeds):
            let loaded = await result { () async throws(ExecutorError) in try await executor.load(loading) }
            answer(.loaded(id, turn: turn, loading, feeds, loaded))
        case .decide(let batch, let number): await decide(batch, number)
        case .stop(let instance, let id, let account):
            let said = await result { () async throws(ExecutorError) in
                try await executor.stop(instance, account: account)
            }
            answer(.stopped(id, said))
        case .unload(let instance): await executor.unload(instance)
        }
    }

    private func decide(_ batch: DecisionBatch, _ number: Int) async {
        do throws(ExecutorError) {
            try await executor.decide(batch) { answer(.decided($0, number: number, at: .now)) }
            answer(.batchEnded(number: number, nil))
        } catch {
            answer(.batchEnded(number: number, error))
        }
    }

    private func feed(_ body: () async throws(ExecutorError) -> Void) async {
        do throws(ExecutorError) { try await body() } catch { answer(.feedFailed(error)) }
    }

    private func result<Value: Sendable>(
        _ body: () async throws(ExecutorError) -> Value
    ) async -> Result<Value, ExecutorError> {
        do throws(ExecutorError) { return .success(try await body()) } catch { return .failure(error) }
    }

    /// Pieces of at most `FeedCandles.mostCandles` candles.
    static func chunks(_ feeds: [FeedCandles]) -> [[FeedCandles]] {
        var chunks: [[FeedCandles]] = []
        var current: [FeedCandles] = []
        var room = FeedCandles.mostCandles
        for feed in feeds {
            var rest = feed.candles[...]
            while !rest.isEmpty {
                let part = rest.prefix(room)
                current.append(FeedCandles(feed: feed.feed, candles: Array(part)))
                rest = rest.dropFirst(part.count)
                room -= part.count
                guard room == 0 else { continue }
                chunks.append(current)
                current = []
                room = FeedCandles.mostCandles
            }
        }
        if !current.isEmpty { chunks.append(current) }
        return chunks
    }
}
