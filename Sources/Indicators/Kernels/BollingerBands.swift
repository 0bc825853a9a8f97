/// Bollinger's bands: the simple mean and, above and below it, a number of population standard deviations.
struct BollingerBands: Kernel, ~Copyable {
    let lookback: Int
    private let divisor: Double
    private let up: Double
    private let down: Double
    private var window: Window
    private var sum = 0.0
    private var squares = 0.0
    private var pending: Int

    init(period: Int, up: Double, down: Double) {
        lookback = period - 1
        divisor = Double(period)
        self.up = up
        self.down = down
        window = Window(period)
        pending = period - 1
    }

    mutating func reset() {
        sum = 0
        squares = 0
        pending = lookback
    }

    @inline(__always)
    mutating func step(_ value: Double) -> ThreeValues {
        sum += value
        squares += value * value
        let oldest = window.push(value)
        if pending > 0 {
            pending -= 1
            return .missing
        }
        let mean = sum / divisor
        let variance = squares / divisor - mean * mean
        sum -= oldest
        squares -= oldest * oldest
        let deviation = variance < 1e-14 ? 0 : variance.squareRoot()
        return ThreeValues(mean + up * deviation, mean, mean - down * deviation)
    }
}

extension IndicatorDefinition {
    static let bbands = IndicatorDefinition(
        "bbands",
        [.period(20, from: 2), .number("deviations", 2, 0...1000), .number("deviations_down", nil, 0...1000)],
        outputs: ["upper", "middle", "lower"], "Bollinger bands", fr: "Bandes de Bollinger", source: "TA-Lib BBANDS"
    ) { BollingerBands(period: $0.int(0), up: $0.double(1), down: $0.double(2)) }
}
