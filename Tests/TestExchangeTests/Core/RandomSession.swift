import Market
import TestSupport
import Testing

@testable import TestExchange

/// Random clients on one exchange: orders of every kind, lists, cancels, amendments, moving prices.
struct RandomSession {
    let bourse: Bourse
    var random: SeededNumbers
    let accounts = [Bourse.alice, Bourse.bob, Bourse.carol]

    init(seed: UInt64, withHouse: Bool) throws {
        random = SeededNumbers(seed: seed)
        var house = HouseSettings(quantityPerLevel: decimal("3.5"))
        house.levels = withHouse ? 5 : 0
        house.refillDelay = 20
        bourse = try Bourse(house: house) { definition in
            // Odd precisions and an odd lot, so that every rounding shows.
            definition.quotePrecision = 3
            definition.filters = definition.filters.map {
                switch $0 {
                case .maximumAlgoOrders: .maximumAlgoOrders(50)
                case .maximumOrderLists: .maximumOrderLists(50)
                default: $0
                }
            }
        }
        for (place, account) in accounts.enumerated() {
            var settings = AccountSettings()
            settings.commission = CommissionRates(
                maker: decimal(["0.00033", "0", "0.0007"][place]), taker: decimal(["0.00111", "0.01", "0.0005"][place]))
            try bourse.core.setSettings(settings, of: account)
            // Poor enough to be refused now and then.
            try bourse.core.credit(-999_900, of: Bourse.base, to: account, now: bourse.now)
            try bourse.core.credit(-99_985_000, of: Bourse.quote, to: account, now: bourse.now)
        }
    }

    private mutating func price(_ low: Int, _ high: Int) -> FixedDecimal {
        FixedDecimal(units: Int128(low * 100 + random.below((high - low) * 100)) * 10_000_000_000)
    }

    private mutating func quantity() -> FixedDecimal {
        FixedDecimal(units: Int128(20 + random.below(8000)) * 1_000_000_000)
    }

    mutating func order() -> NewOrder {
        let kind = OrderKind.allCases[random.below(OrderKind.allCases.count)]
        var order = NewOrder(market: Bourse.market, side: random.chance(50) ? .buy : .sell, kind: kind)
        order.selfTradePrevention = SelfTradePrevention.allCases[random.below(5)]
        order.quantity = quantity()
        if kind.hasPrice { order.price = price(95, 105) }
        if kind.hasPrice, kind != .limitMaker {
            order.timeInForce = TimeInForce.allCases[min(random.below(6), 2)]
        }
        if kind == .market, random.chance(50) {
            order.quoteQuantity = price(2, 600)
            order.quantity = nil
        }
        if kind.isConditional {
            if random.chance(30) { order.trailingDelta = 10 + random.below(300) }
            if order.trailingDelta == nil || random.chance(50) { order.stopPrice = price(95, 105) }
        }
        if random.chance(10) { order.clientOrderID = "mine\(random.below(20))" }
        return order
    }

    private mutating func list() -> NewOrderList {
        let side: Side = random.chance(50) ? .buy : .sell
        let quantity = quantity()
        let above = price(100, 106)
        let below = price(94, 100)
        let limit = NewOrder(
            market: Bourse.market, side: side, kind: .limitMaker, quantity: quantity,
            price: side == .sell ? above : below)
        var stop = NewOrder(
            market: Bourse.market, side: side, kind: random.chance(50) ? .stopLoss : .stopLossLimit,
            quantity: quantity, stopPrice: side == .sell ? below : above)
        if stop.kind == .stopLossLimit {
            stop.timeInForce = .goodTillCancel
            stop.price = price(95, 105)
        }
        let pair: (NewOrder, NewOrder) = side == .sell ? (limit, stop) : (stop, limit)
        let working = bourse.limit(side.opposite, quantity, at: price(97, 103))
        switch random.below(3) {
        case 0: return .oco(above: pair.0, below: pair.1)
        case 1: return .otoco(working: working, pendingAbove: pair.0, pendingBelow: pair.1)
        default: return .oto(working: working, pending: order())
        }
    }

    /// One action; a refusal is as good as any other answer.
    mutating func step() {
        bourse.now.milliseconds += Int64(random.below(30))
        let core = bourse.core
        let account = accounts[random.below(accounts.count)]
        let open = (try? core.openOrders(market: nil, account: account)) ?? []
        do {
            switch random.below(100) {
            case ..<55: _ = try core.place(order(), account: account, now: bourse.now)
            case ..<65: _ = try core.placeList(list(), account: account, now: bourse.now)
            case ..<77 where !open.isEmpty:
                let chosen = open[random.below(open.count)]
                _ = try core.cancel(
                    OrderReference(id: chosen.id), market: Bourse.market, account: account, now: bourse.now)
            case ..<82 where !open.isEmpty:
                let chosen = open[random.below(open.count)]
                _ = try core.amend(
                    OrderReference(id: chosen.id), market: Bourse.market,
                    newQuantity: chosen.quantity - decimal("0.011"), account: account, now: bourse.now)
            case ..<85 where !open.isEmpty:
                let chosen = open[random.below(open.count)]
                _ = core.cancelReplace(
                    OrderReference(id: chosen.id), with: order(), mode: .allowFailure, account: account,
                    now: bourse.now)
            case ..<86: _ = try core.cancelAll(market: Bourse.market, account: account, now: bourse.now)
            case ..<96:
                try core.setPrice(price(97, 103), volume: quantity(), of: Bourse.market, now: bourse.now)
            case ..<98:
                core.forcePartialFills(fraction: decimal("0.3"), orders: 1, hold: 50)
            default: core.advance(to: bourse.now)
            }
        } catch {
            // A refusal is an answer too.
        }
    }
}
