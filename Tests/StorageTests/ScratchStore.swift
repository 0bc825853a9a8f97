import Broker
import Foundation
import Market
import Postgres
import Storage
import Synchronization
import TestSupport
import Wording

/// A store on a fresh database of its own, with the program's schema.
enum ScratchStore {
    static let secret = Secret("a secret of the tests, long enough for a vault")

    static func vault(_ text: String? = nil) throws -> KeyVault {
        try KeyVault(secret: text.map { Secret($0) } ?? secret)
    }

    static func with<Value>(
        size: Int = 4, clock: ScratchClock = ScratchClock(), isolation: isolated (any Actor)? = #isolation,
        _ body: (Store) async throws -> Value
    ) async throws -> Value {
        await gate.enter()
        do {
            let value = try await withDatabase(size: size, clock, body)
            await gate.leave()
            return value
        } catch {
            await gate.leave()
            throw error
        }
    }

    /// A few at a time: a busy machine gives each its answers within the usual limits.
    private static let gate = Gate(places: 4)
    private static let databases = Atomic<Int>(0)

    /// A database with the schema, which all others are copies of.
    private static let template = Task {
        let configuration = try await ScratchPostgres.database()
        let pool = PostgresPool(configuration)
        try await Store(pool).migrate()
        await pool.close()
        return (name: configuration.database, admin: PostgresPool(try await ScratchPostgres.database()))
    }

    private static func withDatabase<Value>(
        size: Int, _ clock: ScratchClock, isolation: isolated (any Actor)? = #isolation,
        _ body: (Store) async throws -> Value
    ) async throws -> Value {
        let (template, admin) = try await template.value
        let name = "store_\(databases.add(1, ordering: .relaxed).newValue)"
        try await admin.execute(
            "CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template)", timeout: .seconds(120))
        var configuration = admin.configuration.with(database: name)
        configuration.poolSize = size
        let pool = PostgresPool(configuration)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(Store(pool, vault: try vault(), now: { clock.now })))
        } catch {
            result = .failure(error)
        }
        await pool.close()
        try await admin.execute("DROP DATABASE \(identifier: name) WITH (FORCE)", timeout: .seconds(120))
        return try result.get()
    }
}

/// Lets so many in at a time, in the order of their coming.
private actor Gate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { free = places }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// A clock that stands still until it is set.
final class ScratchClock: Sendable {
    private let time = Mutex(Timestamp(milliseconds: 1_700_000_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func advance(_ milliseconds: Int64) {
        time.withLock { $0.milliseconds += milliseconds }
    }
}

extension Timestamp {
    /// 2024-01-01, a Monday, so that candles of every timeframe may open then.
    static let start = Timestamp(milliseconds: 1_704_067_200_000)
}

/// Candles that are easy to tell apart: their prices follow from their place.
enum Candles {
    static func candle(_ place: Int, _ timeframe: Timeframe = .m1, shift: Double = 0) -> Candle {
        let base = 100 + Double(place % 50) + shift
        return Candle(
            openTime: Timestamp(milliseconds: Timestamp.start.milliseconds + Int64(place) * timeframe.milliseconds),
            open: base, high: base + 2, low: base - 2, close: base + 1, volume: Double(place % 7))
    }

    static func series(
        _ places: some Sequence<Int>, _ timeframe: Timeframe = .m1, symbol: String = "BTC/USDT", shift: Double = 0
    ) throws -> CandleSeries {
        try CandleSeries(
            symbol: try Symbol(symbol), timeframe: timeframe,
            candles: places.map { candle($0, timeframe, shift: shift) })
    }

    static func key(_ timeframe: Timeframe = .m1, symbol: String = "BTC/USDT") throws -> CandleKey {
        CandleKey(venue: .binance, symbol: try Symbol(symbol), timeframe: timeframe)
    }
}

extension CandleSeries {
    func isSame(as other: CandleSeries) -> Bool {
        symbol == other.symbol && timeframe == other.timeframe && elementsEqual(other)
    }
}
