import Foundation
import Indicators
import Testing

/// Indicators that TA-Lib has not (or has otherwise), against their definitions computed anew over each window.
@Suite("independent computations") struct IndependentIndicatorTests {
    static let candles = TestCandles(walk: 400, seed: 5)

    private func run(_ name: String, _ arguments: [Double], _ candles: TestCandles = candles) throws -> [[Double]] {
        try IndicatorRun(#require(IndicatorCatalog.named(name)), arguments).columns(candles)
    }

    /// Compares a column with a function of the row, from `first` on.
    private func expect(_ column: [Double], from first: Int, _ value: (Int) -> Double) {
        for row in first..<column.count {
            let wanted = value(row)
            let error = (column[row] - wanted).magnitude / max(wanted.magnitude, 1e-3)
            #expect(error < 1e-9, "row \(row): \(column[row]), expected \(wanted)")
            if error >= 1e-9 || error.isNaN { return }
        }
    }

    private func window(_ values: [Double], _ row: Int, _ period: Int) -> ArraySlice<Double> {
        values[(row - period + 1)...row]
    }

    private func moments(_ values: ArraySlice<Double>) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(values.count)).squareRoot())
    }

    private func middle(_ row: Int, _ period: Int) -> Double {
        let high = window(Self.candles.high, row, period).max() ?? .nan
        return (high + (window(Self.candles.low, row, period).min() ?? .nan)) / 2
    }

    @Test("zscore is the distance from the mean in standard deviations")
    func standardScore() throws {
        expect(try run("zscore", [20])[0], from: 19) { row in
            let (mean, deviation) = moments(window(Self.candles.close, row, 20))
            return (Self.candles.close[row] - mean) / deviation
        }
    }

    @Test("bbpos is the place between the bands and their width")
    func bollingerPosition() throws {
        let columns = try run("bbpos", [20, 2])
        expect(columns[0], from: 19) { row in
            let (mean, deviation) = moments(window(Self.candles.close, row, 20))
            return (Self.candles.close[row] - (mean - 2 * deviation)) / (4 * deviation)
        }
        expect(columns[1], from: 19) { row in
            let (mean, deviation) = moments(window(Self.candles.close, row, 20))
            return 4 * deviation / mean
        }
    }

    @Test("chop is the logarithm of the ranges over the whole range")
    func choppiness() throws {
        let candles = Self.candles
        expect(try run("chop", [14])[0], from: 14) { row in
            var sum = 0.0
            for index in row - 13...row {
                let (high, low, before) = (candles.high[index], candles.low[index], candles.close[index - 1])
                sum += max(high - low, abs(high - before), abs(low - before))
            }
            let highest = window(candles.high, row, 14).max() ?? 0
            let lowest = window(candles.low, row, 14).min() ?? 0
            return 100 * log10(sum / (highest - lowest)) / log10(14)
        }
    }

    @Test("ichimoku shows the spans of kijun candles ago, so that nothing is readable early")
    func ichimoku() throws {
        let columns = try run("ichimoku", [9, 26, 52])
        expect(columns[0], from: 8) { middle($0, 9) }
        expect(columns[1], from: 25) { middle($0, 26) }
        expect(columns[2], from: 51) { (middle($0 - 26, 9) + middle($0 - 26, 26)) / 2 }
        expect(columns[3], from: 77) { middle($0 - 26, 52) }
        expect(columns[4], from: 0) { Self.candles.close[$0] }
        #expect(columns[2][50].isNaN && columns[3][76].isNaN)
    }

    @Test("no indicator's past changes when the future does", arguments: IndicatorCatalog.all)
    func knowsNoFuture(_ definition: IndicatorDefinition) throws {
        var other = TestCandles(walk: 400, seed: 99)
        for row in 0..<250 {
            other.open[row] = Self.candles.open[row]
            other.high[row] = Self.candles.high[row]
            other.low[row] = Self.candles.low[row]
            other.close[row] = Self.candles.close[row]
            other.volume[row] = Self.candles.volume[row]
        }
        let first = try IndicatorRun(definition).columns(Self.candles)
        let second = try IndicatorRun(definition).columns(other)
        for (one, two) in zip(first, second) {
            #expect(one[..<250].map(\.bitPattern) == two[..<250].map(\.bitPattern))
        }
    }

    @Test("the fisher transform smooths the place in the window and its logarithm")
    func fisherTransform() throws {
        let candles = Self.candles
        let middles = zip(candles.high, candles.low).map { ($0 + $1) / 2 }
        var place = 0.0
        var fisher = [Double](repeating: 0, count: 8)
        for row in 8..<middles.count {
            let values = window(middles, row, 9)
            let (low, high) = (values.min() ?? 0, values.max() ?? 0)
            place = 0.66 * ((middles[row] - low) / (high - low) - 0.5) + 0.67 * place
            place = min(max(place, -0.999), 0.999)
            fisher.append(0.5 * log((1 + place) / (1 - place)) + 0.5 * (fisher.last ?? 0))
        }
        let columns = try run("fisher", [9])
        expect(columns[0], from: 8) { fisher[$0] }
        expect(columns[1], from: 8) { fisher[$0 - 1] }
    }

    @Test("highest_index and lowest_index count candles back to the latest extreme")
    func extremeIndex() throws {
        var candles = Self.candles
        candles.close = candles.close.map { ($0 / 2).rounded() }
        let highest = try run("highest_index", [10], candles)[0]
        let lowest = try run("lowest_index", [10], candles)[0]
        for row in 9..<candles.count {
            let values = window(candles.close, row, 10)
            #expect(highest[row] == Double(row - (values.lastIndex(of: values.max() ?? 0) ?? 0)))
            #expect(lowest[row] == Double(row - (values.lastIndex(of: values.min() ?? 0) ?? 0)))
        }
    }

    @Test("rvol is the volume over the mean of the candles before it")
    func relativeVolume() throws {
        expect(try run("rvol", [20])[0], from: 20) { row in
            Self.candles.volume[row] / moments(window(Self.candles.volume, row - 1, 20)).mean
        }
    }

    @Test("vwap begins anew on each UTC day")
    func sessions() throws {
        var candles = Self.candles
        let start: Int64 = 1_704_067_200_000 + 7 * 3_600_000
        candles.times = (0..<candles.count).map { start + Int64($0) * 3_600_000 }
        let hoursOfFirstDay = 17
        expect(try run("vwap", [], candles)[0], from: 0) { row in
            let first = row < hoursOfFirstDay ? 0 : hoursOfFirstDay + (row - hoursOfFirstDay) / 24 * 24
            var (value, volume) = (0.0, 0.0)
            for index in first...row {
                let typical = (candles.high[index] + candles.low[index] + candles.close[index]) / 3
                value += typical * candles.volume[index]
                volume += candles.volume[index]
            }
            return value / volume
        }
    }

    @Test("pivots come from the UTC day before")
    func pivots() throws {
        var candles = Self.candles
        candles.times = (0..<candles.count).map { -48 * 3_600_000 + Int64($0) * 3_600_000 }
        let columns = try run("pivots", [], candles)
        #expect(columns.allSatisfy { $0[23].isNaN })
        for row in 24..<candles.count {
            let day = (row / 24 - 1) * 24
            let high = candles.high[day..<day + 24].max() ?? 0
            let low = candles.low[day..<day + 24].min() ?? 0
            let close = candles.close[day + 23]
            let pivot = (high + low + close) / 3
            let levels = [
                pivot, 2 * pivot - low, pivot + (high - low), high + 2 * (pivot - low), 2 * pivot - high,
                pivot - (high - low), low - 2 * (high - pivot),
            ]
            for (column, level) in zip(columns, levels) { #expect((column[row] - level).magnitude < 1e-9) }
        }
    }

    @Test("an indicator over another begins when that one is warm")
    func chains() throws {
        let strength = try run("rsi", [14])[0]
        var derived = Self.candles
        derived.close = strength
        let smooth = try run("ema", [9], derived)[0]
        #expect(smooth.firstIndex { !$0.isNaN } == 14 + 8)
        #expect((smooth[22] - strength[14...22].reduce(0, +) / 9).magnitude < 1e-9)
    }
}
