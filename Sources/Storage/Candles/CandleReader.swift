import Market
import Postgres
import Wording

/// Takes candles as they come out of the database.
///
/// It is `@unchecked Sendable` because it is handed to one COPY, which alone uses it until it gives it back.
final class CandleReader: @unchecked Sendable {
    private let key: CandleKey
    private let expected: Int
    private let progress: @Sendable (Double) -> Bool
    private var builder: CandleSeriesBuilder?
    /// Candles between two looks at the progress.
    private static let stride = 16_384

    init(_ key: CandleKey, expected: Int, _ progress: @escaping @Sendable (Double) -> Bool) {
        self.key = key
        self.expected = expected
        self.progress = progress
        builder = CandleSeriesBuilder(symbol: key.symbol, timeframe: key.timeframe, capacity: expected)
    }

    func append(_ row: inout PostgresCopyRow) throws {
        let candle = Candle(
            openTime: Timestamp(milliseconds: try row.int64()), open: try row.double(), high: try row.double(),
            low: try row.double(), close: try row.double(), volume: try row.double())
        do {
            try builder?.append(candle)
        } catch {
            throw Self.damaged(key, error.message)
        }
        if let count = builder?.count, count % Self.stride == 0, !progress(Double(count) / Double(max(expected, 1))) {
            throw StorageError.interrupted
        }
    }

    /// The series; the database must have told as many candles as it said it has.
    func finish() throws -> CandleSeries {
        guard let built = builder.take() else { preconditionFailure("a reader is finished once") }
        let series = built.finish()
        guard series.count == expected else {
            throw Self.damaged(
                key,
                Message(
                    "\(series.count) candles where \(expected) are counted",
                    fr: "\(series.count) bougies là où \(expected) sont comptées"))
        }
        return series
    }

    private static func damaged(_ key: CandleKey, _ reason: Message) -> StorageError {
        .damaged(
            Message(
                "the stored candles of \(key) are not sound: \(reason.english)",
                fr: "les bougies gardées de \(key) ne sont pas saines : \(reason.french)"))
    }
}
