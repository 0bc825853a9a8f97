import Backtest
import LuaRuntime
import Market
import StrategyHost
import Testing
import Trading

/// One fill as both sides tell it.
struct ParityFill: Equatable, CustomStringConvertible {
    /// Its number, which stops and targets share out with the script's own.
    var order: Int
    var side: Side
    var price: FixedDecimal
    var quantity: FixedDecimal
    var fee: FixedDecimal
    var time: Timestamp
    var isMaker: Bool

    var description: String {
        "order \(order): \(side) \(quantity) at \(price), fee \(fee), \(time)\(isMaker ? ", maker" : "")"
    }
}

/// What became of one order, as both sides tell it, whether it filled or not.
struct ParityOrder: Equatable, CustomStringConvertible {
    var number: Int
    var side: Side
    /// Limit or stop price; nil at market.
    var price: FixedDecimal?
    /// Sum of what was sent under the number.
    var filled: FixedDecimal

    var description: String {
        "order \(number): \(side)\(price.map { " at \($0)" } ?? ""), \(filled) filled"
    }
}

/// What a backtest over the same minutes does.
struct ParityReference {
    var fills: [ParityFill] = []
    /// By number, those left out that never got as far as a venue.
    var orders: [ParityOrder] = []
    /// Numbers of orders given, those of stops and targets included.
    var lastOrder = 0
    var cash = Money(0)
    var position = Quantity.zero
    /// Closed before the end of history.
    var trades: [ClosedTrade] = []

    static let cash = Money(1000)
    static let seed: UInt64 = 7

    static func options(_ script: ParityScript, _ market: ParityMarket) throws -> BacktestOptions {
        var options = BacktestOptions()
        options.cash = cash
        options.fees = try fees
        options.intrabar = script.timeframe == .m1 ? nil : .m1
        options.timeframe = script.timeframe
        options.parameters = script.parameters
        options.seed = seed
        options.rules = market.rules
        options.limits = limits
        return options
    }

    /// Nanoseconds of one call of a script.
    static let longestCall: Int64 = 60_000_000_000

    /// What is compared must not hang on how busy the machine is: no script is cut short.
    static var limits: InstanceLimits {
        var limits = InstanceLimits()
        limits.lua.callNanoseconds = longestCall
        return limits
    }

    static var fees: FeeRates {
        get throws { try FeeRates(maker: .zero, taker: FixedDecimal("0.001")!) }
    }

    /// Goes through history as `Backtest` does, keeping the fills; the trades are those that `Backtest` itself finds.
    init(_ script: ParityScript, _ market: ParityMarket) throws {
        let options = try Self.options(script, market)
        let text = try script.text
        let declaration = try StrategyInstance.declaration(of: text)
        let history = try BacktestHistory(declaration, series: [market.minutes], options: options)
        let instance = try StrategyInstance(
            script: text, feeds: history.feeds,
            options: InstanceOptions(seed: options.seed, parameters: options.parameters, limits: options.limits))
        var trading = SimulatedTrading(
            try TradingSettings(
                symbol: market.symbol, rules: options.rules, fees: options.fees, slippage: options.slippage),
            cash: options.cash)
        var ended: [OrderID: Order] = [:]
        _ = instance.start(trading.account)
        let minutes = Dictionary(grouping: market.minutes.indices) { index in
            script.timeframe.openTime(containing: market.minutes[index].openTime)
        }
        for index in history.range {
            let candle = history.candles[index]
            if options.intrabar == nil {
                trading.advance(candle, index: index)
            } else {
                let inside = minutes[candle.openTime] ?? []
                trading.advance(
                    candle, index: index, fine: market.minutes, range: (inside.first ?? 0)..<((inside.last ?? -1) + 1))
            }
            Self.closeCandle(&trading, instance, &ended)
        }
        for order in trading.openOrders { ended[order.id] = order }
        orders = ended.values.filter { $0.state.name != "rejected" }.sorted { $0.id < $1.id }.map { order in
            ParityOrder(
                number: order.id.number, side: order.side, price: (order.limitPrice ?? order.stopPrice)?.value,
                filled: order.filledQuantity.value)
        }
        fills = trading.fills.map { fill in
            ParityFill(
                order: fill.order.number, side: fill.side, price: fill.price.value, quantity: fill.quantity.value,
                fee: fill.fee.value, time: fill.time, isMaker: fill.isMaker)
        }
        trades = trading.trades
        lastOrder = trading.nextOrderID.number - 1
        cash = trading.cash
        position = trading.lots.reduce(.zero) { $0 + $1.quantity }
        let result = try Backtest.run(text, history: history, options: options)
        #expect(result.trades.filter { $0.reason != "end_of_data" } == trades, "\(script)")
    }

    private static func closeCandle(
        _ trading: inout SimulatedTrading, _ instance: StrategyInstance, _ ended: inout [OrderID: Order]
    ) {
        for event in trading.takeEvents() {
            if case .orderUpdated(let order) = event { ended[order.id] = order }
            // Heard of here; the script hears what it listens to.
            guard instance.listening.contains(event.kind) else { continue }
            _ = instance.deliver(
                event, account: trading.account, nextOrderID: trading.nextOrderID, openOrders: trading.openOrders)
        }
        if trading.ordersVersion != instance.seenOrdersVersion {
            instance.see(trading.openOrders, version: trading.ordersVersion)
        }
        guard instance.closeCandle(trading.account, nextOrderID: trading.nextOrderID) else { return }
        trading.decide(instance.takeDecision().intents)
    }
}

extension StrategyEvent {
    fileprivate var kind: StrategyEventKinds {
        switch self {
        case .orderUpdated: .orders
        case .filled: .fills
        case .positionOpened, .positionClosed: .positions
        }
    }
}
