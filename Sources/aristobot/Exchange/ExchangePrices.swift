import Market
import TestExchange
import Wording

/// Markets of a test exchange with where their prices come from, and the clock that fits them.
struct ExchangePrices {
    private(set) var markets: [MarketSetup] = []
    private(set) var symbols: [Symbol] = []
    /// Nil for the clock of the machine.
    let clock: ExchangeClock?

    /// Candles of history that a synthetic market begins with: a week of minutes.
    private static let syntheticHistory = 10_080
    private static let day: Int64 = 86_400_000

    init(_ named: ExchangeOptions) throws {
        let now = SystemClock.now
        var replays = try named.replays.map(Replay.init)
        // Candles stay on the grid of their timeframe, the longest of which is a week.
        var present = now
        if !replays.isEmpty {
            let first = replays.map(\.first).min() ?? now
            let last = replays.map(\.last).max() ?? now
            let tenth = Timestamp(milliseconds: first.milliseconds + (last.milliseconds - first.milliseconds) / 10)
            let begin = named.start ?? tenth
            guard begin >= first, begin < last else {
                throw CommandFailure(
                    .input, "--start \(begin) is not within the replayed times, \(first) to \(last)",
                    fr: "--start \(begin) n'est pas dans les temps rejoués, du \(first) au \(last)")
            }
            if named.ownTime {
                present = begin
            } else {
                let shift = Self.shift(from: begin, to: now, rest: last.milliseconds - begin.milliseconds)
                replays = try replays.map { try $0.moved(by: shift) }
            }
        }
        if named.ownTime || named.speed != nil {
            clock = ExchangeClock(start: present, wallStart: now, speed: named.speed ?? 1)
        } else {
            clock = nil
        }
        for replay in replays { add(replay.symbol, replay.source, price: try replay.price(at: present)) }
        for fixed in named.prices { add(fixed.symbol, .manual(start: fixed.price), price: fixed.price.double) }
        guard markets.isEmpty else {
            guard Set(symbols).count == symbols.count else {
                throw CommandFailure(.usage, "a market is named twice", fr: "un marché est nommé deux fois")
            }
            return
        }
        for (text, price) in [("BTC/USDT", 20_000.0), ("ETH/USDT", 1500), ("ETH/BTC", 0.075)] {
            let symbol = try ArgumentReading.symbol(text)
            let options = SyntheticMarket.Options(
                seed: named.seed, symbol: symbol, timeframe: .m1, start: now, count: SyntheticMarket.largestCount,
                startPrice: price, hasGaps: false)
            add(symbol, .synthetic(options, history: Self.syntheticHistory), price: price)
        }
    }

    /// How far times are moved so that `begin` comes to lie at `now` or shortly before it: whole weeks, or days where a
    /// replay is too short for that, or hours.
    private static func shift(from begin: Timestamp, to now: Timestamp, rest: Int64) -> Int64 {
        let distance = now.milliseconds - begin.milliseconds
        let unit = [7 * day, day, 3_600_000].first { rest >= 2 * $0 } ?? 60_000
        return distance / unit * unit
    }

    private mutating func add(_ symbol: Symbol, _ source: PriceSource, price: Double) {
        symbols.append(symbol)
        let name = symbol.base + symbol.quote
        let digits = Self.digits(of: price)
        let definition =
            MarketDefinition.usual.first { $0.name == name }
            ?? MarketDefinition(
                name: name, base: Asset(symbol.base), quote: Asset(symbol.quote),
                tick: Self.power(of: min(max(digits - 5, -8), 0)), lot: Self.power(of: min(max(-digits - 1, -4), 0)),
                minimumNotional: Self.power(of: -4))
        let house = HouseSettings(quantityPerLevel: Self.power(of: min(max(4 - digits, 0), 5)))
        markets.append(MarketSetup(definition, source: source, house: house))
    }

    /// 4 for 20,000, -3 for 0.0015: the place of the first digit.
    private static func digits(of price: Double) -> Int {
        var digits = 0
        var rest = price
        // A double has about 300 places at most.
        while rest >= 10, digits < 400 {
            rest /= 10
            digits += 1
        }
        while rest < 1, rest > 0, digits > -400 {
            rest *= 10
            digits -= 1
        }
        return digits
    }

    /// A power of ten from 10^-12 on.
    private static func power(of exponent: Int) -> FixedDecimal {
        var units: Int128 = 1
        for _ in 0..<(exponent + 12) { units *= 10 }
        return FixedDecimal(units: units)
    }
}
