import LuaRuntime
import Market
import Trading
import Wording

extension StrategyInstance {
    /// Calls `on_start`: once, before the first candle that counts.
    public func start(_ account: borrowing AccountView) -> Bool { notice(.onStart, account) }

    /// Calls `on_stop`: once, when the strategy ends.
    public func stop(_ account: borrowing AccountView) -> Bool { notice(.onStop, account) }

    /// Nothing can be ordered in these two.
    private func notice(_ name: CallbackName, _ account: borrowing AccountView) -> Bool {
        guard has(name), !isPaused else { return hasOutput }
        memory.show(account)
        turn += 1
        seed()
        beginTurn()
        _ = run(name, [], in: .asking)
        endTurn()
        return hasOutput
    }

    /// Tells the strategy what became of its orders. Answers whether there is something for `takeDecision()`.
    ///
    /// - Parameters:
    ///   - account: how it stands after the event.
    ///   - nextOrderID: the number that the first order of this decision will get.
    public func deliver(
        _ event: StrategyEvent, account: borrowing AccountView, nextOrderID: OrderID,
        openOrders: @autoclosure () -> [Order]
    ) -> Bool {
        guard let name = callback(for: event), !isPaused else { return hasOutput }
        turn += 1
        seed()
        nextOrderNumber = nextOrderID.number
        memory.show(account)
        if account.ordersVersion != seenOrdersVersion {
            seenOrdersVersion = account.ordersVersion
            showOrders(openOrders())
        }
        beginTurn()
        do throws(LuaFailure) {
            guard case .table(let table) = Self.table(of: event).luaValue else { return hasOutput }
            let reference = try machine.makeTable(table)
            _ = run(name, [.reference(reference)], in: .acting)
        } catch {
            fail(name, error)
        }
        endTurn()
        return hasOutput
    }

    /// Counts a failure for events that there is no time to tell any more: earlier ones took all of it.
    ///
    /// - Parameter event: the first of them.
    public func leaveOut(_ event: StrategyEvent, count: Int) {
        guard !isPaused else { return }
        beginTurn()
        fail(
            callback(for: event) ?? .onOrder,
            Diagnostic(
                .error, line: 0, code: "time",
                message: Message(
                    "the turn took too long: \(count) events were left out",
                    fr: "le tour a pris trop de temps : \(count) événements ont été laissés de côté")))
        endTurn()
    }

    private func callback(for event: StrategyEvent) -> CallbackName? {
        let name: CallbackName =
            switch event {
            case .orderUpdated: .onOrder
            case .filled: .onFill
            case .positionOpened: .onPositionOpened
            case .positionClosed: .onPositionClosed
            }
        return has(name) ? name : nil
    }

    /// Sets `self.orders` to a list of the open orders.
    func showOrders(_ orders: [Order]) {
        hasPendingEntry = orders.indices.contains { orders[$0].role == .decided && !orders[$0].reduceOnly }
        if !namesOrders || (orders.isEmpty && openOrderCount == 0) { return }
        openOrderCount = orders.count
        let list = PlainValue.table(
            orders.enumerated().map { PlainValue.Entry(.int(Int64($0.offset + 1)), Self.table(of: $0.element)) })
        do throws(LuaFailure) {
            guard case .table(let table) = list.luaValue else { return }
            try setField("orders", try machine.makeTable(table))
        } catch {
            // Only the memory of this instance can be too short for it: the list then stays as it was.
            beginTurn()
            fail(currentCallback ?? .onOrder, error)
        }
    }

    // MARK: Tables

    private static func table(of event: StrategyEvent) -> PlainValue {
        switch event {
        case .orderUpdated(let order): table(of: order)
        case .filled(let fill, let tag):
            .table([
                "id": .text(fill.id.text), "order": .int(Int64(fill.order.number)), "side": .text(fill.side.rawValue),
                "price": .float(fill.price.value.double), "qty": .float(fill.quantity.value.double),
                "fee": .float(fill.fee.value.double), "time": .int(fill.time.milliseconds), "tag": .text(tag),
                "is_maker": .bool(fill.isMaker),
            ])
        case .positionOpened(let position): table(of: position)
        case .positionClosed(let trade): table(of: trade)
        }
    }

    private static func table(of order: Order) -> PlainValue {
        var fields: [String: PlainValue] = [
            "id": .int(Int64(order.id.number)), "side": .text(order.side.rawValue),
            "qty": .float(order.quantity.value.double), "filled": .float(order.filledQuantity.value.double),
            "state": .text(order.state.name), "tag": .text(order.tag), "role": .text(order.role.rawValue),
            "reduce_only": .bool(order.reduceOnly), "time": .int(order.createdAt.milliseconds),
        ]
        switch order.kind {
        case .market: fields["kind"] = .text("market")
        case .limit(let price):
            fields["kind"] = .text("limit")
            fields["limit"] = .float(price.value.double)
        case .stop(let price):
            fields["kind"] = .text("stop")
            fields["stop"] = .float(price.value.double)
        }
        if let reason = order.state.reason { fields["reason"] = .text(reason.english) }
        return .table(fields)
    }

    private static func table(of position: PositionView) -> PlainValue {
        var fields: [String: PlainValue] = [
            "side": .text(position.direction.rawValue), "is_long": .bool(position.isLong), "is_open": .bool(true),
            "qty": .float(position.quantity), "entry": .float(position.entry), "pnl": .float(position.pnl),
            "pnl_pct": .float(position.pnlPct), "bars": .int(Int64(position.bars)),
        ]
        if let stop = position.stop { fields["stop"] = .float(stop) }
        if let target = position.target { fields["target"] = .float(target) }
        return .table(fields)
    }

    private static func table(of trade: ClosedTrade) -> PlainValue {
        .table([
            "id": .int(Int64(trade.id)), "side": .text(trade.direction.rawValue),
            "qty": .float(trade.quantity.value.double), "entry_time": .int(trade.entryTime.milliseconds),
            "entry_price": .float(trade.entryPrice.value.double), "exit_time": .int(trade.exitTime.milliseconds),
            "exit_price": .float(trade.exitPrice.value.double), "fees": .float(trade.fees.value.double),
            "profit": .float(trade.profit.value.double), "profit_pct": .float(trade.profitPct),
            "bars": .int(Int64(trade.bars)), "reason": .text(trade.reason),
            "entry_reason": .text(trade.entryReason), "mae_pct": .float(trade.maePct), "mfe_pct": .float(trade.mfePct),
            "remaining": .float(trade.remaining.value.double),
        ])
    }
}
