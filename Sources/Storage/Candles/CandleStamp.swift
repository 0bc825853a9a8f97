/// Tells that the candles of a range are the ones that were read before.
///
/// The edition of a series is renewed by every change but the appending of candles, and what is appended changes the
/// count of a range that it falls into. Store and relation tell another database, and this one after a restore.
struct CandleStamp: Sendable, Hashable {
    /// The number of the series in the database.
    var series: Int32
    var store: String
    var relation: Int64
    var edition: String
    /// How many candles there are in the range.
    var count: Int

    var text: String { "\(store)/\(relation)/\(series)/\(edition)/\(count)" }
}
