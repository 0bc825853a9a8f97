import Market
import StrategyHost
import Testing
import Trading
import Wording

@testable import Worker

/// Messages in which every field is set.
enum Samples {
    static let symbol = "BTC/USDT"

    static func decimal(_ text: String) throws -> FixedDecimal {
        try #require(FixedDecimal(text))
    }

    static func order(_ number: Int, kind: OrderKind, state: OrderState) throws -> Order {
        let order = Order(
            id: OrderID(number), prefix: "ab3x", symbol: try Symbol(symbol), side: .buy, kind: kind,
            quantity: Quantity(try decimal("0.12345678")), role: .stop, reduceOnly: true, lot: LotID(OrderID(3)),
            protection: Protection(stop: .distance(0.02), target: .price(70_000)), lastIndex: 28_512_000, tag: "étape",
            createdAt: Timestamp(milliseconds: 1_700_000_000_000))
        return order.reported(
            state: state, filledQuantity: Quantity(try decimal("0.1")), filledValue: Money(try decimal("6000.5")),
            fees: Money(try decimal("0.000000000001")), revision: 4)
    }

    static func fullItem() throws -> DecisionItem {
        let price = Price(try decimal("60000.01"))
        let position = PositionView(
            direction: .short, quantity: 0.5, entry: 61_000, stop: 62_000, target: nil, pnl: -12.5, pnlPct: .nan,
            bars: 7)
        let fill = Fill(
            id: FillID("T-99"), order: OrderID(17), side: .sell, price: price, quantity: Quantity(try decimal("0.5")),
            fee: Money(try decimal("30.25")), baseFee: Quantity(try decimal("0.0005")),
            time: Timestamp(milliseconds: 1_700_000_060_000), index: 28_333_334,
            isMaker: true, isAmbiguous: false)
        let trade = ClosedTrade(
            id: 4, direction: .long, quantity: Quantity(1), entryTime: Timestamp(milliseconds: 1),
            entryPrice: price, exitTime: Timestamp(milliseconds: 2), exitPrice: price, fees: Money(2),
            profit: Money(try decimal("-2.5")), profitPct: -0.1, bars: 3, reason: "stop", maePct: 1, mfePct: 2,
            entryReason: "cross", entryIndex: 10, exitIndex: 13, entryOrder: OrderID(15), exitOrder: OrderID(16),
            isAmbiguous: true, remaining: .zero)
        let reason = Message("too small", fr: "trop petit")
        return DecisionItem(
            instance: InstanceNumber(42), observing: 2,
            events: [
                .orderUpdated(try order(17, kind: .limit(price), state: .rejected(reason))),
                .filled(fill, tag: "tag"), .positionOpened(position), .positionClosed(trade),
            ],
            account: AccountView(free: 1_000.5, total: 1_200, equity: 1_300, position: position, ordersVersion: 12),
            nextOrderID: OrderID(18),
            openOrders: [
                try order(5, kind: .market, state: .open), try order(6, kind: .stop(price), state: .cancelled(nil)),
            ])
    }

    static func fullAnswer() -> DecisionAnswer {
        var decision = Decision()
        let order = OrderIntent(
            .sell, size: .value(7), limit: 1, stop: 2, take: 3, expires: 4, tag: "t", reduceOnly: true)
        decision.intents = [
            .enter(EntryIntent(.long, size: .quantity(1), stop: .distance(0.1), target: .price(9), tag: "a")),
            .exit(reason: "b"), .cancel(OrderID(Int.max)), .moveStop(nil), .moveTarget(5), .submit(order),
        ]
        decision.journal = [
            JournalEntry(
                time: Timestamp(milliseconds: 5), kind: .failed, order: OrderID(2), message: Message("no", fr: "non"))
        ]
        decision.failures = [
            CallbackFailure(
                callback: .onCandle,
                diagnostic: Diagnostic(
                    .error, line: 3, column: 4, code: "runtime", message: Message("no", fr: "non"),
                    hint: Message("try", fr: "essayez")))
        ]
        decision.logs = [LogLine(level: .warn, text: "watch", fields: [LogLine.Field(name: "k", value: "v")])]
        decision.plots = [PlotPoint(name: "fast", value: .nan)]
        decision.notices = ["look"]
        return DecisionAnswer(
            instance: InstanceNumber(42), candleOpen: Timestamp(milliseconds: 60_000), decision: decision,
            state: Array("{n=1}".utf8), stateHash: 77, isPaused: true, failuresInARow: 5, nanoseconds: 1_234,
            problem: Message("late", fr: "en retard"))
    }

    static func declaration() throws -> StrategyDeclaration {
        StrategyDeclaration(
            name: "cross", timeframe: .m5, version: "1.2", description: "d", warmup: 20, history: 500,
            uses: [.h1, .h4], symbols: [try Symbol("ETH/USDT")], market: .futures,
            parameters: [
                ParameterDefinition(
                    name: "fast", domain: .int(minimum: 1, maximum: 9, step: 2), defaultValue: .int(3)),
                ParameterDefinition(
                    name: "gain", domain: .float(minimum: -1, maximum: 1, step: nil), defaultValue: .float(0.5)),
                ParameterDefinition(name: "mode", domain: .choice(["a", "b"]), defaultValue: .choice("b")),
                ParameterDefinition(name: "on", domain: .bool, defaultValue: .bool(true)),
            ], hasValidityRule: true, callbacks: [.initialise, .onCandle, .onStop])
    }

    static func loading() throws -> InstanceLoading {
        let item = try fullItem()
        return InstanceLoading(
            instance: InstanceNumber(9), script: ScriptText(name: "a.lua", source: "return 1"),
            parameters: ["b": "2", "a": "1"], seed: .max, base: FeedNumber(1), others: [FeedNumber(2)],
            state: Array("{}".utf8), upgradedFrom: "1", firstCall: .start(item.account),
            openOrders: item.openOrders ?? [], ordersVersion: 3, failuresInARow: 2)
    }
}
