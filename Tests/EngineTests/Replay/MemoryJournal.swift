import Broker
import Engine
import Market
@testable import Storage
import StrategyHost
import Trading
import Worker

/// A strategy that was run here, with what an engine would have written down about it.
struct MemoryJournal: ReplayJournal {
    static let symbol = try! Symbol("BTC/USDT")
    static let minutes = CandleKey(venue: VenueName("test")!, symbol: symbol, timeframe: .m1)
    static let fives = CandleKey(venue: VenueName("test")!, symbol: symbol, timeframe: .m5)
    private static let base = FeedNumber(3)
    private static let other = FeedNumber(4)
    private static let keep = 128

    var script: ScriptText
    var session: StrategySession?
    var decisions: [StoredDecision] = []
    var shelf: [CandleKey: [Candle]] = [:]

    func session(of decision: StoredDecision) -> StrategySession? { session }

    func decisions(through decision: StoredDecision, after: Timestamp?, limit: Int) -> [StoredDecision] {
        let start = after ?? Timestamp(milliseconds: -1)
        let found = decisions.filter {
            $0.record.candleOpen > start && $0.record.candleOpen <= decision.record.candleOpen
        }
        return Array(found.prefix(min(limit, 7)))
    }

    func lastState(before decision: StoredDecision) -> [UInt8]? {
        decisions.last { $0.record.candleOpen < decision.record.candleOpen && $0.record.scriptState != nil }?
            .record.scriptState
    }

    func script(of decision: StoredDecision) -> ScriptText { script }

    func candles(_ key: CandleKey, last: Int, before: Timestamp) -> [Candle] {
        Array((shelf[key] ?? []).filter { $0.openTime < before }.suffix(last))
    }

    // MARK: Making one

    /// Runs a script over minutes as an engine does: history, loading, then decisions; every third candle comes
    /// together with the next one, and of those before the newest one signal in seven was too late.
    static func record(_ source: String, minutes count: Int = 120, history: Int = 60, unseen: Int = 0) async throws
        -> MemoryJournal
    {
        var journal = MemoryJournal(script: ScriptText(name: "recorded", source: source))
        journal.shelf[minutes] = (0..<count).map { candle($0, .m1, minute: $0) }
        journal.shelf[fives] = (0..<count / 5).map { candle($0, .m5, minute: $0 * 5 + 4) }
        let executor = InProcessExecutor()
        var shown: [FeedNumber: Int] = [:]
        for (number, key) in [(base, minutes), (other, fives)] {
            try await executor.openFeed(
                FeedOpening(feed: number, symbol: symbol, timeframe: key.timeframe, rowsKept: keep))
            let first = (journal.shelf[key] ?? []).prefix(number == base ? history : history / 5)
            try await executor.append([FeedCandles(feed: number, candles: Array(first))])
            shown[number] = first.count
        }
        let loading = InstanceLoading(
            instance: InstanceNumber(9), script: journal.script, parameters: [:], seed: 77, base: base,
            others: [other], state: nil, firstCall: .start(account(0)), unseen: unseen)
        let loaded = try await executor.load(loading)
        journal.session = StrategySession(
            number: 1, version: 1, parameters: [:], seed: 77, loading: loading.stored,
            detail: detail(journal, shown, seen: loaded.candlesSeen), startedAt: Timestamp(milliseconds: 0))
        var pending = unseen
        var place = history
        while place < count || pending > 0 {
            let isPair = place % 3 == 2 && place + 1 < count
            let last = pending > 0 ? place : min(place + (isPair ? 2 : 1), count)
            if isPair { journal.skip(place) }
            var feeds = [FeedCandles(feed: base, candles: Array((journal.shelf[minutes] ?? [])[place..<last]))]
            let closed = last / 5
            if let known = shown[other], closed > known {
                feeds.append(FeedCandles(feed: other, candles: Array((journal.shelf[fives] ?? [])[known..<closed])))
                shown[other] = closed
            }
            let item = DecisionItem(
                instance: InstanceNumber(9), observing: last - place + pending - 1, account: account(last),
                nextOrderID: OrderID(last))
            try await journal.decide(item, feeds, last, shown, executor)
            (place, pending) = (last, 0)
        }
        await executor.close()
        return journal
    }

    private mutating func decide(
        _ item: DecisionItem, _ feeds: [FeedCandles], _ count: Int, _ shown: [FeedNumber: Int],
        _ executor: InProcessExecutor
    ) async throws {
        let box = Answers()
        try await executor.decide(DecisionBatch(feeds: feeds.filter { !$0.candles.isEmpty }, items: [item])) {
            box.put($0)
        }
        let answer = box.all[0]
        let marks = """
            [{"number":\(Self.base.number),"to":\((count - 1) * 60_000)},\
            {"number":\(Self.other.number),"to":\(((shown[Self.other] ?? 0) - 1) * 300_000)}]
            """
        append(
            DecisionRecord(
                candleOpen: Timestamp(milliseconds: Int64(count - 1) * 60_000),
                outcome: answer.decision.intents.isEmpty ? .nothing : .intents,
                decidedAt: Timestamp(milliseconds: 0), version: 1, session: 1, input: item.stored,
                outputHash: answer.outcomeHash, stateHash: answer.stateHash, scriptState: answer.state, feeds: marks))
    }

    private mutating func skip(_ minute: Int) {
        guard minute % 7 == 0 else { return }
        append(
            DecisionRecord(
                candleOpen: Timestamp(milliseconds: Int64(minute) * 60_000), outcome: .skipped,
                decidedAt: Timestamp(milliseconds: 0), version: 1, session: 1))
    }

    private mutating func append(_ record: DecisionRecord) {
        decisions.append(
            StoredDecision(
                id: DecisionID(Int64(decisions.count + 1)), user: UserID(1), strategy: ActiveStrategyID(9),
                record: record))
    }

    private static func detail(_ journal: MemoryJournal, _ shown: [FeedNumber: Int], seen: Int) -> String {
        let feeds = [(base, minutes), (other, fives)].map { number, key in
            let rows = shown[number] ?? 0
            let to = Int64(rows - 1) * key.timeframe.milliseconds
            return """
                {"number":\(number.number),"market":"test","symbol":"BTC/USDT","timeframe":"\(key.timeframe)",\
                "rows":\(rows),"keep":\(keep),"to":\(to)}
                """
        }
        return #"{"feeds":[\#(feeds.joined(separator: ","))],"seen":\#(seen),"engine":"test"}"#
    }

    private static func account(_ minute: Int) -> AccountView {
        AccountView(
            free: 1000 - Double(minute), total: 1000, equity: 1000 + Double(minute) / 7, position: nil,
            ordersVersion: 0)
    }

    private static func candle(_ slot: Int, _ timeframe: Timeframe, minute: Int) -> Candle {
        let close = 100 + Double((minute * 7919) % 97) / 7
        return Candle(
            openTime: Timestamp(milliseconds: Int64(slot) * timeframe.milliseconds), open: close - 1, high: close + 2,
            low: close - 2, close: close, volume: Double(minute % 11))
    }
}
