/// What a value is compared with in the value of `period` rows ago. Where that one is 0 the ratios are 0, as in TA-Lib.
protocol ChangeForm {
    static func change(_ value: Double, from old: Double) -> Double
}

enum Difference: ChangeForm {
    @inline(__always)
    static func change(_ value: Double, from old: Double) -> Double { value - old }
}

enum Percentage: ChangeForm {
    @inline(__always)
    static func change(_ value: Double, from old: Double) -> Double { old == 0 ? 0 : (value / old - 1) * 100 }
}

enum Fraction: ChangeForm {
    @inline(__always)
    static func change(_ value: Double, from old: Double) -> Double { old == 0 ? 0 : (value - old) / old }
}

enum Ratio: ChangeForm {
    @inline(__always)
    static func change(_ value: Double, from old: Double) -> Double { old == 0 ? 0 : value / old }
}

enum PercentRatio: ChangeForm {
    @inline(__always)
    static func change(_ value: Double, from old: Double) -> Double { old == 0 ? 0 : value / old * 100 }
}

/// The change over `period` rows in one of the forms above.
struct Change<Form: ChangeForm>: Kernel, ~Copyable {
    let lookback: Int
    private var window: Window
    private var pending: Int

    init(period: Int) {
        lookback = period
        window = Window(period)
        pending = period
    }

    @inline(__always)
    mutating func reset() { pending = lookback }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let old = window.exchange(value)
        if pending > 0 {
            pending &-= 1
            return .nan
        }
        return Form.change(value, from: old)
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        Form.change(value, from: window.exchange(value))
    }
}

extension IndicatorDefinition {
    static let mom = IndicatorDefinition(
        "mom", [.period(10)], "Momentum: the difference to an older value",
        fr: "Momentum : différence avec une valeur plus ancienne", source: "TA-Lib MOM"
    ) { Change<Difference>(period: $0.int(0)) }

    static let roc = IndicatorDefinition(
        "roc", [.period(10)], "Rate of change in per cent", fr: "Taux de variation en pour cent", source: "TA-Lib ROC"
    ) { Change<Percentage>(period: $0.int(0)) }

    static let rocp = IndicatorDefinition(
        "rocp", [.period(10)], "Rate of change as a fraction", fr: "Taux de variation en fraction",
        source: "TA-Lib ROCP"
    ) { Change<Fraction>(period: $0.int(0)) }

    static let rocr = IndicatorDefinition(
        "rocr", [.period(10)], "Ratio to an older value", fr: "Rapport à une valeur plus ancienne",
        source: "TA-Lib ROCR"
    ) { Change<Ratio>(period: $0.int(0)) }

    static let rocr100 = IndicatorDefinition(
        "rocr100", [.period(10)], "Ratio to an older value, times 100",
        fr: "Rapport à une valeur plus ancienne, fois 100", source: "TA-Lib ROCR100"
    ) { Change<PercentRatio>(period: $0.int(0)) }
}
