import Market
import Wording

/// A candle file as a command leaves it behind: whole, or not at all.
enum CandleOutput {
    /// Writes the candles with a progress bar, then says in one line what they are. An interruption leaves no file.
    static func write(_ series: CandleSeries, to path: String) throws {
        let bar = ProgressBar(path)
        defer { bar.clear() }
        do {
            let finished = try CandleCSVWriter.write(series, to: path) { part in
                bar.show(part)
                return !Interruption.isRequested
            }
            guard finished else { throw CommandFailure.interrupted }
        } catch let error as AtomicFile.Failure {
            throw CommandFailure(environment: error)
        }
        bar.clear()
        Console.print("\(path): \(SeriesSummary(series).line)")
    }
}
