import Broker
import Market
import Trading
import Wording

/// A spot venue with one market and one account, without any time of its own: what it is told happens at once, and
/// what it has to tell waits in `events`. It locks what orders hold back, knows pairs, and fills in pieces.
struct ModelVenue {
    struct Held {
        let request: OrderRequest
        let number: Int
        var partner: ClientOrderID?
        var filled = Quantity.zero
        var status = OrderStatus.open
        var remaining: Quantity { quantity - filled }
        var quantity: Quantity { if case .base(let quantity) = request.amount { quantity } else { .zero } }
    }

    enum FeeMode: CaseIterable { case quote, base, other }

    let symbol: Symbol
    let rules: InstrumentRules
    let feeMode: FeeMode
    let hasPairs: Bool
    let hasStops: Bool
    var price: Price
    var base = Quantity.zero
    var quote: Money
    /// By name; a name may be used again once its order is over, as on Binance.
    var orders: [ClientOrderID: Held] = [:]
    var fills: [FillReport] = []
    var events: [AccountEvent] = []
    var now = Timestamp(milliseconds: 0)
    private var nextNumber = 0

    /// Orders under a name that had been used before.
    var reusedNames: [ClientOrderID] = []
    /// Sales refused since less was free than they asked for.
    var uncovered: [OrderRequest] = []
    /// Of a hundred market orders or touched limits, how many fill in pieces.
    var piecesPercent = 0

    init(symbol: Symbol, rules: InstrumentRules, feeMode: FeeMode, hasPairs: Bool, hasStops: Bool, price: Price) {
        self.symbol = symbol
        self.rules = rules
        self.feeMode = feeMode
        self.hasPairs = hasPairs
        self.hasStops = hasStops
        self.price = price
        quote = Money(1_000_000)
    }

    var open: [Held] {
        orders.values.filter { !$0.status.isTerminal }.sorted { $0.number < $1.number }
    }

    /// Base that no waiting sale holds back; the halves of a pair hold it back once.
    var freeBase: Quantity {
        var free = base
        for order in open where order.request.side == .sell {
            if let partner = order.partner, let other = orders[partner], !other.status.isTerminal,
                other.number < order.number
            {
                continue
            }
            free -= order.remaining
        }
        return free
    }

    // MARK: Calls

    mutating func place(_ request: OrderRequest, _ numbers: inout some RandomNumberGenerator) throws(BrokerError)
        -> OrderReport
    {
        try check(request)
        if case .stop(let trigger, _) = request.instruction,
            request.side == .sell ? price <= trigger : price >= trigger
        {
            throw .rejected(.wouldTrigger, Message("would trigger", fr: "déclencherait"))
        }
        if request.side == .sell, case .base(let quantity) = request.amount, quantity > freeBase {
            uncovered.append(request)
            throw .rejected(.insufficientBalance, Message("not enough base", fr: "pas assez de base"))
        }
        let id = add(request, partner: nil)
        tell(id)
        if isMarketable(request) { execute(id, at: price, isMaker: false, &numbers) }
        if case .limit(_, .immediateOrCancel) = request.instruction, orders[id]?.status.isTerminal == false {
            end(id, .expired)
        }
        return report(id)
    }

    mutating func placePair(_ pair: OrderPairRequest) throws(BrokerError) -> [OrderReport] {
        guard hasPairs else { throw .unsupported(Message("no pairs", fr: "pas de paires")) }
        let target = OrderRequest(
            clientID: pair.targetID, symbol: symbol, side: pair.side,
            instruction: .limit(pair.target, .goodTillCancelled), amount: .base(pair.quantity))
        let stop = OrderRequest(
            clientID: pair.stopID, symbol: symbol, side: pair.side, instruction: .stop(trigger: pair.stop, limit: nil),
            amount: .base(pair.quantity))
        try check(target)
        try check(stop)
        guard pair.stop < price, price < pair.target else {
            throw .rejected(.wouldTrigger, Message("prices of the pair", fr: "prix de la paire"))
        }
        guard pair.quantity <= freeBase else {
            uncovered.append(stop)
            throw .rejected(.insufficientBalance, Message("not enough base", fr: "pas assez de base"))
        }
        let first = add(target, partner: stop.clientID)
        let second = add(stop, partner: target.clientID)
        tell(first)
        tell(second)
        return [report(first), report(second)]
    }

    mutating func cancel(_ id: ClientOrderID) throws(BrokerError) -> OrderReport {
        guard let order = orders[id], !order.status.isTerminal else {
            throw .rejected(.unknownOrder, Message("unknown order", fr: "ordre inconnu"))
        }
        end(id, .cancelled)
        if let partner = order.partner, orders[partner]?.status.isTerminal == false { end(partner, .cancelled) }
        return report(id)
    }

    func find(_ id: ClientOrderID) -> OrderReport? {
        orders[id].map { _ in report(id) }
    }

    // MARK: Prices

    /// The market moves to a price: what it touches fills.
    mutating func move(to new: Price, _ numbers: inout some RandomNumberGenerator) {
        price = new
        for order in open where orders[order.request.clientID]?.status.isTerminal == false {
            let isTouched: Bool =
                switch order.request.instruction {
                case .limit(let limit, _): order.request.side == .buy ? new <= limit : new >= limit
                case .stop(let trigger, _): order.request.side == .sell ? new <= trigger : new >= trigger
                default: true
                }
            guard isTouched else { continue }
            if case .limit(let limit, _) = order.request.instruction {
                execute(order.request.clientID, at: limit, isMaker: true, &numbers)
            } else {
                execute(order.request.clientID, at: new, isMaker: false, &numbers)
            }
        }
    }

    /// What is left of orders at market.
    mutating func finishMarketOrders(_ numbers: inout some RandomNumberGenerator) {
        let percent = piecesPercent
        piecesPercent = 0
        move(to: price, &numbers)
        piecesPercent = percent
    }

    // MARK: Work

    private func check(_ request: OrderRequest) throws(BrokerError) {
        if let known = orders[request.clientID], !known.status.isTerminal {
            throw .rejected(.duplicateOrder, Message("duplicate", fr: "doublon"))
        }
        guard case .base(let quantity) = request.amount, quantity.value.isPositive,
            quantity.rounded(toStep: rules.quantityStep, rounding: .down) == quantity
        else { throw .rejected(.offStep, Message("off step", fr: "hors pas")) }
        if case .stop = request.instruction, !hasStops {
            throw .unsupported(Message("no stops", fr: "pas de stops"))
        }
        let at: Price =
            switch request.instruction {
            case .limit(let price, _), .stop(let price, _): price
            default: price
            }
        if let refusal = rules.refusal(of: quantity, at: at) { throw .rejected(.outOfRange, refusal) }
    }

    private func isMarketable(_ request: OrderRequest) -> Bool {
        switch request.instruction {
        case .market: true
        case .limit(let limit, _): request.side == .buy ? price <= limit : price >= limit
        default: false
        }
    }

    private mutating func add(_ request: OrderRequest, partner: ClientOrderID?) -> ClientOrderID {
        if orders[request.clientID] != nil { reusedNames.append(request.clientID) }
        nextNumber += 1
        orders[request.clientID] = Held(request: request, number: nextNumber, partner: partner)
        return request.clientID
    }

    private mutating func execute(
        _ id: ClientOrderID, at price: Price, isMaker: Bool, _ numbers: inout some RandomNumberGenerator
    ) {
        guard let order = orders[id], !order.status.isTerminal else { return }
        if let partner = order.partner, orders[partner]?.status.isTerminal == false { end(partner, .expired) }
        orders[id]?.partner = nil
        var left = order.remaining
        while left.value.isPositive {
            let isPiece = Int(numbers.next() % 100) < piecesPercent
            let steps = left.value.units / rules.quantityStep.value.units
            let part =
                isPiece && steps > 1
                ? Quantity(
                    FixedDecimal(
                        units: rules.quantityStep.value.units * (1 + Int128(numbers.next() % 1000) * (steps - 1) / 1000)
                    ))
                : left
            fill(id, min(part, left), at: price, isMaker: isMaker)
            left = orders[id]?.remaining ?? .zero
            // A piece may be all there is for now.
            if isPiece, numbers.next() % 2 == 0 { break }
        }
    }

    private mutating func fill(_ id: ClientOrderID, _ quantity: Quantity, at price: Price, isMaker: Bool) {
        guard let order = orders[id] else { return }
        let value = Money(price.value.times(quantity.value))
        let rate = FixedDecimal("0.001")!
        let fee: Fee
        if order.request.side == .buy {
            base += quantity
            quote -= value
        } else {
            base -= quantity
            quote += value
        }
        switch feeMode {
        case .quote:
            fee = Fee(amount: value.value.times(rate), asset: symbol.quote)
            quote -= Money(fee.amount)
        case .base where order.request.side == .buy:
            fee = Fee(amount: quantity.value.times(rate), asset: symbol.base)
            base -= Quantity(fee.amount)
        case .base:
            fee = Fee(amount: value.value.times(rate), asset: symbol.quote)
            quote -= Money(fee.amount)
        case .other:
            fee = Fee(amount: FixedDecimal("0.01")!, asset: "PTS")
        }
        let report = FillReport(
            id: FillID("f\(fills.count + 1)"), venueOrderID: VenueOrderID(String(order.number)), clientID: id,
            symbol: symbol, side: order.request.side, price: price, quantity: quantity, fee: fee, time: now,
            isMaker: isMaker)
        fills.append(report)
        orders[id]?.filled += quantity
        let isWhole = orders[id]?.remaining == .zero
        orders[id]?.status = isWhole ? .filled : .partiallyFilled
        events.append(.filled(report))
        tell(id)
    }

    mutating func end(_ id: ClientOrderID, _ status: OrderStatus) {
        orders[id]?.status = status
        tell(id)
    }

    private mutating func tell(_ id: ClientOrderID) {
        events.append(.orderChanged(report(id, withFills: false)))
    }

    func report(_ id: ClientOrderID, withFills: Bool = true) -> OrderReport {
        let order = orders[id]!
        return OrderReport(
            venueID: VenueOrderID(String(order.number)), clientID: id, symbol: symbol, side: order.request.side,
            instruction: order.request.instruction, quantity: order.quantity, filledQuantity: order.filled,
            filledValue: .zero, status: order.status, createdAt: now, updatedAt: now,
            fills: withFills ? fills(of: id) : [])
    }

    func fills(of id: ClientOrderID) -> [FillReport] {
        fills.filter { $0.clientID == id }
    }
}

extension FixedDecimal {
    /// Exact on the grids of these tests.
    func times(_ other: FixedDecimal) -> FixedDecimal {
        do {
            return try multiplied(by: other, rounding: .up)
        } catch {
            return .zero
        }
    }
}
