import Broker
import Market
import Storage
import Synchronization
import TestSupport
import Testing
import Trading
import Wording

@testable import Engine

@Suite("A full mailbox", .timeLimit(.minutes(10)))
struct MailboxTests {
    private static let limit = 8
    /// Below the time after which the database ends a transaction that holds its locks and does nothing.
    private static let patience = Duration.seconds(30)

    @Test("loses candles and the stream's events, never an order or a fill: the stream is opened anew and reconciled")
    func full() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.updown) { options in
                options.mailboxLimit = Self.limit
                options.fenceAfter = .seconds(600)
                options.deadAfter = .seconds(601)
            }
            let broker = try #require(rig.broker)
            let openings = broker.openings
            try await rig.withoutLeases {
                // The loop waits for a commit: of this one's decision, or of what it was about before.
                try await rig.close(1, 20_000, 20_000)
                try await until("the stream is opened anew", patience: Self.patience) {
                    broker.tell(Array(repeating: .balancesChanged([]), count: Self.limit))
                    return rig.log.contains("mailbox is full") && broker.openings > openings
                }
                // The target is hit, and candles close, while nobody can be told.
                try await until("the venue has filled it", patience: Self.patience) {
                    rig.market.trade(EngineRig.symbol, 20_800)
                    return try await broker.base.openOrders(on: nil).isEmpty
                }
                for minute in 2...6 { try await rig.close(minute, 20_000, 20_000) }
            }
            try await until("the position is closed") { try await rig.position(strategy) == nil }
            try await until("its orders are over") {
                try await rig.orders(strategy).allSatisfy { $0.endedAt != nil }
            }
            #expect(try await rig.orders(strategy).count == 3)
            #expect(try await rig.store.fills.list(rig.user.id, broker: rig.account.id).count == 2)
            try await rig.close(7, 20_000, 20_000)
            try await until("it decides on the newest candle") {
                let last = try await rig.decisions(strategy).last
                return last?.record.candleOpen.milliseconds == EngineRig.start.milliseconds + 7 * 60_000
            }
        }
    }

    @Test("A mailbox that stays full has the stream opened ever more slowly; once it takes something in, at once again")
    func slower() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.run()
            try await rig.loaded(strategy)
            let broker = try #require(rig.broker)
            var options = EngineOptions(name: "slow")
            options.longestPause = .seconds(1)
            let told = Atomic(0)
            let pauses = Mutex<[Duration]>([])
            let follower = AccountFollower(
                broker: broker, options: options, logger: rig.log.logger,
                take: { _ in
                    guard told.add(1, ordering: .relaxed).newValue == 7 else { return false }
                    broker.breakStreams()
                    return true
                },
                sleep: { pause in
                    let count = pauses.withLock { pauses in
                        pauses.append(pause)
                        return pauses.count
                    }
                    if count == 8 { throw CancellationError() }
                })
            await follower.run()
            let expected: [Duration] = [100, 200, 400, 800, 1000, 1000, 100, 200].map { .milliseconds($0) }
            #expect(pauses.withLock { $0 } == expected)
        }
    }

    @Test("A stream that refuses the keys is opened again as seldom as the keys are tried")
    func refusedStream() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.run()
            try await rig.loaded(strategy)
            let broker = try #require(rig.broker)
            broker.refuseStreams(.unauthorised(Message("invalid key", fr: "clé invalide")))
            let pauses = Mutex<[Duration]>([])
            let follower = AccountFollower(
                broker: broker, options: EngineOptions(name: "slow"), logger: rig.log.logger, take: { _ in true },
                sleep: { pause in
                    let count = pauses.withLock { pauses in
                        pauses.append(pause)
                        return pauses.count
                    }
                    if count == 2 { broker.refuseStreams(ScriptedMarket.away) }
                    if count == 3 { throw CancellationError() }
                })
            await follower.run()
            #expect(pauses.withLock { $0 } == [.seconds(5), .seconds(10), .milliseconds(100)])
        }
    }

    @Test("Strategies that cannot be asked are told of once, until all can be again")
    func unasked() {
        var tally = UnaskedTally()
        let died = Message("it died", fr: "il est mort")
        #expect(tally.ended(1) == .nothing)
        tally.failed(2, died)
        tally.failed(2, Message("later", fr: "plus tard"))
        #expect(tally.ended(2) == .begins(2, died))
        tally.failed(3, died)
        #expect(tally.ended(3) == .nothing)
        #expect(tally.ended(4) == .over)
        tally.failed(5, died)
        #expect(tally.ended(5) == .begins(1, died))
    }
}
