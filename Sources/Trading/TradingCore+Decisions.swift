import Market
import Wording

/// From intents to orders: sizes, rules, risk gate.
extension TradingCore {
    /// - Parameter refusals: why the account does not allow the intent at an index; it takes its number all the same.
    mutating func decide(
        _ intents: [Intent], refusals: [Int: Message] = [:], at point: DecisionPoint,
        into actions: inout [TradingAction]
    ) {
        setMark(close: point.close, time: point.time, index: point.index)
        now = point.time
        // The numbers of the intents are fixed before any order of ours (a new stop) can take one.
        var number = nextOrderID.number
        var following = number
        for index in intents.indices where intents[index].takesOrderID { following += 1 }
        nextOrderID = OrderID(following)
        for (index, intent) in intents.enumerated() {
            let id = OrderID(number)
            if intent.takesOrderID { number += 1 }
            if !refusals.isEmpty, let refusal = refusals[index] {
                refuse(intent, id, refusal, &actions)
                continue
            }
            switch intent {
            case .enter(let entry): enter(entry, id, &actions)
            case .exit(let reason): exit(reason, id, &actions)
            case .submit(let request): submit(request, id, &actions)
            case .cancel(let id): cancelByStrategy(id, &actions)
            case .moveStop(let price): move(.stop, to: price, &actions)
            case .moveTarget(let price): move(.target, to: price, &actions)
            }
        }
    }

    /// What the account refuses is told like what the strategy's own risk gate refuses.
    private mutating func refuse(
        _ intent: Intent, _ id: OrderID, _ reason: Message, _ actions: inout [TradingAction]
    ) {
        switch intent {
        case .enter(let entry):
            let draft = OrderDraft(side: entry.direction.entrySide, size: entry.size, kind: .market, tag: entry.tag)
            refuse(draft, id, .zero, reason, .risk, &actions)
        case .submit(let request):
            let draft = OrderDraft(side: request.side, size: request.size, kind: .market, tag: request.tag)
            refuse(draft, id, .zero, reason, .risk, &actions)
        case .exit, .cancel, .moveStop, .moveTarget:
            note(.risk, intent.takesOrderID ? id : nil, reason, &actions)
        }
    }

    // MARK: Template

    private mutating func enter(_ entry: EntryIntent, _ id: OrderID, _ actions: inout [TradingAction]) {
        guard ledger.isFlat, !hasOrder(.decided) else {
            return skip(
                id, Message("a position or order is open already", fr: "une position ou un ordre est déjà ouvert"),
                &actions)
        }
        if settings.market == .spot, entry.direction == .short {
            return skip(
                id,
                Message(
                    "a short position needs a futures market",
                    fr: "une vente à découvert demande un marché de "
                        + "contrats à terme"), &actions)
        }
        if let problem = entry.stop.flatMap({ problem($0, "stop", entry.direction == .long) })
            ?? entry.target.flatMap({ problem($0, "target", entry.direction == .short) })
        {
            return skip(id, problem, &actions)
        }
        let order = OrderDraft(
            side: entry.direction.entrySide, size: entry.size, kind: .market, tag: entry.tag,
            protection: Protection(stop: zeroIsNone(entry.stop), target: zeroIsNone(entry.target)))
        place(order, id, &actions)
    }

    private func zeroIsNone(_ level: ProtectionLevel?) -> ProtectionLevel? {
        if case .distance(0) = level { nil } else { level }
    }

    /// Why a level cannot be meant; a distance below the price must leave some price.
    private func problem(_ level: ProtectionLevel, _ name: String, _ isBelow: Bool) -> Message? {
        switch level {
        case .price(let price):
            guard !(price.isFinite && price > 0) else { return nil }
            return Message(
                "\(name) price \(price): expected a price above 0",
                fr: "prix de \(name) \(price) : attendu un prix "
                    + "supérieur à 0")
        case .distance(let distance):
            guard !(distance.isFinite && distance >= 0 && (distance < 1 || !isBelow)) else { return nil }
            return Message(
                "\(name) distance \(distance): expected a fraction of the price from 0 to below 1 (0.02 = 2 %)",
                fr: "distance de \(name) \(distance) : attendu une fraction du prix de 0 à moins de 1 (0.02 = 2 %)")
        }
    }

    mutating func exit(_ reason: String, _ id: OrderID, _ actions: inout [TradingAction]) {
        guard let direction = ledger.direction else {
            return skip(id, Message("there is no position to close", fr: "aucune position à fermer"), &actions)
        }
        guard !hasOrder(.exit) else {
            return skip(
                id, Message("the position is being closed already", fr: "la position est déjà en cours de fermeture"),
                &actions)
        }
        guard tradable(ledger.quantity).value.isPositive else { return dropDust(after: id, &actions) }
        countOrder()
        send(
            Order(
                id: id, prefix: settings.orderPrefix, symbol: settings.symbol, side: direction.exitSide, kind: .market,
                quantity: tradable(ledger.quantity), role: .exit, reduceOnly: true, tag: reason, createdAt: now),
            &actions)
    }

    private func hasOrder(_ role: OrderRole) -> Bool {
        for index in orders.indices where orders[index].role == role { return true }
        return false
    }

    // MARK: Full control

    private mutating func submit(_ request: OrderIntent, _ id: OrderID, _ actions: inout [TradingAction]) {
        let isSpotSale = settings.market == .spot && request.side == .sell
        let reduceOnly = request.reduceOnly || isSpotSale
        var draft = OrderDraft(
            side: request.side, size: request.size, kind: .market, tag: request.tag,
            protection: Protection(
                stop: request.stop.map(ProtectionLevel.price), target: request.take.map(ProtectionLevel.price)),
            reduceOnly: reduceOnly)
        if let problem = request.stop.flatMap({ problem(.price($0), "stop", true) })
            ?? request.take.flatMap({ problem(.price($0), "target", true) })
        {
            return skip(id, problem, &actions)
        }
        if let limit = request.limit {
            // A limit is never worse than asked for.
            guard let price = level(limit, request.side == .buy ? .down : .up), price.value.isPositive else {
                return skip(
                    id,
                    Message(
                        "limit \(limit): expected a price above 0",
                        fr: "limite \(limit) : attendu un prix "
                            + "supérieur à 0"), &actions)
            }
            draft.kind = .limit(price)
        }
        if let candles = request.expires {
            guard candles >= 1 else {
                return skip(
                    id,
                    Message(
                        "expires \(candles): expected 1 candle or more",
                        fr: "expires \(candles) : attendu 1 "
                            + "bougie ou plus"), &actions)
            }
            // Beyond the last index there is no candle: the order is not limited.
            let (last, overflow) = lastIndex.addingReportingOverflow(candles)
            draft.lastIndex = overflow ? nil : last
        }
        if reduceOnly, !canReduce(request.side) {
            return refuse(
                draft, id, .zero,
                Message("there is no position to reduce", fr: "aucune position à réduire"), .rejected, &actions)
        }
        place(draft, id, &actions)
    }

    /// Whether there is a position on the other side, or an order that may open one before this one's turn.
    private func canReduce(_ side: Side) -> Bool {
        if let direction = ledger.direction, direction.exitSide == side { return true }
        return orders.contains { $0.side == side.opposite && $0.state != .cancelInFlight && mayOpen($0) }
    }

    private mutating func cancelByStrategy(_ id: OrderID, _ actions: inout [TradingAction]) {
        guard orderIndex(id) != nil else {
            return note(
                .skipped, id, Message("order \(id) is not open", fr: "l'ordre \(id) n'est pas ouvert"), &actions)
        }
        cancel(id, into: &actions)
    }

    // MARK: Orders

    /// An order before its size is known and allowed.
    struct OrderDraft {
        var side: Side
        var size: OrderSize
        var kind: OrderKind
        var tag: String
        var protection = Protection()
        var reduceOnly = false
        var lastIndex: Int?
    }

    private mutating func place(_ draft: OrderDraft, _ id: OrderID, _ actions: inout [TradingAction]) {
        let amount: Double =
            switch draft.size {
            case .value(let value): value
            case .quantity(let quantity): quantity
            }
        guard amount.isFinite, amount > 0 else {
            return skip(
                id,
                Message(
                    "size \(amount): expected a number above 0",
                    fr: "taille \(amount) : attendu un nombre "
                        + "supérieur à 0"), &actions)
        }
        guard let (quantity, price) = quantity(draft) else {
            return refuse(
                draft, id, .zero,
                Message(
                    "size \(amount) is too large to be counted", fr: "taille \(amount) trop grande pour être comptée"
                ), .rejected, &actions)
        }
        guard quantity.value.isPositive else {
            let step = settings.rules.quantityStep
            return refuse(
                draft, id, .zero,
                Message(
                    "size \(amount) comes to less than the quantity step of \(step)",
                    fr: "taille \(amount) : moins que le pas de quantité, \(step)"), .rejected, &actions)
        }
        if let refusal = settings.rules.refusal(of: quantity, at: price) {
            return refuse(draft, id, quantity, refusal, .rejected, &actions)
        }
        if let refusal = gate(draft, quantity, price) { return refuse(draft, id, quantity, refusal, .risk, &actions) }
        countOrder()
        send(order(draft, id, quantity), &actions)
    }

    /// The quantity rounded down to the step, and the price it is valued at: the limit, or the close.
    private func quantity(_ draft: OrderDraft) -> (Quantity, Price)? {
        var price = Price(lastClose, rounding: .nearest)
        if case .limit(let limit) = draft.kind { price = limit }
        guard let price, price.value.isPositive else { return nil }
        let raw: Quantity
        do {
            switch draft.size {
            case .value(let value):
                guard let money = Money(value, rounding: .down) else { return nil }
                raw = try money.quantity(at: price, rounding: .down)
            case .quantity(let value):
                guard let quantity = Quantity(value, rounding: .down) else { return nil }
                raw = quantity
            }
            _ = try price.notional(of: raw, rounding: .up)
        } catch {
            return nil
        }
        return (raw.rounded(toStep: settings.rules.quantityStep, rounding: .down), price)
    }

    private func gate(_ draft: OrderDraft, _ quantity: Quantity, _ price: Price) -> Message? {
        if orders.count >= Self.maximumWorkingOrders {
            return Message(
                "\(orders.count) orders are open, the most that one strategy may have",
                fr: "\(orders.count) ordres sont ouverts, le maximum d'une stratégie")
        }
        if settings.risk == .none || draft.reduceOnly || draft.side == ledger.direction?.exitSide { return nil }
        let value: Money
        do {
            value = try price.notional(of: quantity, rounding: .up)
        } catch {
            return Message("the order's value is too large", fr: "la valeur de l'ordre est trop grande")
        }
        return RiskGate(settings.risk).refusal(
            RiskGate.Situation(
                orderValue: value, openOrders: orders.count { $0.lot == nil && $0.state != .cancelInFlight },
                ordersToday: day == riskDay ? ordersToday : 0, equity: equity, peakEquity: peakEquity,
                // A candle is decided on after its end: what was lost meanwhile may be of the next day already.
                realisedToday: lossDay >= day ? realisedToday : .zero))
    }

    var day: Int64 { Self.day(of: lastTime) }

    /// UTC days since the epoch.
    static func day(of instant: Timestamp) -> Int64 {
        let length: Int64 = 86_400_000
        let time = instant.milliseconds
        return time >= 0 ? time / length : (time - length + 1) / length
    }

    private mutating func countOrder() {
        if day != riskDay {
            riskDay = day
            ordersToday = 0
        }
        ordersToday += 1
    }

    private func order(_ draft: OrderDraft, _ id: OrderID, _ quantity: Quantity) -> Order {
        Order(
            id: id, prefix: settings.orderPrefix, symbol: settings.symbol, side: draft.side, kind: draft.kind,
            quantity: quantity, reduceOnly: draft.reduceOnly, protection: draft.protection,
            lastIndex: draft.lastIndex, tag: draft.tag, createdAt: now)
    }

    mutating func send(_ order: Order, _ actions: inout [TradingAction]) {
        orders.append(order)
        ordersChanged(order)
        actions.append(.place(order))
    }

    /// An order that ends before it is sent.
    private mutating func refuse(
        _ draft: OrderDraft, _ id: OrderID, _ quantity: Quantity, _ reason: Message, _ kind: JournalEntry.Kind,
        _ actions: inout [TradingAction]
    ) {
        var refused = order(draft, id, quantity)
        refused.state = .rejected(reason)
        note(kind, id, reason, &actions)
        tell(refused, &actions)
    }

    private func skip(_ id: OrderID, _ reason: Message, _ actions: inout [TradingAction]) {
        note(.skipped, id, reason, &actions)
    }

    func note(
        _ kind: JournalEntry.Kind, _ id: OrderID?, _ message: Message, _ actions: inout [TradingAction]
    ) {
        actions.append(.journal(JournalEntry(time: now, kind: kind, order: id, message: message)))
    }

    // MARK: End

    /// Cancels what waits and closes what is open, at market.
    mutating func endOfData(at point: DecisionPoint, into actions: inout [TradingAction]) {
        setMark(close: point.close, time: point.time, index: point.index)
        now = point.time
        for order in orders where order.lot == nil { cancel(order.id, into: &actions) }
        guard let direction = ledger.direction else { return }
        let id = nextOrderID
        nextOrderID = OrderID(id.number + 1)
        send(
            Order(
                id: id, prefix: settings.orderPrefix, symbol: settings.symbol, side: direction.exitSide, kind: .market,
                quantity: tradable(ledger.quantity), role: .exit, reduceOnly: true, tag: "end_of_data", createdAt: now),
            &actions)
    }
}
