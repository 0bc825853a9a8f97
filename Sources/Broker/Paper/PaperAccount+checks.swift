import Market
import Trading
import Wording

/// What a venue refuses before it takes an order.
extension PaperAccount {
    /// - Parameter asHalf: whether it is one half of a pair, whose target must not be at the price already.
    func check(_ request: OrderRequest, asHalf: Bool = false) throws(BrokerError) {
        guard let desk = desks[request.symbol] else {
            throw .rejected(
                .unknownSymbol,
                Message("the venue does not list \(request.symbol)", fr: "la place ne connaît pas \(request.symbol)"))
        }
        guard desk.instrument.isTrading else {
            throw .rejected(
                .marketClosed, Message("\(request.symbol) is closed", fr: "\(request.symbol) est fermé"))
        }
        if book.numbers[request.clientID] != nil { throw Self.duplicate(request.clientID) }
        for price in request.instruction.prices { try check(price, desk.rules) }
        try checkAmount(request, desk)
        try checkSide(request, desk, asHalf: asHalf)
    }

    private func check(_ price: Price, _ rules: InstrumentRules) throws(BrokerError) {
        guard price.value.isPositive, price.value <= FixedDecimal.limit else {
            throw .rejected(
                .outOfRange, Message("price \(price): expected more than 0", fr: "prix \(price) : attendu plus de 0"))
        }
        guard let tick = rules.priceTick, price.rounded(toTick: tick, rounding: .down) != price else { return }
        throw .rejected(
            .offStep,
            Message(
                "price \(price) is no multiple of the tick \(tick)",
                fr: "le prix \(price) n'est pas un multiple du pas \(tick)"))
    }

    private func checkAmount(_ request: OrderRequest, _ desk: PaperDesk) throws(BrokerError) {
        switch request.amount {
        case .base(let quantity):
            guard quantity.value.isPositive, quantity.value <= FixedDecimal.limit else {
                throw .rejected(
                    .outOfRange,
                    Message(
                        "quantity \(quantity): expected more than 0", fr: "quantité \(quantity) : attendu plus de 0"))
            }
            let step = desk.rules.quantityStep
            guard quantity.rounded(toStep: step, rounding: .down) == quantity else {
                throw .rejected(
                    .offStep,
                    Message(
                        "quantity \(quantity) is no multiple of the step \(step)",
                        fr: "la quantité \(quantity) n'est pas un multiple du pas \(step)"))
            }
            let price = request.instruction.valuePrice ?? desk.lastPrice.flatMap { Price($0, rounding: .nearest) }
            // Without any price the bounds of the value are left to be found out at the fill.
            var rules = desk.rules
            if price == nil {
                rules.minimumNotional = nil
                rules.maximumNotional = nil
            }
            if let refusal = rules.refusal(of: quantity, at: price ?? Price(1)) {
                throw .rejected(.outOfRange, refusal)
            }
        case .quote(let money):
            guard case .market = request.instruction else {
                throw .unsupported(
                    Message(
                        "an amount in \(request.symbol.quote) is for market orders only",
                        fr: "un montant en \(request.symbol.quote) ne vaut que pour les ordres au marché"))
            }
            guard money.value.isPositive, money.value <= FixedDecimal.limit else {
                throw .rejected(
                    .outOfRange,
                    Message("amount \(money): expected more than 0", fr: "montant \(money) : attendu plus de 0"))
            }
            if let least = desk.rules.minimumNotional, money < least {
                throw .rejected(
                    .outOfRange,
                    Message(
                        "order value \(money) is below the symbol's minimum of \(least)",
                        fr: "la valeur de l'ordre \(money) est sous le minimum du symbole, \(least)"))
            }
        }
    }

    /// Whether the order lies on the side of the price where it belongs.
    private func checkSide(_ request: OrderRequest, _ desk: PaperDesk, asHalf: Bool) throws(BrokerError) {
        let isBuy = request.side == .buy
        let price: Price
        let belongsAbove: Bool
        let rejection: BrokerError.Rejection
        switch request.instruction {
        case .market, .limit(_, .immediateOrCancel), .limit(_, .fillOrKill):
            if settings.marketFill == .lastPrice, desk.lastPrice == nil { throw Self.noPrice(request.symbol) }
            return
        case .limit where !asHalf: return
        case .limit(let limit, _): (price, belongsAbove, rejection) = (limit, !isBuy, .wouldTrigger)
        case .postOnly(let limit): (price, belongsAbove, rejection) = (limit, !isBuy, .wouldTake)
        case .stop(let trigger, _): (price, belongsAbove, rejection) = (trigger, isBuy, .wouldTrigger)
        case .takeProfit(let trigger, _): (price, belongsAbove, rejection) = (trigger, !isBuy, .wouldTrigger)
        }
        guard let last = desk.lastPrice else { throw Self.noPrice(request.symbol) }
        let level = price.value.double
        if belongsAbove ? level > last : level < last { return }
        let seen = Price(last, rounding: .nearest)?.description ?? "\(last)"
        throw .rejected(
            rejection,
            belongsAbove
                ? Message(
                    "price \(price): expected one above the last price, \(seen)",
                    fr: "prix \(price) : attendu au-dessus du dernier prix, \(seen)")
                : Message(
                    "price \(price): expected one below the last price, \(seen)",
                    fr: "prix \(price) : attendu au-dessous du dernier prix, \(seen)"))
    }

    func checkPlace(for count: Int) throws(BrokerError) {
        guard book.orders.count + count > Self.maximumOpenOrders else { return }
        throw .rejected(
            .other,
            Message(
                "\(book.orders.count) orders are open, the most that an account may have",
                fr: "\(book.orders.count) ordres sont ouverts, le maximum d'un compte"))
    }

    /// What the order holds back of its asset, or why it cannot.
    ///
    /// A market order holds nothing back: what it finds at its price serves it.
    func lock(for request: OrderRequest) throws(BrokerError) -> FixedDecimal {
        guard case .base(let quantity) = request.amount, let pricing = desks[request.symbol]?.pricing else {
            return try emptyLock(for: request)
        }
        if case .market = request.instruction { return try emptyLock(for: request) }
        let free = book.balance(of: request.side == .buy ? request.symbol.quote : request.symbol.base).free
        if request.side == .sell {
            guard quantity.value <= free else { throw Self.insufficient(request, quantity.value, free) }
            return quantity.value
        }
        do {
            var price = request.instruction.valuePrice ?? Price(.zero)
            let isMaker = request.instruction.isLimited
            let value = try price.notional(of: quantity, rounding: .up)
            guard value.value <= free else { throw BrokerError.rejectedBalance(request, value.value, free) }
            if !isMaker { price = try pricing.taken(price.value, side: .buy) ?? price }
            return min(free, try pricing.cost(quantity, at: price, isMaker: isMaker).value)
        } catch let error as BrokerError {
            throw error
        } catch {
            throw .rejected(.outOfRange, Self.tooLarge)
        }
    }

    /// A market order needs at least something to be served from, or an order of the other side that brings it.
    private func emptyLock(for request: OrderRequest) throws(BrokerError) -> FixedDecimal {
        let asset = request.side == .buy ? request.symbol.quote : request.symbol.base
        if book.balance(of: asset).free.isPositive { return .zero }
        let isComing = book.orders.values.contains { order in
            let brings = order.side == .buy ? order.symbol.base : order.symbol.quote
            return brings == asset && desks[order.symbol]?.waiting.contains(order.number) == true
        }
        if isComing { return .zero }
        throw Self.insufficient(request, nil, .zero)
    }

    /// Whether an order that is filled at once is covered whole, its fee included.
    func checkCover(of order: PaperOrder) throws(BrokerError) {
        guard let last = lastPrice(of: order.symbol), let sized = size(order, at: last),
            let pricing = desks[order.symbol]?.pricing
        else { throw .rejected(.outOfRange, Self.tooLarge) }
        if let refusal = sizeRefusal(sized) { throw .rejected(.outOfRange, refusal) }
        let free = book.balance(of: order.lockedAsset).free
        if order.side == .sell {
            guard sized.quantity.value <= free else {
                throw Self.insufficient(order.request, sized.quantity.value, free)
            }
            return
        }
        let cost: Money
        do {
            let isMaker = order.request.instruction.isLimited
            guard let exact = FixedDecimal(last, rounding: .nearest),
                let price = isMaker ? Price(exact) : try pricing.taken(exact, side: .buy)
            else { throw FixedDecimal.Failure.overflow }
            cost = try pricing.cost(sized.quantity, at: price, isMaker: isMaker)
        } catch {
            throw .rejected(.outOfRange, Self.tooLarge)
        }
        guard cost.value <= free else { throw Self.insufficient(order.request, cost.value, free) }
    }

    /// Why an order in quote currency comes to a quantity that the symbol does not take.
    func sizeRefusal(_ sized: PaperOrder) -> Message? {
        guard case .quote(let money) = sized.request.amount, var rules = desks[sized.symbol]?.rules else { return nil }
        guard sized.quantity.value.isPositive else {
            return Message(
                "\(money) \(sized.symbol.quote) is less than one step of \(rules.quantityStep) \(sized.symbol.base)",
                fr: "\(money) \(sized.symbol.quote) fait moins d'un pas de \(rules.quantityStep) \(sized.symbol.base)")
        }
        rules.minimumNotional = nil
        rules.maximumNotional = nil
        return rules.refusal(of: sized.quantity, at: Price(1))
    }

    // MARK: Words

    static func duplicate(_ id: ClientOrderID) -> BrokerError {
        .rejected(
            .duplicateOrder,
            Message("an order was placed as \(id) before", fr: "un ordre a déjà été passé sous \(id)"))
    }

    static func noPrice(_ symbol: Symbol) -> BrokerError {
        .retryable(
            Message("no price of \(symbol) has been seen yet", fr: "aucun prix de \(symbol) n'a encore été vu"),
            after: .seconds(1))
    }

    static func insufficient(_ request: OrderRequest, _ needed: FixedDecimal?, _ free: FixedDecimal) -> BrokerError {
        .rejectedBalance(request, needed, free)
    }
}

extension BrokerError {
    static func rejectedBalance(_ request: OrderRequest, _ needed: FixedDecimal?, _ free: FixedDecimal) -> BrokerError {
        let asset = request.side == .buy ? request.symbol.quote : request.symbol.base
        guard let needed else {
            return .rejected(
                .insufficientBalance, Message("no \(asset) is free", fr: "aucun \(asset) n'est disponible"))
        }
        return .rejected(
            .insufficientBalance,
            Message(
                "the order needs \(needed) \(asset), \(free) is free",
                fr: "l'ordre demande \(needed) \(asset), \(free) est disponible"))
    }
}

extension OrderInstruction {
    /// Every price that is part of it.
    var prices: [Price] {
        switch self {
        case .market: []
        case .limit(let price, _), .postOnly(let price): [price]
        case .stop(let trigger, let limit), .takeProfit(let trigger, let limit): [trigger] + (limit.map { [$0] } ?? [])
        }
    }

    /// The price that its value is reckoned with: its limit, else its trigger.
    var valuePrice: Price? { prices.last }

    /// Whether it cannot trade worse than a price.
    var isLimited: Bool {
        switch self {
        case .limit, .postOnly, .stop(_, .some), .takeProfit(_, .some): true
        case .market, .stop(_, .none), .takeProfit(_, .none): false
        }
    }
}
