/// The simple mean and, above and below it, a number of population standard deviations. John Bollinger.
struct BollingerBands: Kernel, ~Copyable {
    private var moments: MovingVariance
    private let up: Double
    private let down: Double

    init(period: Int, up: Double, down: Double) {
        moments = MovingVariance(period: period)
        self.up = up
        self.down = down
    }

    var lookback: Int { moments.lookback }

    @inline(__always)
    mutating func reset() { moments.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> ThreeValues {
        let row = moments.step(value)
        let spread = row.second.squareRoot()
        return ThreeValues(row.first + up * spread, row.first, row.first - down * spread)
    }

    var isWarm: Bool {
        @inline(__always)
        get { moments.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> ThreeValues {
        let row = moments.steady(value)
        let spread = row.second.squareRoot()
        return ThreeValues(row.first + up * spread, row.first, row.first - down * spread)
    }
}

/// Where the value is between the bands (0 = lower, 1 = upper) and how wide they are in shares of the mean.
struct BollingerPosition: Kernel, ~Copyable {
    private var bands: BollingerBands

    init(period: Int, deviations: Double) { bands = BollingerBands(period: period, up: deviations, down: deviations) }

    var lookback: Int { bands.lookback }

    @inline(__always)
    mutating func reset() { bands.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> TwoValues {
        let row = bands.step(value)
        let width = row.first - row.third
        return TwoValues(
            width == 0 ? 0.5 : (value - row.third) / width, row.second == 0 ? 0 : width / row.second)
    }
}

extension IndicatorDefinition {
    static let bbands = IndicatorDefinition(
        "bbands",
        [.period(20, from: 2), .number("deviations", 2, 0...1000), .number("deviations_down", nil, 0...1000)],
        outputs: ["upper", "middle", "lower"], "Bollinger bands", fr: "Bandes de Bollinger", source: "TA-Lib BBANDS"
    ) { BollingerBands(period: $0.int(0), up: $0.double(1), down: $0.double(2)) }

    static let bbpos = IndicatorDefinition(
        "bbpos", [.period(20, from: 2), .number("deviations", 2, 0.001...1000)], outputs: ["percent", "width"],
        "Place between the Bollinger bands (0 to 1) and their width",
        fr: "Place entre les bandes de Bollinger (0 à 1) et leur largeur",
        source: "John Bollinger, Bollinger on Bollinger Bands (2001): %b and BandWidth"
    ) { BollingerPosition(period: $0.int(0), deviations: $0.double(1)) }
}
