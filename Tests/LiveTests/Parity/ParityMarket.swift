import Market
import TestSupport
import Trading

/// Trades of one symbol, and the minutes they make.
struct ParityMarket: Sendable {
    var symbol: Symbol
    var rules: InstrumentRules
    /// In order of time.
    var ticks: [Tick]
    /// Every minute from the first trade to the last whole one; silent ones stand at the close before them.
    var minutes: CandleSeries

    init(symbol: Symbol, rules: InstrumentRules, ticks: [Tick]) throws {
        self.symbol = symbol
        self.rules = rules
        self.ticks = ticks
        var closed: [Candle] = []
        var builder = CandleBuilder(timeframe: .m1, flatWhenSilent: true)
        for tick in ticks { _ = builder.add(tick) { closed.append($0) } }
        minutes = try CandleSeries(symbol: symbol, timeframe: .m1, candles: closed)
    }

    /// Three days of XRP in ETH, as they were traded.
    static func real() throws -> ParityMarket {
        var ticks: [Tick] = []
        try TickCSVReader().read(SharedData.path("binance_xrpeth_aggtrades_2019-10-11_13.csv.gz")) {
            ticks.append($0)
            return true
        }
        return try ParityMarket(
            symbol: Symbol("XRP/ETH"),
            rules: InstrumentRules(
                quantityStep: Quantity(1), priceTick: Price(FixedDecimal("0.00000001")!),
                minimumQuantity: Quantity(1), minimumNotional: Money(FixedDecimal("0.001")!)),
            ticks: ticks)
    }

    /// A market that never was, with silent minutes and several trades in the others.
    static func synthetic(seed: UInt64, days: Int) throws -> ParityMarket {
        var numbers = SeededNumbers(seed: seed)
        let symbol = try Symbol("BTC/USDT")
        var market = SyntheticMarket(
            SyntheticMarket.Options(
                seed: seed, symbol: symbol, timeframe: .m1, start: try Timestamp(parsing: "2024-03-01"),
                count: days * 1440))
        var ticks: [Tick] = []
        while let candle = market.next() {
            if numbers.chance(5) { continue }
            var times = (0..<4).map { _ in Int64(numbers.below(60_000)) }
            times.sort()
            for (place, price) in [candle.open, candle.low, candle.high, candle.close].enumerated() {
                ticks.append(
                    Tick(
                        time: Timestamp(milliseconds: candle.openTime.milliseconds + times[place]), price: price,
                        quantity: candle.volume / 4))
            }
        }
        // The last minute is closed by a trade after it.
        if let last = ticks.last {
            let end = Timeframe.d1.openTime(containing: last.time).milliseconds + Timeframe.d1.milliseconds
            ticks.append(Tick(time: Timestamp(milliseconds: end + 1000), price: last.price, quantity: 1))
        }
        return try ParityMarket(
            symbol: symbol,
            rules: InstrumentRules(
                quantityStep: Quantity(FixedDecimal("0.00001")!), priceTick: Price(FixedDecimal("0.01")!),
                minimumQuantity: Quantity(FixedDecimal("0.00001")!), minimumNotional: Money(5)),
            ticks: ticks)
    }
}
