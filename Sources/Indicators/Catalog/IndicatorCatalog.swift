/// Every indicator there is, by name.
public enum IndicatorCatalog {
    /// In the order of the documentation; names are unique.
    public static let all: [IndicatorDefinition] = [
        .sma, .ema, .wma, .dema, .tema, .trima, .kama, .hma, .t3, .rma, .zlema, .vwma, .vwap,
        .bbands, .bbpos, .donchian, .keltner, .accbands,
        .trange, .atr, .natr, .adr, .chop, .adx, .adxr, .dx, .plusDI, .minusDI, .plusDM, .minusDM,
        .sar, .supertrend, .ichimoku, .vortex, .heikinAshi, .pivots,
        .rsi, .stochrsi, .stoch, .stochf, .willr, .macd, .apo, .ppo, .cci, .cmo, .cmou, .imi, .ultosc, .bop, .aroon,
        .aroonosc,
        .mom, .roc, .rocp, .rocr, .rocr100, .trix, .tsi, .ao, .ac, .coppock, .er, .massi, .elderRay, .fisher, .qstick,
        .obv, .ad, .adosc, .cmf, .mfi, .pvt, .nvi, .pvi, .efi, .pvo, .marketfi, .rvol,
        .sum, .highest, .lowest, .highestIndex, .lowestIndex, .maxindex, .minindex, .midpoint, .midprice,
        .variance, .stddev, .zscore, .avgdev,
        .linearreg, .linearregSlope, .linearregAngle, .linearregIntercept, .tsf, .correl, .beta,
        .avgprice, .medprice, .typprice, .wclprice,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    public static func named(_ name: String) -> IndicatorDefinition? { byName[name] }
}
