/// Gains against losses in plain sums over a window.
struct MomentumShare: ~Copyable {
    private var gains: MovingSum
    private var losses: MovingSum
    private let period: Int
    /// Changes of zero in a row, up to `period`.
    private var still = 0

    init(period: Int) {
        gains = MovingSum(period: period)
        losses = MovingSum(period: period)
        self.period = period
    }

    var lookback: Int { gains.lookback }

    @inline(__always)
    mutating func reset() {
        gains.reset()
        losses.reset()
        still = 0
    }

    /// The sum of the gains and that of the losses; both exactly 0 where nothing moved.
    @inline(__always)
    mutating func step(_ change: Double) -> TwoValues {
        let parts = change.gainAndLoss
        let gain = gains.step(parts.gain)
        let loss = losses.step(parts.loss)
        still = change == 0 ? still &+ 1 : 0
        if gain.isNaN { return .missing }
        if still >= period {
            // Every term is zero: what the sums hold is rounding.
            still = period
            gains.clear()
            losses.clear()
            return TwoValues(0, 0)
        }
        return TwoValues(gain, loss)
    }
}

/// Chande's momentum oscillator as he published it, over plain sums, -100 to 100; 0 where nothing moved.
///
/// Tushar Chande and Stanley Kroll, The New Technical Trader (1994).
struct UnsmoothedMomentum: Kernel, ~Copyable {
    private var share: MomentumShare
    private var previous = Double.nan

    init(period: Int) { share = MomentumShare(period: period) }

    var lookback: Int { share.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        share.reset()
        previous = .nan
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let before = previous
        previous = value
        if before.isNaN { return .nan }
        let row = share.step(value - before)
        let both = row.first + row.second
        return both == 0 ? 0 : 100 * ((row.first - row.second) / both)
    }
}

/// Chande's intraday momentum index: the share of rising bodies in the candles' bodies, 0 to 100; 50 where none has
/// a body.
struct IntradayMomentum: Kernel, ~Copyable {
    private var share: MomentumShare

    init(period: Int) { share = MomentumShare(period: period) }

    var lookback: Int { share.lookback }

    @inline(__always)
    mutating func reset() { share.reset() }

    @inline(__always)
    mutating func step(_ candle: OpenClose) -> Double {
        let row = share.step(candle.close - candle.open)
        let both = row.first + row.second
        return both == 0 ? 50 : 100 * (row.first / both)
    }
}

extension IndicatorDefinition {
    static let cmou = IndicatorDefinition(
        "cmou", [.period(14, from: 2)], "Chande momentum oscillator over plain sums",
        fr: "Oscillateur de momentum de Chande sur des sommes simples", source: "TA-Lib CMOU"
    ) { UnsmoothedMomentum(period: $0.int(0)) }

    static let imi = IndicatorDefinition(
        "imi", [.period(14, from: 2)], "Intraday momentum index, 0 to 100",
        fr: "Indice de momentum intrajournalier, de 0 à 100", source: "TA-Lib IMI"
    ) { IntradayMomentum(period: $0.int(0)) }
}
