/// One price made of a candle's four.
protocol CandlePrice {
    associatedtype Input: KernelInput
    static func price(_ candle: Input) -> Double
}

enum AveragePrice: CandlePrice {
    @inline(__always)
    static func price(_ candle: OpenHighLowClose) -> Double {
        (candle.high + candle.low + candle.close + candle.open) / 4
    }
}

enum MedianPrice: CandlePrice {
    @inline(__always)
    static func price(_ candle: HighLow) -> Double { (candle.high + candle.low) / 2 }
}

enum TypicalPrice: CandlePrice {
    @inline(__always)
    static func price(_ candle: HighLowClose) -> Double { (candle.high + candle.low + candle.close) / 3 }
}

enum WeightedClose: CandlePrice {
    @inline(__always)
    static func price(_ candle: HighLowClose) -> Double { (candle.high + candle.low + candle.close + candle.close) / 4 }
}

/// The balance of power: the body of a candle over its range, -1 to 1; 0 without a range. Igor Livshin, Technical
/// Analysis of Stocks & Commodities, August 2001.
enum BalanceOfPower: CandlePrice {
    @inline(__always)
    static func price(_ candle: OpenHighLowClose) -> Double {
        let range = candle.high - candle.low
        return range < negligible ? 0 : (candle.close - candle.open) / range
    }
}

/// A kernel without memory.
struct PriceOf<Price: CandlePrice>: Kernel {
    var lookback: Int { 0 }

    static var isStateless: Bool {
        @inline(__always)
        get { true }
    }

    @inline(__always)
    mutating func reset() {}

    @inline(__always)
    mutating func step(_ candle: Price.Input) -> Double { Price.price(candle) }
}

extension IndicatorDefinition {
    static let avgprice = IndicatorDefinition(
        "avgprice", [], "Mean of open, high, low and close",
        fr: "Moyenne de l'ouverture, du haut, du bas et de la clôture",
        source: "TA-Lib AVGPRICE"
    ) { _ in PriceOf<AveragePrice>() }

    static let medprice = IndicatorDefinition(
        "medprice", [], "Middle of high and low", fr: "Milieu du haut et du bas", source: "TA-Lib MEDPRICE"
    ) { _ in PriceOf<MedianPrice>() }

    static let typprice = IndicatorDefinition(
        "typprice", [], "Mean of high, low and close", fr: "Moyenne du haut, du bas et de la clôture",
        source: "TA-Lib TYPPRICE"
    ) { _ in PriceOf<TypicalPrice>() }

    static let wclprice = IndicatorDefinition(
        "wclprice", [], "Mean of high, low and twice the close",
        fr: "Moyenne du haut, du bas et de deux fois la clôture",
        source: "TA-Lib WCLPRICE"
    ) { _ in PriceOf<WeightedClose>() }

    static let bop = IndicatorDefinition(
        "bop", [], "Balance of power, -1 to 1", fr: "Équilibre des forces, de -1 à 1", source: "TA-Lib BOP"
    ) { _ in PriceOf<BalanceOfPower>() }
}
