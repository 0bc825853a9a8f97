import Foundation

/// A second, independent reading of the backtest's contract, for one strategy: an EMA cross on spot with a stop and a
/// target. It shares no code with the product: own averages, own decimals (Foundation's), own order of events.
struct NaiveCross {
    struct Bar {
        let time: Int64
        let open: Double
        let high: Double
        let low: Double
        let close: Double
    }

    struct Trade: Equatable {
        let quantity: Decimal
        let entryTime: Int64
        let entryPrice: Decimal
        let exitTime: Int64
        let exitPrice: Decimal
        let fees: Decimal
        let bars: Int
        let reason: String
    }

    var fast = 10
    var slow = 20
    var warmup = 0
    var cash: Decimal = 10_000
    var fraction = 0.1
    var stop: Decimal = 0
    var target: Decimal = 0
    var fee: Decimal = 0
    var slippage: Decimal = 0
    var fillsAtClose = false

    /// What is held.
    private struct Holding {
        let quantity: Decimal
        let price: Decimal
        let fee: Decimal
        let index: Int
        let time: Int64
        let stop: Decimal?
        let target: Decimal?
    }

    private var held: Holding?
    private(set) var trades: [Trade] = []

    static func decimal(_ number: Double) -> Decimal {
        Decimal(string: "\(number)", locale: Locale(identifier: "en_US_POSIX"))!
    }

    static func rounded(_ number: Decimal, _ places: Int, _ mode: NSDecimalNumber.RoundingMode) -> Decimal {
        var input = number
        var output = Decimal()
        NSDecimalRound(&output, &input, places, mode)
        return output
    }

    /// An exponential average that starts from the simple mean of its first `length` values.
    static func average(_ values: [Double], _ length: Int) -> [Double] {
        var out = [Double](repeating: .nan, count: values.count)
        guard values.count >= length else { return out }
        var sum = 0.0
        for index in 0..<length { sum += values[index] }
        var current = sum / Double(length)
        out[length - 1] = current
        let weight = 2 / Double(length + 1)
        for index in length..<values.count {
            current = (values[index] - current) * weight + current
            out[index] = current
        }
        return out
    }

    mutating func run(_ bars: [Bar]) {
        let closes = bars.map(\.close)
        let quick = Self.average(closes, fast)
        let calm = Self.average(closes, slow)
        var buying: Decimal?
        var selling = false
        for (index, bar) in bars.enumerated() {
            if let quantity = buying { buy(quantity, at: Self.decimal(bar.open), index, bar.time) }
            buying = nil
            let opened = held?.index == index
            if selling, held != nil { sell(at: worse(bar.open), index, bar.time, "exit_signal") }
            selling = false
            if held != nil { protect(bar, index, fromOpen: !opened) }
            guard index >= warmup, index > 0 else { continue }
            let up = quick[index - 1] <= calm[index - 1] && quick[index] > calm[index]
            let down = quick[index - 1] >= calm[index - 1] && quick[index] < calm[index]
            if held == nil, up {
                let wish = Self.decimal(NSDecimalNumber(decimal: cash).doubleValue * fraction)
                let quantity = Self.rounded(wish / Self.decimal(bar.close), 8, .down)
                if fillsAtClose {
                    buy(quantity, at: Self.decimal(bar.close), index, bar.time)
                } else {
                    buying = quantity
                }
            } else if held != nil, down {
                if fillsAtClose { sell(at: worse(bar.close), index, bar.time, "exit_signal") } else { selling = true }
            }
        }
        if held != nil, let last = bars.last { sell(at: worse(last.close), bars.count - 1, last.time, "end_of_data") }
    }

    /// What a seller at market gets.
    private func worse(_ price: Double) -> Decimal {
        Self.rounded(Self.decimal(price) * (1 - slippage), 12, .down)
    }

    private mutating func buy(_ wanted: Decimal, at seen: Decimal, _ index: Int, _ time: Int64) {
        let price = Self.rounded(seen * (1 + slippage), 12, .up)
        let covered = Self.rounded(cash / (price * (1 + fee)), 8, .down)
        let quantity = min(wanted, covered)
        guard quantity > 0 else { return }
        let paid = Self.rounded(Self.rounded(quantity * price, 12, .up) * fee, 12, .up)
        cash -= Self.rounded(quantity * price, 12, .up) + paid
        held = Holding(
            quantity: quantity, price: price, fee: paid, index: index, time: time,
            stop: stop > 0 ? price * (1 - stop) : nil, target: target > 0 ? price * (1 + target) : nil)
    }

    private mutating func sell(at price: Decimal, _ index: Int, _ time: Int64, _ reason: String) {
        guard let held else { return }
        let value = Self.rounded(held.quantity * price, 12, .down)
        let paid = Self.rounded(Self.rounded(held.quantity * price, 12, .up) * fee, 12, .up)
        cash += value - paid
        trades.append(
            Trade(
                quantity: held.quantity, entryTime: held.time, entryPrice: held.price, exitTime: time,
                exitPrice: price, fees: held.fee + paid, bars: index - held.index, reason: reason))
        self.held = nil
    }

    /// Stop before target; a gap through either fills at the open.
    private mutating func protect(_ bar: Bar, _ index: Int, fromOpen: Bool) {
        guard let held else { return }
        let open = Self.decimal(bar.open)
        func less(_ price: Decimal) -> Decimal { Self.rounded(price * (1 - slippage), 12, .down) }
        if let stop = held.stop, fromOpen, open <= stop {
            sell(at: less(open), index, bar.time, "stop")
        } else if let target = held.target, fromOpen, open >= target {
            sell(at: open, index, bar.time, "target")
        } else if let stop = held.stop, Self.decimal(bar.low) <= stop {
            sell(at: less(stop), index, bar.time, "stop")
        } else if let target = held.target, Self.decimal(bar.high) >= target {
            sell(at: target, index, bar.time, "target")
        }
    }
}
