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
        try await ScratchPostgres.withPool(size: size) { pool in
            let store = Store(pool, vault: try vault(), now: { clock.now })
            try await store.migrate()
            return try await body(store)
        }
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
