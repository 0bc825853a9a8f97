import Broker
import Foundation
import Market
import Storage
import Trading
import Wording

@testable import Engine

/// One running strategy, told things one by one.
struct DeskBench {
    var strategy: RunningStrategy
    var now = Timestamp(milliseconds: 1_700_000_040_000)
    /// What the last input has led to.
    private(set) var output = StrategyOutput()
    private var fillCount = 0

    static let symbol = try! Symbol("BTC/USDT")

    init(
        kinds: Set<OrderKindName> = [.market, .limit, .stop], pairs: Bool = true, market: MarketKind = .spot,
        rules: InstrumentRules = InstrumentRules(
            quantityStep: Quantity(FixedDecimal("0.001")!), priceTick: Price(FixedDecimal("0.01")!)),
        risk: RiskLimits = .none, largestAtMarket: Quantity? = nil
    ) throws {
        let id = ActiveStrategyID(1)
        let terms = StrategyTerms(
            id: id,
            settings: try TradingSettings(
                symbol: Self.symbol, market: market, rules: rules, risk: risk,
                orderPrefix: StrategyTerms.orderPrefix(of: id)),
            capital: Money(10_000), timeframe: .m1,
            venue: VenueTraits(
                orderKinds: kinds, hasOrderPairs: pairs, maximumMarketQuantity: largestAtMarket, baseAsset: "BTC",
                quoteAsset: "USDT"))
        strategy = RunningStrategy(terms, memory: nil, orders: [])
        close(100)
    }

    @discardableResult
    mutating func tell(_ input: StrategyInput, after wait: Duration = .milliseconds(10)) -> StrategyOutput {
        now = now.later(by: wait)
        output = strategy.handle(input, now: now)
        return output
    }

    @discardableResult
    mutating func close(_ price: Double) -> StrategyOutput {
        let candle = Candle(
            openTime: strategy.terms.timeframe.openTime(containing: now), open: price, high: price, low: price,
            close: price, volume: 1)
        return tell(.candleClosed(candle, index: strategy.terms.candleIndex(at: now)))
    }

    @discardableResult
    mutating func decide(_ intents: Intent..., refusals: [Int: Message] = [:]) -> StrategyOutput {
        var point = strategy.core.lastDecisionPoint
        point.index = strategy.terms.candleIndex(at: now)
        return tell(.decided(intents, at: point, refusals: refusals))
    }

    /// The venue holds the order.
    @discardableResult
    mutating func accept(_ id: String) -> StrategyOutput {
        tell(.report(told(id, .open)))
    }

    @discardableResult
    mutating func report(_ id: String, _ status: OrderStatus, filled: String = "0") -> StrategyOutput {
        tell(.report(told(id, status, filled: filled)))
    }

    func told(_ id: String, _ status: OrderStatus, filled: String = "0") -> OrderReport {
        let known = strategy.desk.known.first { $0.clientID.text == id }
        return OrderReport(
            venueID: VenueOrderID("v" + id), clientID: ClientOrderID(id), symbol: Self.symbol,
            side: known?.request.side ?? .buy, instruction: known?.request.instruction ?? .market,
            quantity: known?.quantity ?? Quantity(1), filledQuantity: Quantity(FixedDecimal(filled)!),
            filledValue: .zero, status: status, createdAt: now, updatedAt: now)
    }

    @discardableResult
    mutating func fill(
        _ id: String, _ quantity: String, at price: String = "100", fee: Fee = Fee(amount: .zero, asset: "USDT"),
        name: String? = nil
    ) -> StrategyOutput {
        fillCount += 1
        let side = strategy.desk.known.first { $0.clientID.text == id }?.request.side ?? .buy
        return tell(
            .fill(
                FillReport(
                    id: FillID(name ?? "f\(fillCount)"), venueOrderID: VenueOrderID("v" + id),
                    clientID: ClientOrderID(id), symbol: Self.symbol, side: side,
                    price: Price(FixedDecimal(price)!), quantity: Quantity(FixedDecimal(quantity)!), fee: fee,
                    time: now, isMaker: false)))
    }

    @discardableResult
    mutating func fail(_ id: String, _ error: BrokerError) -> StrategyOutput {
        tell(.sendFailed(ClientOrderID(id)!, error))
    }

    /// Bought at 100 with stop and target at the venue, as `ab1-2` and `ab1-3`.
    mutating func open(
        _ quantity: Double = 1, stop: Double? = 90, target: Double? = 120, fee: Fee = Fee(amount: .zero, asset: "USDT")
    ) {
        decide(
            .enter(
                EntryIntent(
                    .long, size: .quantity(quantity), stop: stop.map { .price($0) },
                    target: target.map { .price($0) })))
        accept("ab1-1")
        fill("ab1-1", Quantity(quantity, rounding: .down)!.description, fee: fee)
    }

    mutating func openAndAccept(stop: Double? = 90, target: Double? = 120) {
        open(stop: stop, target: target)
        for id in strategy.desk.known.map(\.clientID.text) { accept(id) }
    }

    /// The process dies, and another one goes on from rows and memory.
    mutating func restart() throws {
        let data = try JSONEncoder().encode(strategy.memory)
        let memory = try JSONDecoder().decode(StrategyMemory.self, from: data)
        let rows = strategy.desk.known.map {
            KnownOrder(
                request: $0.request, venueID: $0.venueID, state: $0.row, filledQuantity: $0.booked)
        }
        strategy = RunningStrategy(strategy.terms, memory: memory, orders: rows)
    }

    // MARK: What is seen

    /// What was sent, in short: `place ab1-1 buy market 1`.
    var sent: [String] { output.sends.map(\.short) }
    var known: [String] { strategy.desk.known.map(\.clientID.text) }
    var rows: [String] {
        output.standings.map { "\($0.order) \($0.state.name)" }
    }
}

let aFault = Message("a fault", fr: "une panne")

extension DeskAction {
    var short: String {
        switch self {
        case .place(let order): "place \(order.short)"
        case .placePair(let pair):
            "pair \(pair.stopID) \(pair.stop) \(pair.targetID) \(pair.target) \(pair.side.rawValue) \(pair.quantity)"
        case .cancel(let id, _): "cancel \(id)"
        case .ask(let id, _, _): "ask \(id)"
        case .watch(let order):
            "watch \(order.request.short) \(order.isBelow ? "<=" : ">=") \(order.level)"
                + (order.sendsAtOnce ? " at once" : "")
        case .unwatch(let id): "unwatch \(id)"
        }
    }
}

extension OrderRequest {
    fileprivate var short: String {
        let amount = if case .base(let quantity) = amount { "\(quantity)" } else { "?" }
        let kind: String =
            switch instruction {
            case .market: "market"
            case .limit(let price, .goodTillCancelled): "limit \(price)"
            case .limit(let price, let time): "limit \(price) \(time.rawValue)"
            case .stop(let price, _): "stop \(price)"
            default: "?"
            }
        return "\(clientID) \(side.rawValue) \(kind) \(amount)"
    }
}
