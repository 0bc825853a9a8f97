import Wording

/// What is wrong with one candle, by itself or after the one before it.
public enum CandleDefect: ExplainedError, Hashable {
    public enum Column: String, Sendable, Hashable {
        case open, high, low, close, volume
    }

    case notFinite(Column, Double)
    case priceNotPositive(Column, Double)
    case negativeVolume(Double)
    case highBelowLow(high: Double, low: Double)
    case outsideRange(Column, Double, low: Double, high: Double)
    /// Not between 1970 and the year 9999.
    case outsideCalendar(Timestamp)
    case duplicateTime(Timestamp)
    case timeOutOfOrder(Timestamp, after: Timestamp)
    case offGrid(Timestamp, Timeframe)

    public var message: Message {
        switch self {
        case .notFinite(let column, let value):
            Message(
                "\(column.rawValue) is \(value): expected a finite number",
                fr: "\(column.rawValue) vaut \(value) : attendu un nombre fini")
        case .priceNotPositive(let column, let value):
            Message(
                "\(column.rawValue) is \(value): expected a price above 0",
                fr: "\(column.rawValue) vaut \(value) : attendu un prix supérieur à 0")
        case .negativeVolume(let value):
            Message(
                "volume is \(value): expected 0 or more",
                fr: "volume vaut \(value) : attendu 0 ou plus")
        case .highBelowLow(let high, let low):
            Message(
                "high \(high) is below low \(low): expected low <= high",
                fr: "high \(high) est sous low \(low) : attendu low <= high")
        case .outsideRange(let column, let value, let low, let high):
            Message(
                "\(column.rawValue) \(value) is outside low \(low) to high \(high): "
                    + "expected low <= \(column.rawValue) <= high",
                fr: "\(column.rawValue) \(value) sort de low \(low) à high \(high) : "
                    + "attendu low <= \(column.rawValue) <= high")
        case .outsideCalendar(let time):
            Message(
                "open_time \(time.milliseconds) is not a time from 1970 to 9999: "
                    + "expected milliseconds since 1970-01-01 UTC",
                fr: "open_time \(time.milliseconds) n'est pas une date de 1970 à 9999 : "
                    + "attendu des millisecondes depuis le 1970-01-01 UTC")
        case .duplicateTime(let time):
            Message(
                "open_time \(time.milliseconds) (\(time)) is there twice: expected each time once",
                fr: "open_time \(time.milliseconds) (\(time)) est en double : attendu chaque date une seule fois")
        case .timeOutOfOrder(let time, let last):
            Message(
                "open_time \(time.milliseconds) (\(time)) comes after \(last): expected times in rising order",
                fr: "open_time \(time.milliseconds) (\(time)) vient après \(last) : attendu des dates croissantes")
        case .offGrid(let time, let timeframe):
            Message(
                "open_time \(time.milliseconds) (\(time)) is not the start of a \(timeframe) candle: "
                    + "the one before it starts at \(timeframe.openTime(containing: time))",
                fr: "open_time \(time.milliseconds) (\(time)) n'est pas le début d'une bougie \(timeframe) : "
                    + "celle qui précède commence à \(timeframe.openTime(containing: time))")
        }
    }

    /// What is wrong with the numbers of the candle alone, the most telling thing first.
    public static func inNumbers(of candle: Candle) -> CandleDefect? {
        let prices: [(Column, Double)] = [
            (.open, candle.open), (.high, candle.high), (.low, candle.low), (.close, candle.close),
        ]
        for (column, value) in prices + [(.volume, candle.volume)] where !value.isFinite {
            return .notFinite(column, value)
        }
        for (column, value) in prices where value <= 0 {
            return .priceNotPositive(column, value)
        }
        if candle.volume < 0 { return .negativeVolume(candle.volume) }
        if candle.high < candle.low { return .highBelowLow(high: candle.high, low: candle.low) }
        for (column, value) in [(Column.open, candle.open), (.close, candle.close)]
        where value < candle.low || value > candle.high {
            return .outsideRange(column, value, low: candle.low, high: candle.high)
        }
        return nil
    }
}
