import Foundation
import Market
import Trading
import TestSupport

/// A random market, random rules and a random strategy, all from one seed.
struct RandomSession {
    let seed: UInt64
    let settings: TradingSettings
    let options: ReferenceSimulator.Options
    let cash: Money
    let candles: [Candle]
    private var numbers: SeededNumbers

    init(seed: UInt64, market: MarketKind? = nil, candles count: Int = 150) throws {
        self.seed = seed
        var numbers = SeededNumbers(seed: seed)
        var options = ReferenceSimulator.Options()
        options.isSpot = market.map { $0 == .spot } ?? numbers.chance(50)
        options.maker = Self.pick(["0", "0.0005", "0.002"], &numbers)
        options.taker = Self.pick(["0", "0.001", "0.0025"], &numbers)
        options.slippage = Self.pick(["0", "0", "0.0005", "0.01", "0.05"], &numbers)
        options.step = Self.pick(["0.0001", "0.001", "0.1", "1"], &numbers)
        options.tick = numbers.chance(30) ? Self.pick(["0.01", "0.5"], &numbers) : nil
        options.leastQuantity = numbers.chance(20) ? Self.pick(["0.5", "2"], &numbers) : 0
        options.leastValue = numbers.chance(20) ? Self.pick(["10", "300"], &numbers) : 0
        options.fillsAtClose = numbers.chance(30)
        self.options = options
        cash = Money(FixedDecimal(numbers.chance(80) ? 1000 : 150))
        settings = try TradingSettings(
            symbol: Symbol("BTC/USDT"), market: options.isSpot ? .spot : .futures,
            rules: InstrumentRules(
                quantityStep: Quantity(Self.fixed(options.step)), priceTick: options.tick.map { Price(Self.fixed($0)) },
                minimumQuantity: options.leastQuantity > 0 ? Quantity(Self.fixed(options.leastQuantity)) : nil,
                minimumNotional: options.leastValue > 0 ? Money(Self.fixed(options.leastValue)) : nil),
            fees: FeeRates(maker: Self.fixed(options.maker), taker: Self.fixed(options.taker)),
            slippage: Self.fixed(options.slippage),
            marketFill: options.fillsAtClose ? .sameClose : .nextOpen)
        candles = gridCandles(&numbers, count: count)
        self.numbers = numbers
    }

    private static func pick(_ choices: [String], _ numbers: inout SeededNumbers) -> Decimal {
        Decimal(string: choices[numbers.below(choices.count)])!
    }

    private static func fixed(_ decimal: Decimal) -> FixedDecimal {
        FixedDecimal(decimal.description)!
    }

    /// What the strategy wants after a candle; `open` are its own open orders.
    mutating func intents(close: Double, open: [OrderID]) -> [Intent] {
        var intents: [Intent] = []
        while numbers.chance(35), intents.count < 4 { intents.append(intent(close, open)) }
        return intents
    }

    private mutating func intent(_ close: Double, _ open: [OrderID]) -> Intent {
        switch numbers.below(12) {
        case 0, 1, 2: return .enter(entry(close))
        case 3: return .exit(reason: numbers.chance(50) ? "" : "enough")
        case 4, 5, 6, 7: return .submit(order(close))
        case 8:
            guard !open.isEmpty else { return .cancel(OrderID(9_999_999)) }
            return .cancel(open[numbers.below(open.count)])
        case 9, 10: return .moveStop(numbers.chance(85) ? price(close, spread: 6) : nil)
        default: return .moveTarget(numbers.chance(85) ? price(close, spread: 6) : nil)
        }
    }

    private mutating func entry(_ close: Double) -> EntryIntent {
        EntryIntent(
            numbers.chance(60) ? .long : .short, size: size(close), stop: level(close), target: level(close),
            tag: numbers.chance(50) ? "" : "signal")
    }

    private mutating func order(_ close: Double) -> OrderIntent {
        OrderIntent(
            numbers.chance(55) ? .buy : .sell, size: size(close),
            limit: numbers.chance(70) ? price(close, spread: 5) : nil,
            stop: numbers.chance(50) ? price(close, spread: 8) : nil,
            take: numbers.chance(50) ? price(close, spread: 8) : nil,
            expires: numbers.chance(50) ? 1 + numbers.below(4) : nil, tag: numbers.chance(70) ? "" : "rung",
            reduceOnly: numbers.chance(20))
    }

    private mutating func size(_ close: Double) -> OrderSize {
        // From dust to more than the cash covers.
        let value = [3.0, 50, 120, 333.33, 500, 1000, 2500][numbers.below(7)]
        return numbers.chance(50) ? .value(value) : .quantity((value / close * 1000).rounded() / 1000)
    }

    private mutating func level(_ close: Double) -> ProtectionLevel? {
        switch numbers.below(4) {
        case 0: nil
        case 1: .price(price(close, spread: 6))
        default: .distance([0.01, 0.02, 0.035, 0.1][numbers.below(4)])
        }
    }

    /// A price near the close, on the candles' grid or half-way between.
    private mutating func price(_ close: Double, spread: Int) -> Double {
        max(1, close + Double(numbers.below(4 * spread + 1) - 2 * spread) / 2)
    }
}
