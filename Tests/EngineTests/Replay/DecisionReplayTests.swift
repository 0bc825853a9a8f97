import Engine
import Market
@testable import Storage
import Testing
import Wording
import Worker

@Suite("Taking a decision again")
struct DecisionReplayTests {
    /// Remembers inside and outside of `self.state`, looks at another timeframe and draws lots.
    private static let script = """
        local ta = require "ta"
        local S = Strategy { name = "Replayed", timeframe = "1m", uses = { "5m" }, warmup = 5 }
        function S:init()
          self.average = ta.ema(self.close, 9)
          self.slow = ta.sma(self:tf("5m").close, 3)
          self.count = 0
        end
        function S:on_start() self.state.started = #self.close end
        function S:on_candle()
          self.count = self.count + 1
          if self.count % 3 == 0 then self.state.last = self.close[0] end
          plot("count", self.count)
          plot("sum", self.average[0] + self.slow[0] + random())
          if self.close[0] > self.average[0] then self:buy { value = self.balance * 0.1, tag = "up" } end
        end
        return S
        """

    private func replay(
        _ journal: MemoryJournal, _ place: Int? = nil
    ) async throws -> Replayed {
        let executor = InProcessExecutor()
        let decision = place.map { journal.decisions[$0] } ?? journal.decisions[journal.decisions.count - 1]
        let replayed = try await DecisionReplay(journal, in: executor).run(decision)
        await executor.close()
        return replayed
    }

    @Test("gives the same answer and state bit for bit, for each decision of a session", arguments: [0, 1])
    func same(unseen: Int) async throws {
        let journal = try await MemoryJournal.record(Self.script, unseen: unseen)
        #expect(journal.decisions.contains { $0.record.outcome == .intents })
        #expect(journal.decisions.contains { $0.record.outcome == .skipped })
        for (place, decision) in journal.decisions.enumerated() where decision.record.input != nil {
            let replayed = try await replay(journal, place)
            #expect(replayed.isSame && replayed.differences == [], "\(place): \(replayed.differences)")
            guard case .session = replayed.way else { return #expect(Bool(false), "\(replayed.way)") }
            #expect(replayed.answer.outcomeHash == decision.record.outputHash)
        }
    }

    @Test("works where the ring has long forgotten what the session began with")
    func ring() async throws {
        let journal = try await MemoryJournal.record(Self.script, minutes: 900, history: 30)
        let replayed = try await replay(journal)
        #expect(
            replayed.isSame && replayed.way == .session(decisions: journal.decisions.count { $0.record.input != nil }))
    }

    @Test("tells which decision came out otherwise first")
    func tampered() async throws {
        var journal = try await MemoryJournal.record(Self.script)
        let place = try #require(journal.decisions.firstIndex { $0.record.input != nil && $0.id.number > 5 })
        journal.decisions[place].record.outputHash = 1
        let later = try await replay(journal)
        #expect(later.isSame && later.differences.map(\.decision) == [journal.decisions[place].id])
        let itself = try await replay(journal, place)
        #expect(!itself.isSame && itself.differences.first?.kind == .answer)
        journal.decisions[place].record.stateHash = 1
        #expect(try await replay(journal, place).differences.map(\.kind) == [.answer, .state])
    }

    @Test("another candle in the store is found out")
    func candle() async throws {
        var journal = try await MemoryJournal.record(Self.script)
        journal.shelf[MemoryJournal.minutes]?[70].close += 0.5
        #expect(try await !replay(journal).isSame)
    }

    @Test("from the memory before it, where the journal of the session has a hole")
    func hole() async throws {
        let stateful = """
            local S = Strategy { name = "Stateful", timeframe = "1m", warmup = 5 }
            function S:on_candle()
              self.state.count = (self.state.count or 0) + 1
              plot("count", self.state.count)
            end
            return S
            """
        var journal = try await MemoryJournal.record(stateful)
        journal.decisions.remove(at: 10)
        let replayed = try await replay(journal)
        guard case .memory(let reason) = replayed.way else { return #expect(Bool(false), "\(replayed.way)") }
        #expect(replayed.isSame && reason.english.contains("are gone"), "\(reason)")
        // A field of self is not in the memory.
        var other = try await MemoryJournal.record(Self.script)
        other.decisions.remove(at: 10)
        #expect(try await !replay(other).isSame)
    }

    @Test("a worker that began anew in the session is found by its memory")
    func beganAnew() async throws {
        let fields = """
            local S = Strategy { name = "Fields", timeframe = "1m", warmup = 5 }
            function S:init() self.count = 0 end
            function S:on_candle()
              self.count = self.count + 1
              self.state.count = self.count
            end
            return S
            """
        var journal = try await MemoryJournal.record(fields, minutes: 80)
        // As a worker answers that was started again before the last candle: its field begins at 0, the state is 1.
        let begun = try await MemoryJournal.record(fields, minutes: 80, history: 79)
        let (last, fresh) = (journal.decisions.count - 1, begun.decisions[0])
        journal.decisions[last].record.outputHash = fresh.record.outputHash
        journal.decisions[last].record.stateHash = fresh.record.stateHash
        let replayed = try await replay(journal)
        guard case .memory = replayed.way else { return #expect(Bool(false), "\(replayed.way)") }
        #expect(replayed.isSame, "\(replayed.differences)")
    }

    @Test("what was not kept is said")
    func notKept() async throws {
        var journal = try await MemoryJournal.record(Self.script)
        let last = journal.decisions.count - 1
        let input = journal.decisions[last].record.input
        journal.decisions[last].record.input = nil
        await #expect(throws: ReplayError.self) { try await replay(journal) }
        journal.decisions[last].record.input = input
        journal.session?.loading = nil
        await #expect(throws: ReplayError.self) { try await replay(journal) }
        journal.session = nil
        await #expect(throws: ReplayError.self) { try await replay(journal) }
    }
}
