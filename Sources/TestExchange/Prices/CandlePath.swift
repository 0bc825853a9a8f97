import Market

/// One step of the reference price, with what was traded there, in ticks and lots.
struct ReferenceTick: Equatable {
    var time: Timestamp
    var price: Int64
    /// 0 moves the price without a trade.
    var lots: Int64
    var taker: Side
}

/// The steps that a candle is walked in: open, then the extreme that lies against the candle's direction, then the
/// other one, then the close, with steps in between on straight lines.
///
/// The trades of a walk have the candle's open, high, low and close, and its volume to the lot; a candle that traded
/// less than a lot for each of its four prices trades a lot at each, one without volume moves the price only.
struct CandlePath {
    let tick: FixedDecimal
    let lot: FixedDecimal
    /// 4 or more.
    let steps: Int

    init(tick: FixedDecimal, lot: FixedDecimal, steps: Int) {
        self.tick = tick
        self.lot = lot
        self.steps = min(max(steps, 4), 1000)
    }

    /// Appends the steps of one candle that lasts `length` milliseconds.
    func walk(_ candle: Candle, length: Int64, into ticks: inout [ReferenceTick]) {
        let rises = candle.close >= candle.open
        let corners = [
            candle.open, rises ? candle.low : candle.high, rises ? candle.high : candle.low, candle.close,
        ].map { Self.units($0, tick, least: 1) }
        let lots = volume(candle.volume)
        let stops = [0, (steps - 1) / 3, 2 * (steps - 1) / 3, steps - 1]
        var taker: Side = rises ? .buy : .sell
        var before = corners[0]
        for step in 0..<steps {
            let leg = step < stops[1] ? 0 : step < stops[2] ? 1 : step < stops[3] ? 2 : 3
            var price = corners[leg]
            if leg < 3 {
                let width = Int64(stops[leg + 1] - stops[leg])
                price += (corners[leg + 1] - corners[leg]) * Int64(step - stops[leg]) / width
            }
            if price != before { taker = price > before ? .buy : .sell }
            before = price
            let share = lots.atCorner > 0 && stops.contains(step) ? lots.atCorner : 0
            ticks.append(
                ReferenceTick(
                    time: Timestamp(
                        milliseconds: candle.openTime.milliseconds + Int64(step) * length / Int64(steps)),
                    price: price, lots: share + lots.each + (step == 0 ? lots.rest : 0), taker: taker))
        }
    }

    /// What each step trades, what the first one trades besides, and what each corner trades of a volume too small for
    /// all steps.
    private func volume(_ volume: Double) -> (each: Int64, rest: Int64, atCorner: Int64) {
        guard volume > 0 else { return (0, 0, 0) }
        let lots = Self.units(volume, lot, least: 0)
        if lots >= Int64(steps) { return (lots / Int64(steps), lots % Int64(steps), 0) }
        return (0, max(0, lots - 4 * max(lots / 4, 1)), max(lots / 4, 1))
    }

    /// The nearest count of steps that make a number; numbers beyond every order are held to `OrderTerms.mostUnits`.
    static func units(_ number: Double, _ step: FixedDecimal, least: Int64) -> Int64 {
        guard let amount = FixedDecimal(number, rounding: .nearest) else { return OrderTerms.mostUnits }
        let units = amount.rounded(toStep: step, rounding: .nearest).units / step.units
        return Int64(min(max(units, Int128(least)), Int128(OrderTerms.mostUnits)))
    }
}
