import Market
import Trading
import Wording

/// Orders and cancels as they come in.
extension PaperAccount {
    /// Places an order, and fills it where the settings and the last price say so.
    ///
    /// Whether an order that is over had this client id is not known here: the store refuses it.
    public mutating func place(_ request: OrderRequest, now: Timestamp) throws(BrokerError) -> OrderReport {
        try check(request)
        try checkPlace(for: 1)
        var order = PaperOrder(number: 0, request: request, createdAt: now)
        let lock = try lock(for: request)
        order = PaperOrder(
            number: takeOrderNumber(), request: request, isTarget: request.isTarget, createdAt: now)
        let fillsNow = settings.marketFill == .lastPrice && meetsLastPrice(request)
        if fillsNow { try checkCover(of: order) }
        order.locked = lock
        write(order)
        hold(order)
        tell(.orderChanged(order.report()))
        guard settings.marketFill == .lastPrice else {
            rest(order)
            return order.report()
        }
        return placeAtLastPrice(order, fillsNow: fillsNow, now: now)
    }

    /// Places both halves of a pair under one hold, or neither; answers the target, then the stop.
    public mutating func placePair(_ pair: OrderPairRequest, now: Timestamp) throws(BrokerError) -> [OrderReport] {
        guard pair.targetID != pair.stopID else { throw Self.duplicate(pair.stopID) }
        let requests = pair.halves
        for request in requests { try check(request, asHalf: true) }
        try checkPlace(for: 2)
        let holds = [try lock(for: requests[0]), try lock(for: requests[1])]
        let first = takeOrderNumber()
        let second = takeOrderNumber()
        var target = PaperOrder(
            number: first, request: requests[0], partner: second, isTarget: true, createdAt: now)
        target.locked = max(holds[0], holds[1])
        let stop = PaperOrder(number: second, request: requests[1], partner: first, createdAt: now)
        write(target)
        write(stop)
        hold(target)
        tell(.orderChanged(target.report()))
        tell(.orderChanged(stop.report()))
        rest(target)
        rest(stop)
        return [target.report(), stop.report()]
    }

    /// Cancels an open order, and the other half of its pair with it.
    public mutating func cancel(
        _ reference: OrderReference, on symbol: Symbol, now: Timestamp
    ) throws(BrokerError) -> OrderReport {
        guard let order = openOrder(reference), order.symbol == symbol else {
            throw .rejected(
                .unknownOrder,
                Message(
                    "no open order \(reference.text) on \(symbol)",
                    fr: "aucun ordre ouvert \(reference.text) sur \(symbol)"))
        }
        let report = end(order, as: .cancelled, now: now)
        if let partner = order.partner.flatMap({ book.orders[$0] }) { _ = end(partner, as: .cancelled, now: now) }
        return report
    }

    /// Hands an open order to the fill model, or to the list of those that meet the next price.
    mutating func rest(_ order: PaperOrder) {
        work(on: order.symbol) { desk in
            switch order.request.instruction {
            case .market, .limit(_, .immediateOrCancel), .limit(_, .fillOrKill):
                desk.waiting.append(order.number)
            case .limit(let price, .goodTillCancelled), .postOnly(let price):
                desk.matching.place(order.matchingOrder(remaining: .limit(price)))
            case .stop(_, let limit?) where order.isTriggered, .takeProfit(_, let limit?) where order.isTriggered:
                desk.matching.place(order.matchingOrder(remaining: .limit(limit)))
            case .stop(let trigger, nil):
                desk.matching.place(order.matchingOrder(remaining: .stop(trigger)))
            case .stop(let trigger, _):
                desk.matching.watch(
                    order.matchingOrder(remaining: .market), at: trigger, waitsBelow: order.side == .sell)
            case .takeProfit(let trigger, _):
                desk.matching.watch(
                    order.matchingOrder(remaining: .market), at: trigger, waitsBelow: order.side == .buy)
            }
        }
    }

    /// Whether the order trades at the last price, there being one.
    private func meetsLastPrice(_ request: OrderRequest) -> Bool {
        guard let last = lastPrice(of: request.symbol) else { return false }
        switch request.instruction {
        case .market: return true
        case .limit(let price, _):
            let limit = price.value.double
            return request.side == .buy ? last <= limit : last >= limit
        case .postOnly, .stop, .takeProfit: return false
        }
    }

    private mutating func placeAtLastPrice(
        _ order: PaperOrder, fillsNow: Bool, now: Timestamp
    ) -> OrderReport {
        switch order.request.instruction {
        case .limit(_, .immediateOrCancel) where !fillsNow, .limit(_, .fillOrKill) where !fillsNow:
            return end(order, as: .expired, now: now)
        case _ where fillsNow:
            return fillNow(order, now: now)
        default:
            rest(order)
            return order.report()
        }
    }

    /// Fills the order at the last price.
    private mutating func fillNow(_ order: PaperOrder, now: Timestamp) -> OrderReport {
        guard let last = lastPrice(of: order.symbol), let sized = size(order, at: last) else {
            return end(order, as: .rejected(Self.tooLarge), now: now)
        }
        write(sized)
        var kind = OrderKind.market
        if case .limit(let price, _) = order.request.instruction { kind = .limit(price) }
        let funds = book
        let event = work(on: order.symbol) { $0.matching.take(sized.matchingOrder(remaining: kind), at: last, funds) }
        guard let event else { return sized.report() }
        return perform(event, at: now) ?? sized.report()
    }
}

extension OrderPairRequest {
    /// The target and the stop as orders of their own.
    var halves: [OrderRequest] {
        [
            OrderRequest(
                clientID: targetID, symbol: symbol, side: side, instruction: .limit(target, .goodTillCancelled),
                amount: .base(quantity)),
            OrderRequest(
                clientID: stopID, symbol: symbol, side: side, instruction: .stop(trigger: stop, limit: stopLimit),
                amount: .base(quantity)),
        ]
    }
}

extension OrderReference {
    /// For messages.
    public var text: String {
        switch self {
        case .client(let id): id.text
        case .venue(let id): id.text
        }
    }
}
