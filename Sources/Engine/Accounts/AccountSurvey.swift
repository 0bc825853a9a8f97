import Broker
import Market
import Trading

/// What is asked of a venue in one pass over an account.
struct SurveyRequest: Sendable {
    /// Symbols whose executions are asked for, with the time from which; those that were booked already are told again.
    var fillsSince: [Symbol: Timestamp] = [:]
}

/// What the venue said in one pass.
struct SurveyResult: Sendable {
    /// All orders that wait, whoever placed them.
    var open: [OrderReport] = []
    /// Executions since the times that were asked for, the oldest first.
    var fills: [FillReport] = []
    var balances: [Balance] = []
    /// When the venue was first asked: what happened later may be missing.
    var began = ContinuousClock.now
}

/// Asks a venue where an account stands: open orders, the executions that may have been missed, and the balances. Reads
/// only, so it may be done again at any time.
struct AccountSurvey: Sendable {
    let broker: any Broker
    /// Lives as long as the connection.
    let names: OrderNames

    init(broker: any Broker, names: OrderNames = OrderNames()) {
        self.broker = broker
        self.names = names
    }

    /// Executions of a symbol that are read in one pass at most; the next pass goes on from what was booked.
    static let mostFills = 10_000

    /// Orders that a pass asks the venue about, because their executions do not tell their names.
    var mostQuestions = 100

    func run(_ request: SurveyRequest) async throws(BrokerError) -> SurveyResult {
        var result = SurveyResult()
        var questions = 0
        result.open = try await broker.openOrders(on: nil)
        for (symbol, since) in request.fillsSince.sorted(by: { $0.key.description < $1.key.description }) {
            result.fills += try await fills(symbol, since, result.open, &questions)
        }
        result.balances = try await broker.balances()
        return result
    }

    /// An order by its name, with its executions.
    func ask(_ id: ClientOrderID, on symbol: Symbol) async throws(BrokerError) -> OrderReport? {
        guard let report = try await broker.order(.client(id), on: symbol) else { return nil }
        return try await complete(report)
    }

    /// Adds the executions where the report does not tell all of them.
    private func complete(_ report: OrderReport) async throws(BrokerError) -> OrderReport {
        let told = report.fills.reduce(Quantity.zero) { $0 + $1.quantity }
        guard told < report.filledQuantity else { return named(report) }
        var whole = report
        whole.fills = try await broker.fills(
            FillRequest(symbol: report.symbol, order: report.venueID, limit: Self.mostFills))
        return named(whole)
    }

    /// Gives executions the name of their order, which a venue need not tell with them.
    private func named(_ report: OrderReport) -> OrderReport {
        guard let id = report.clientID, report.fills.contains(where: { $0.clientID == nil }) else { return report }
        var named = report
        for index in named.fills.indices { named.fills[index].clientID = id }
        return named
    }

    /// Those of strategies, and the others once each.
    private func fills(
        _ symbol: Symbol, _ since: Timestamp, _ reports: [OrderReport], _ questions: inout Int
    ) async throws(BrokerError) -> [FillReport] {
        for report in reports where report.symbol == symbol {
            names.note(report.clientID, of: report.venueID, on: symbol)
        }
        var known: [FillReport] = []
        for var fill in try await broker.fills(FillRequest(symbol: symbol, since: since, limit: Self.mostFills)) {
            if fill.clientID == nil {
                if !names.knows(fill.venueOrderID, on: symbol) {
                    // The rest is for the next pass, so that what is booked is still behind it.
                    guard questions < mostQuestions else { return known }
                    questions += 1
                    let report = try await broker.order(.venue(fill.venueOrderID), on: symbol)
                    names.note(report?.clientID, of: fill.venueOrderID, on: symbol)
                }
                fill.clientID = names.name(of: fill.venueOrderID, on: symbol)
            }
            guard let id = fill.clientID else { continue }
            if AccountLoop.owner(of: id) != nil || names.isNew(fill.id, on: symbol) { known.append(fill) }
        }
        return known
    }
}
