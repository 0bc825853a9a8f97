import Broker
import Market
import Trading
import Wording

/// A `TradingCore` that trades on a `PaperAccount`, joined as a live engine joins them: orders go out as requests under
/// client ids, what happened comes back by client id, stop and target of one lot are a pair.
struct PaperStrategy {
    private(set) var core: TradingCore
    private(set) var account: PaperAccount
    private(set) var fills: [FillReport] = []
    private(set) var refusals: [String] = []
    private let symbol: Symbol
    private var now = Timestamp(milliseconds: 0)
    /// The client id under which each order of the core waits at the venue.
    private var names: [OrderID: ClientOrderID] = [:]
    /// The protection of each lot that stands at the venue.
    private var protection: [LotID: [Order]] = [:]
    private var revision = 0

    init(_ settings: TradingSettings, cash: Money) throws {
        symbol = settings.symbol
        core = TradingCore(settings, cash: cash)
        account = try PaperAccount(
            PaperSnapshot(settings: PaperAccountSettings(fees: settings.fees, slippage: settings.slippage)),
            instruments: [
                Instrument(
                    symbol: settings.symbol, rules: settings.rules, isTrading: true, orderKinds: [],
                    hasOrderPairs: true)
            ])
        try account.credit(cash.value, of: settings.symbol.quote)
    }

    mutating func advance(_ candle: Candle, index: Int) throws {
        now = candle.openTime
        account.begin(
            MatchingBar(
                open: candle.open, high: candle.high, low: candle.low, close: candle.close, time: candle.openTime,
                index: index), on: symbol)
        try listen()
        while account.step(on: symbol) { try listen() }
        try tell(.candleClosed(candle, index: index))
    }

    mutating func decide(_ intents: [Intent]) throws {
        try tell(.intents(intents, at: core.lastDecisionPoint))
    }

    // MARK: From the venue

    private mutating func listen() throws {
        for event in account.takeChanges().events {
            switch event {
            case .orderChanged(let report):
                guard let id = id(of: report.clientID) else { continue }
                if report.status == .expired, report.filledQuantity.value.isPositive {
                    try tell(.orderCut(id, to: report.filledQuantity, Message("cut", fr: "coupé")))
                } else if case .rejected(let reason) = report.status {
                    try tell(.orderRejected(id, reason))
                }
            case .filled(let fill):
                fills.append(fill)
                guard let id = id(of: fill.clientID) else { continue }
                try tell(
                    .filled(
                        Fill(
                            id: fill.id, order: id, side: fill.side, price: fill.price, quantity: fill.quantity,
                            fee: Money(fill.fee.amount), time: fill.time, index: core.lastDecisionPoint.index + 1,
                            isMaker: fill.isMaker)))
            case .balancesChanged, .connected, .disconnected: break
            }
        }
    }

    private func id(of name: ClientOrderID?) -> OrderID? {
        names.first { $0.value == name }?.key
    }

    // MARK: To the venue

    private mutating func tell(_ event: TradingEvent) throws {
        var touched: [LotID] = []
        for action in core.handle(event) {
            switch action {
            case .place(let order):
                if let lot = order.lot {
                    protection[lot, default: []].append(order)
                    if !touched.contains(lot) { touched.append(lot) }
                } else {
                    if order.role == .exit { withdrawProtection() }
                    send(order)
                }
                try tell(.orderAccepted(order.id))
            case .amend(let order):
                guard let lot = order.lot else { continue }
                protection[lot] = (protection[lot] ?? []).map { $0.id == order.id ? order : $0 }
                if !touched.contains(lot) { touched.append(lot) }
            case .cancel(let id):
                if let lot = protection.first(where: { $0.value.contains { $0.id == id } })?.key {
                    protection[lot]?.removeAll { $0.id == id }
                    withdraw(id)
                    if !touched.contains(lot) { touched.append(lot) }
                } else {
                    withdraw(id)
                }
                try tell(.orderCancelled(id, nil))
            case .notify, .journal: break
            }
        }
        for lot in touched { protect(lot) }
    }

    /// Puts stop and target of a lot at the venue anew.
    private mutating func protect(_ lot: LotID) {
        let orders = protection[lot] ?? []
        for order in orders { withdraw(order.id) }
        guard core.ledger.lots.contains(where: { $0.id == lot }) else {
            protection[lot] = nil
            return
        }
        let stop = orders.first { $0.role == .stop }
        let target = orders.first { $0.role == .target }
        if let stop, let target, let stopPrice = stop.stopPrice, let targetPrice = target.limitPrice {
            let pair = OrderPairRequest(
                symbol: symbol, side: stop.side, quantity: stop.quantity, target: targetPrice,
                targetID: name(target), stop: stopPrice, stopID: name(stop))
            attempt { account, now throws(BrokerError) in _ = try account.placePair(pair, now: now) }
        } else if let stop {
            send(stop)
        } else if let target {
            send(target)
        }
    }

    /// Gives the base back that stops and targets hold, so that the position can be sold at market.
    private mutating func withdrawProtection() {
        for order in protection.values.joined() { withdraw(order.id) }
    }

    private mutating func withdraw(_ id: OrderID) {
        guard let name = names[id] else { return }
        // An order that is over already has nothing to withdraw.
        _ = try? account.cancel(.client(name), on: symbol, now: now)
        _ = account.takeChanges()
    }

    private mutating func name(_ order: Order) -> ClientOrderID {
        revision += 1
        let name = ClientOrderID(prefix: "parity", number: order.id.number, revision: revision)
        names[order.id] = name
        return name
    }

    private mutating func send(_ order: Order) {
        let instruction: OrderInstruction =
            switch order.kind {
            case .market: .market
            case .limit(let price) where order.role == .target: .takeProfit(trigger: price, limit: price)
            case .limit(let price): .limit(price, .goodTillCancelled)
            case .stop(let price): .stop(trigger: price, limit: nil)
            }
        let request = OrderRequest(
            clientID: name(order), symbol: symbol, side: order.side, instruction: instruction,
            amount: .base(order.quantity))
        attempt { account, now throws(BrokerError) in _ = try account.place(request, now: now) }
    }

    private mutating func attempt(_ body: (inout PaperAccount, Timestamp) throws(BrokerError) -> Void) {
        do {
            try body(&account, now)
        } catch {
            refusals.append(error.description)
        }
        _ = account.takeChanges()
    }
}
