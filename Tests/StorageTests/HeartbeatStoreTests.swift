import Broker
import Market
import Postgres
import TestSupport
import Testing
import Wording

@testable import Storage

@Suite(.timeLimit(.minutes(10))) struct HeartbeatStoreTests {
    private static func closed(
        _ place: Int, _ timeframe: Timeframe = .m1, symbol: String = "BTC/USDT", shift: Double = 0,
        signalled: Bool = true
    ) throws -> ClosedCandle {
        let candle = Candles.candle(place, timeframe, shift: shift)
        return ClosedCandle(
            key: try Candles.key(timeframe, symbol: symbol), candle: candle, tradeCount: place,
            closedAt: Timestamp(milliseconds: candle.openTime.milliseconds + timeframe.milliseconds),
            isSignalled: signalled)
    }

    @Test func `a candle that was kept before with another last digit has that one value for everybody`() async throws {
        try await ScratchStore.with { store in
            var own = try (0..<3).map { try Self.closed($0) }
            own[0].candle.volume = 0.3
            own[1].candle.volume = 0.3
            var (near, far) = (own[0], own[1])
            near.candle.volume = near.candle.volume.nextUp
            far.candle.volume *= 1.01
            try await store.candles.append([near.candle, far.candle], to: try Candles.key())
            let recorded = try await store.heartbeat.record(HeartbeatPulse(candles: own))
            #expect(recorded.candles == 3)
            // What is another candle altogether stays the heartbeat's own.
            let expected = [near.candle, own[1].candle, own[2].candle]
            #expect(try await store.heartbeat.signals(after: SignalID(0)).map(\.candle) == expected)
            #expect(try await store.heartbeat.history(try Candles.key(), last: 10) == expected)
        }
    }

    @Test func `a pulse is recorded once, whole, and told`() async throws {
        try await ScratchStore.with { store in
            var heard = try await store.pool.listen([StoreChannel.signals]).makeAsyncIterator()
            let minutes = try (0..<5).map { try Self.closed($0) }
            let other = try Self.closed(0, .m5)
            let silent = try Self.closed(0, .m30, signalled: false)
            let status = HeartbeatStatus(
                market: .binance, isConnected: true, isCoherent: true, lastHeartbeat: .start, detail: #"{"a": 1}"#)
            let alert = Alert(.warning, "late_trade", Message("late", fr: "tard"))
            let pulse = HeartbeatPulse(candles: minutes + [other, silent], status: status, alerts: [alert])
            let recorded = try await store.heartbeat.record(pulse)
            #expect(recorded == HeartbeatRepository.Recorded(candles: 7, signals: 6, deferred: []))
            #expect(try await heard.next() == .message(channel: StoreChannel.signals, payload: "6"))

            let signals = try await store.heartbeat.signals(after: SignalID(0))
            #expect(signals.map(\.id.number) == [1, 2, 3, 4, 5, 6])
            #expect(signals.map(\.key) == (minutes + [other]).map(\.key))
            #expect(signals.map(\.candle) == (minutes + [other]).map(\.candle))
            #expect(try await store.heartbeat.signals(after: SignalID(4), limit: 1).map(\.id.number) == [5])
            #expect(try await store.heartbeat.latestSignal() == SignalID(6))
            var kept = try #require(try await store.heartbeat.status(.binance))
            #expect(kept.updatedAt != nil)
            kept.updatedAt = nil
            #expect(kept == status)
            #expect(try await store.alerts.ofProgram().map(\.alert) == [alert])
            let shared = try await store.candles.series(try Candles.key())
            #expect(shared.count == 5 && shared.elementsEqual(minutes.map(\.candle)))

            // The same again, one of them with other numbers, and a new one: only that is new.
            let changed = try Self.closed(4, shift: 1)
            let again = HeartbeatPulse(candles: minutes.dropLast() + [changed, try Self.closed(5)])
            #expect(
                try await store.heartbeat.record(again)
                    == HeartbeatRepository.Recorded(candles: 1, signals: 1, deferred: []))
            let newest = try await store.heartbeat.signals(after: SignalID(6))
            #expect(newest.map(\.candle.openTime) == [try Self.closed(5).candle.openTime])
            #expect(
                try await store.heartbeat.history(try Candles.key(), last: 10)
                    == minutes.map(\.candle) + [try Self.closed(5).candle])
        }
    }

    @Test func `a refused candle leaves nothing of its pulse`() async throws {
        try await ScratchStore.with { store in
            var wrong = try Self.closed(1)
            wrong.candle = Candle(
                openTime: wrong.candle.openTime, open: 1, high: 2, low: 1, close: 3, volume: 0)
            await #expect(throws: PostgresError.self) {
                try await store.heartbeat.record(HeartbeatPulse(candles: [try Self.closed(0), wrong]))
            }
            #expect(try await store.heartbeat.latestSignal() == SignalID(0))
            #expect(try await store.heartbeat.history(try Candles.key(), last: 10).isEmpty)
        }
    }

    @Test func `numbers of signals appear in order, however many heartbeats write at once`() async throws {
        try await ScratchStore.with(size: 6) { store in
            let symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT"]
            // Whoever has read up to a number must never see a smaller one appear.
            async let reader = {
                var (seen, cursor) = ([SignalID](), SignalID(0))
                while seen.count < symbols.count * 25 {
                    // Those that never appear are not waited for when a writer fails or the time is up.
                    try Task.checkCancellation()
                    for signal in try await store.heartbeat.signals(after: cursor) {
                        seen.append(signal.id)
                        cursor = signal.id
                    }
                }
                return seen
            }()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for symbol in symbols {
                    group.addTask {
                        for place in 0..<25 {
                            let candle = try Self.closed(place, symbol: symbol)
                            try await store.heartbeat.record(HeartbeatPulse(candles: [candle]))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await reader.count == symbols.count * 25)
        }
    }

    @Test func `what a heartbeat itself has recorded is told apart from what others stored`() async throws {
        try await ScratchStore.with { store in
            let (key, symbol) = (try Candles.key(), try Symbol("BTC/USDT"))
            #expect(try await store.heartbeat.recorded(key, last: 10).isEmpty)
            #expect(try await store.heartbeat.newest(of: symbol, at: .binance).isEmpty)
            // It was at work until the sixth minute; an engine has stored those before and after for itself.
            try await store.candles.import(try Candles.series(0..<10), venue: .binance)
            try await store.candles.import(try Candles.series(0..<2, .m15), venue: .binance)
            let own = try (3..<6).map { try Self.closed($0) }
            try await store.heartbeat.record(HeartbeatPulse(candles: own + [try Self.closed(1, .m3)]))
            try await store.heartbeat.record(HeartbeatPulse(candles: [try Self.closed(8, symbol: "ETH/USDT")]))
            #expect(try await store.heartbeat.recorded(key, last: 10) == own.map(\.candle))
            #expect(try await store.heartbeat.recorded(key, last: 2) == own.suffix(2).map(\.candle))
            #expect(
                try await store.heartbeat.newest(of: symbol, at: .binance)
                    == [.m1: own[2].candle.openTime, .m3: Candles.candle(1, .m3).openTime])
        }
    }

    @Test func `history is the heartbeat's own where it has it, else what was imported`() async throws {
        try await ScratchStore.with { store in
            let key = try Candles.key()
            try await store.candles.import(try Candles.series(0..<10), venue: .binance)
            #expect(try await store.heartbeat.history(key, last: 3) == (7..<10).map { Candles.candle($0) })
            // Own candles with other numbers stand before the imported ones, which stay as they are.
            let own = try (8..<12).map { try Self.closed($0, shift: 0.5) }
            try await store.heartbeat.record(HeartbeatPulse(candles: own))
            let expected = (5..<8).map { Candles.candle($0) } + own.map(\.candle)
            #expect(try await store.heartbeat.history(key, last: 7) == expected)
            #expect(
                try await store.heartbeat.history(key, last: 2, before: own[1].candle.openTime)
                    == [Candles.candle(7), own[0].candle])
            let (from, to) = (Candles.candle(7).openTime, own[2].candle.openTime)
            #expect(
                try await store.heartbeat.history(key, from: from, to: to)
                    == [Candles.candle(7), own[0].candle, own[1].candle])
            #expect(try await store.heartbeat.history(key, from: to, to: to).isEmpty)
            #expect(try await store.heartbeat.history(key, last: 0).isEmpty)
            #expect(try await store.heartbeat.history(try Candles.key(.h1), last: 5).isEmpty)
            #expect(try await store.candles.series(key)[8] == Candles.candle(8))
            #expect(try await store.candles.series(key).count == 12)
        }
    }

    @Test func `a heartbeat does not wait for an import, and copies its candles after it`() async throws {
        try await ScratchStore.with { store in
            let held = try (1..<4).map { try Self.closed($0) }
            let free = try Self.closed(0, symbol: "ETH/USDT")
            try await store.heartbeat.record(HeartbeatPulse(candles: [try Self.closed(0)]))
            try await store.pool.transaction { importing in
                try await importing.execute(
                    "SELECT FROM candle_series WHERE symbol = 'BTC/USDT' FOR NO KEY UPDATE")
                let recorded = try await store.heartbeat.record(HeartbeatPulse(candles: held + [free]))
                #expect(recorded == HeartbeatRepository.Recorded(candles: 4, signals: 4, deferred: held))
            }
            let key = try Candles.key()
            #expect(try await store.candles.series(key).count == 1)
            #expect(try await store.candles.series(free.key).count == 1)
            #expect(try await store.heartbeat.history(key, last: 9).count == 4)
            let later = try await store.heartbeat.record(HeartbeatPulse(candles: [try Self.closed(4)]))
            #expect(later == HeartbeatRepository.Recorded(candles: 1, signals: 1, deferred: []))
            #expect(try await store.candles.series(key).elementsEqual((0..<5).map { Candles.candle($0) }))
            // What was deleted of the days before does not come back.
            try await store.candles.remove(key)
            try await store.heartbeat.record(HeartbeatPulse(candles: [try Self.closed(2000)]))
            #expect(try await store.candles.series(key).count == 1)
        }
    }

    @Test func `what the cockpit hears is bounded`() async throws {
        try await ScratchStore.with { store in
            var heard = try await store.pool.listen([StoreChannel.live]).makeAsyncIterator()
            let longest = String(repeating: "x", count: StoreChannel.longestPayload)
            #expect(try await !store.heartbeat.publish(live: longest + "x"))
            #expect(try await store.heartbeat.publish(live: longest))
            #expect(try await heard.next() == .message(channel: StoreChannel.live, payload: longest))
            await #expect(throws: StorageError.self) {
                let many = [ClosedCandle](
                    repeating: try Self.closed(0), count: HeartbeatRepository.mostCandles + 1)
                try await store.heartbeat.record(HeartbeatPulse(candles: many))
            }
        }
    }
}
