import Market
import Trading
import Wording

/// The data block of the page: candles and curves as columns of integers, thinned so that the page stays small.
///
/// With the most bars and trades the block takes below 5 MB: about 12 bytes a bar and 90 a trade before base64.
struct ChartData {
    static let mostBars = 100_000
    static let mostTrades = 25_000

    let result: BacktestResult
    let language: Language
    /// Candles in one bar of the chart.
    let bucket: Int
    let bars: Int
    let priceDecimals: Int
    let moneyDecimals: Int

    init(_ result: BacktestResult, _ language: Language) {
        self.result = result
        self.language = language
        bucket = max(1, (result.range.count + Self.mostBars - 1) / Self.mostBars)
        bars = (result.range.count + bucket - 1) / bucket
        priceDecimals = Self.decimals(of: result)
        // Seven digits of the starting cash, at least cents.
        var decimals = 2
        while decimals < 8, result.cash * Self.power(decimals) < 1e6 { decimals += 1 }
        moneyDecimals = decimals
    }

    var tradesShown: Int { min(result.trades.count, Self.mostTrades) }

    /// The decimals, 0 to 10, that nearly all prices of a sample are written with: one price with rounding noise among
    /// thousands must not lengthen all the others.
    private static func decimals(of result: BacktestResult) -> Int {
        let range = result.range
        guard !range.isEmpty else { return 2 }
        var counts = [Int](repeating: 0, count: 11)
        var total = 0
        for index in stride(from: range.lowerBound, to: range.upperBound, by: max(1, range.count / 500)) {
            let candle = result.candles[index]
            for price in [candle.open, candle.high, candle.low, candle.close] {
                counts[decimals(of: price)] += 1
                total += 1
            }
        }
        var covered = 0
        for (decimals, count) in counts.enumerated() {
            covered += count
            if Double(covered) >= Double(total) * 0.97 { return decimals }
        }
        return 10
    }

    /// The fewest decimals that write the price, but no more than its first seven digits take.
    private static func decimals(of price: Double) -> Int {
        var decimals = 0
        while decimals < 10, price * power(decimals) < 1e6 {
            let scaled = price * power(decimals)
            if abs(scaled - scaled.rounded()) <= 1e-6 * max(1, scaled * 1e-8) { break }
            decimals += 1
        }
        return decimals
    }

    private static func power(_ exponent: Int) -> Double {
        var product = 1.0
        for _ in 0..<exponent { product *= 10 }
        return product
    }

    func write(_ json: inout JSONText) {
        json.object { json in
            json.string("language", language.rawValue)
            json.integer("bucket", bucket)
            json.integer("count", bars)
            json.integer("priceDecimals", priceDecimals)
            json.integer("moneyDecimals", moneyDecimals)
            json.integer("start", result.from?.milliseconds ?? 0)
            json.integer("timeUnit", result.timeframe.milliseconds)
            json.object("hold") { json in
                json.number("quantity", result.holding.quantity)
                json.number("cash", result.holding.quantity > 0 ? 0 : result.cash)
            }
            json.object("columns") { writeColumns(&$0) }
            json.object("trades") { writeTrades(&$0) }
            json.object("words") { writeWords(&$0) }
        }
    }

    private func writeColumns(_ json: inout JSONText) {
        var columns = BarColumns(capacity: bars)
        let drawdowns = result.withCurve { $0.drawdowns() }
        let tick = Self.power(priceDecimals)
        let cent = Self.power(moneyDecimals)
        let start = result.range.lowerBound
        var index = 0
        while index < result.range.count {
            let end = min(index + bucket, result.range.count)
            var bar = result.candles[start + index]
            var deepest = 0.0
            for row in index..<end {
                let candle = result.candles[start + row]
                bar.high = max(bar.high, candle.high)
                bar.low = min(bar.low, candle.low)
                bar.close = candle.close
                deepest = max(deepest, drawdowns[row])
            }
            columns.append(
                slot: (bar.openTime.milliseconds - result.candles[start].openTime.milliseconds)
                    / result.timeframe.milliseconds,
                open: Self.integer(bar.open * tick), high: Self.integer(bar.high * tick),
                low: Self.integer(bar.low * tick), close: Self.integer(bar.close * tick),
                equity: Self.integer(result.equity[end - 1] * cent), drawdown: Self.integer(-deepest * 1e6))
            index = end
        }
        columns.write(&json)
    }

    /// The nearest integer; what is out of reach is the nearest bound that a Double of the page still counts exactly.
    private static func integer(_ value: Double) -> Int64 {
        guard value.isFinite else { return 0 }
        return Int64(min(max(value.rounded(), -9e15), 9e15))
    }

    private func writeTrades(_ json: inout JSONText) {
        let shown = result.trades.prefix(tradesShown)
        var reasons: [String] = []
        var places: [String: Int] = [:]
        for trade in shown where places[trade.reason] == nil {
            places[trade.reason] = reasons.count
            reasons.append(trade.reason)
        }
        func column(_ name: String, _ value: (ClosedTrade) -> Double) {
            json.array(name) { json in
                for trade in shown { json.number(value(trade)) }
            }
        }
        column("id") { Double($0.id) }
        column("side") { $0.direction.sign }
        column("quantity") { $0.quantity.value.double }
        column("entryTime") { Double($0.entryTime.milliseconds) }
        column("entryPrice") { Self.rounded($0.entryPrice.value.double, priceDecimals + 2) }
        column("exitTime") { Double($0.exitTime.milliseconds) }
        column("exitPrice") { Self.rounded($0.exitPrice.value.double, priceDecimals + 2) }
        column("fees") { Self.rounded($0.fees.value.double, moneyDecimals + 2) }
        column("profit") { Self.rounded($0.profit.value.double, moneyDecimals + 2) }
        column("profitPct") { Self.rounded($0.profitPct, 4) }
        column("bars") { Double($0.bars) }
        column("reason") { Double(places[$0.reason] ?? 0) }
        json.array("reasons") { json in
            for reason in reasons { json.string(reason) }
        }
    }

    private static func rounded(_ value: Double, _ decimals: Int) -> Double {
        let scale = power(decimals)
        let scaled = (value * scale).rounded()
        return scaled.isFinite && abs(scaled) < 9e15 ? scaled / scale : value
    }

    private func writeWords(_ json: inout JSONText) {
        let words: [(String, Message)] = [
            ("rows", ReportWords.rows), ("showTrade", ReportWords.showTrade), ("long", ReportWords.long),
            ("short", ReportWords.short), ("open", ReportWords.open), ("high", ReportWords.high),
            ("low", ReportWords.low), ("close", ReportWords.close), ("equity", ReportWords.equity),
            ("hold", ReportWords.hold), ("drawdown", ReportWords.drawdown),
        ]
        for (name, message) in words { json.string(name, message.text(in: language)) }
        json.object("reasons") { json in
            for (name, message) in ReportWords.reasons { json.string(name, message.text(in: language)) }
        }
    }
}

/// The columns of the bars as the page reads them: differences where they are smaller than the values.
private struct BarColumns {
    private var time: IntegerColumn
    private var open: IntegerColumn
    private var high: IntegerColumn
    private var low: IntegerColumn
    private var close: IntegerColumn
    private var equity: IntegerColumn
    private var drawdown: IntegerColumn
    private var lastSlot: Int64 = 0
    private var lastClose: Int64 = 0
    private var lastEquity: Int64 = 0

    init(capacity: Int) {
        time = IntegerColumn(capacity: capacity)
        open = time
        high = time
        low = time
        close = time
        equity = time
        drawdown = time
    }

    mutating func append(
        slot: Int64, open first: Int64, high most: Int64, low least: Int64, close last: Int64, equity value: Int64,
        drawdown fall: Int64
    ) {
        time.append(slot - lastSlot)
        open.append(first - lastClose)
        close.append(last - first)
        high.append(most - max(first, last))
        low.append(min(first, last) - least)
        equity.append(value - lastEquity)
        drawdown.append(fall)
        lastSlot = slot
        lastClose = last
        lastEquity = value
    }

    func write(_ json: inout JSONText) {
        json.string("time", time.base64)
        json.string("open", open.base64)
        json.string("high", high.base64)
        json.string("low", low.base64)
        json.string("close", close.base64)
        json.string("equity", equity.base64)
        json.string("drawdown", drawdown.base64)
    }
}
