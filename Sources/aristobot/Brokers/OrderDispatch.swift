import Broker
import Market
import Storage
import Trading
import Wording

/// Sends an order of a user: written down before it is sent, and what became of it written down after.
///
/// An order whose reply was lost is asked about by its own name; it is never sent again.
struct OrderDispatch {
    let desk: BrokerDesk
    var wait: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    /// How often the venue is asked what became of an order whose reply was lost, and how long apart.
    static let pauses: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8)]
    /// A venue may still be working on an order that it does not know yet: so many answers in a row are believed.
    static let denialsBelieved = 3

    func send(_ order: OrderRequest) async throws -> OrderReport {
        let orders = desk.services.store.orders
        let stored = try await orders.add(order, desk.user.id, desk.stored.id)
        do {
            return try await record(try await desk.broker.place(order))
        } catch let error as BrokerError {
            guard case .outcomeUnknown = error else {
                _ = try await orders.setState(.rejected(error.message), desk.user.id, stored.id)
                throw error
            }
            return try await resolve([(stored, order.symbol)], after: error)[0]
        }
    }

    func send(_ pair: OrderPairRequest) async throws -> [OrderReport] {
        let orders = desk.services.store.orders
        var stored: [(StoredOrder, Symbol)] = []
        for half in Self.halves(of: pair) {
            stored.append((try await orders.add(half, desk.user.id, desk.stored.id), pair.symbol))
        }
        do {
            var reports: [OrderReport] = []
            for report in try await desk.broker.placePair(pair) { reports.append(try await record(report)) }
            return reports
        } catch let error as BrokerError {
            guard case .outcomeUnknown = error else {
                for (order, _) in stored {
                    _ = try await orders.setState(.rejected(error.message), desk.user.id, order.id)
                }
                throw error
            }
            return try await resolve(stored, after: error)
        }
    }

    /// Writes down what the venue tells of an order, together with its fills, which not every reply holds. An order of
    /// a strategy is only looked at: its engine hears of it too, and what it knows must not fall behind the books.
    @discardableResult
    func record(_ report: OrderReport) async throws -> OrderReport {
        var report = report
        let told = report.fills.reduce(FixedDecimal.zero) { $0 + $1.quantity.value }
        if told != report.filledQuantity.value {
            report.fills = try await desk.broker.fills(FillRequest(symbol: report.symbol, order: report.venueID))
        }
        let orders = desk.services.store.orders
        if let name = report.clientID, let known = try await orders.find(desk.user.id, desk.stored.id, name),
            Self.isStrategys(known)
        {
            return report
        }
        _ = try await orders.record(report, desk.user.id, desk.stored.id)
        return report
    }

    private static func isStrategys(_ order: StoredOrder) -> Bool {
        if case .strategy = order.origin { true } else { false }
    }

    /// The two orders of a pair, as they are written down.
    private static func halves(of pair: OrderPairRequest) -> [OrderRequest] {
        let target = OrderRequest(
            clientID: pair.targetID, symbol: pair.symbol, side: pair.side,
            instruction: .limit(pair.target, .goodTillCancelled), amount: .base(pair.quantity))
        let stop = OrderRequest(
            clientID: pair.stopID, symbol: pair.symbol, side: pair.side,
            instruction: .stop(trigger: pair.stop, limit: pair.stopLimit), amount: .base(pair.quantity))
        return [target, stop]
    }

    /// Finds out what became of orders whose reply was lost.
    private func resolve(_ lost: [(StoredOrder, Symbol)], after error: BrokerError) async throws -> [OrderReport] {
        Console.standardError(
            say(
                "\(error.message.english); asking the venue what became of the order",
                fr: "\(error.message.french) ; la place est interrogée sur le sort de l'ordre"))
        var reports: [OrderReport] = []
        for (order, symbol) in lost {
            reports.append(try await resolve(order, symbol, after: error))
        }
        return reports
    }

    private func resolve(_ order: StoredOrder, _ symbol: Symbol, after error: BrokerError) async throws -> OrderReport {
        let orders = desk.services.store.orders
        let name = order.request.clientID
        var denials = 0
        for pause in Self.pauses {
            try await wait(pause)
            let answer: OrderReport?
            do {
                answer = try await desk.broker.order(.client(name), on: symbol)
            } catch {
                // It does not answer either: the next turn asks again.
                denials = 0
                continue
            }
            if let answer { return try await record(answer) }
            denials += 1
            if denials == Self.denialsBelieved {
                let reason = Message("it never reached the venue", fr: "il n'a jamais atteint la place")
                _ = try await orders.setState(.rejected(reason), desk.user.id, order.id)
                throw CommandFailure(
                    .environment,
                    "\(error.message.english): the venue has never heard of order \(name), nothing was placed",
                    fr:
                        "\(error.message.french) : la place n'a jamais entendu parler de l'ordre "
                        + "\(name), rien n'a été passé"
                )
            }
        }
        throw CommandFailure(
            .environment,
            "\(error.message.english): whether order \(name) was placed is not known yet. Do not send it again; "
                + "'aristobot broker orders \(desk.stored.name)' asks the venue once it answers",
            fr: "\(error.message.french) : on ne sait pas encore si l'ordre \(name) a été passé. Ne le renvoyez pas ; "
                + "'aristobot broker orders \(desk.stored.name)' interrogera la place dès qu'elle répond")
    }

    /// Asks the venue about every order that is not known to be over and is no strategy's, and writes down what it
    /// answers. Answers the reports, without the orders that the venue does not know.
    func reconcile() async throws -> [OrderReport] {
        let orders = desk.services.store.orders
        var reports: [OrderReport] = []
        for order in try await orders.unsettled(desk.user.id, desk.stored.id) where !Self.isStrategys(order) {
            let request = order.request
            if let report = try await desk.broker.order(.client(request.clientID), on: request.symbol) {
                reports.append(try await record(report))
            } else if order.state == .pendingNew {
                let reason = Message("it never reached the venue", fr: "il n'a jamais atteint la place")
                _ = try await orders.setState(.rejected(reason), desk.user.id, order.id)
            }
        }
        return reports
    }
}
