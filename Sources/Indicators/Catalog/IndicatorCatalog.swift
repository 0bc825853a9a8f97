/// Every indicator there is, by name.
public enum IndicatorCatalog {
    /// In the order of the documentation; names are unique.
    public static let all: [IndicatorDefinition] = [
        .sma, .ema, .rsi, .bbands, .atr,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    public static func named(_ name: String) -> IndicatorDefinition? { byName[name] }
}
