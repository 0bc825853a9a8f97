import Market
import Storage

/// What is told about a series of candles, to people in one line, to machines as JSON.
struct SeriesSummary: Encodable {
    let symbol: String
    let timeframe: String
    let candles: Int
    let from: String?
    let to: String?
    let gaps: Int
    let missing: Int

    init(_ series: CandleSeries) {
        symbol = series.symbol.description
        timeframe = series.timeframe.rawValue
        candles = series.count
        from = series.firstTime?.description
        to = series.lastTime?.description
        let found = series.gaps
        gaps = found.count
        missing = found.reduce(0) { $0 + $1.count }
    }

    init(_ series: StoredSeries) {
        symbol = series.key.symbol.description
        timeframe = series.key.timeframe.rawValue
        candles = series.count
        from = series.first?.description
        to = series.last?.description
        gaps = series.gaps
        missing = series.missing
    }

    var line: String {
        let count = CountText.grouped(candles)
        let hole =
            gaps == 0
            ? say("no gap", fr: "aucun trou")
            : say(
                "\(CountText.grouped(gaps)) gaps, \(CountText.grouped(missing)) candles missing",
                fr: "\(CountText.grouped(gaps)) trous, \(CountText.grouped(missing)) bougies manquantes")
        return say(
            "\(symbol) \(timeframe): \(count) candles from \(from ?? "-") to \(to ?? "-"), \(hole)",
            fr: "\(symbol) \(timeframe) : \(count) bougies du \(from ?? "-") au \(to ?? "-"), \(hole)")
    }
}
