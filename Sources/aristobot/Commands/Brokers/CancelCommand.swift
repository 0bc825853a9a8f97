import ArgumentParser
import Broker
import Market
import Storage
import Trading
import Wording

/// `aristobot broker cancel`: cancels one order, or all of them.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: say("Cancel an order, or all that wait.", fr: "Annule un ordre, ou tous ceux qui attendent."),
        discussion: prose(
            """
              aristobot broker cancel main ab-1f3k-1 --symbol BTC/USDT
              aristobot broker cancel main --all
            """,
            fr: """
                  aristobot broker cancel principal ab-1f3k-1 --symbol BTC/USDT
                  aristobot broker cancel principal --all
                """))

    @OptionGroup var which: BrokerArgument

    @Argument(
        help: ArgumentHelp(
            say("Its name, or the venue's number for it.", fr: "Son nom, ou son numéro sur la place."), valueName: "id")
    )
    var order: String?

    @Option(
        help: ArgumentHelp(
            say("Its symbol (default: that of the journal).", fr: "Son symbole (par défaut : celui du journal)."),
            valueName: "BASE/QUOTE"),
        transform: ArgumentReading.symbol)
    var symbol: Symbol?

    @Flag(help: ArgumentHelp(say("Cancel all that wait.", fr: "Annule tous ceux qui attendent.")))
    var all = false

    @OptionGroup var owner: OwnerOptions

    func validate() throws {
        guard (order == nil) == all else {
            throw ArgumentReading.refusal(
                Message("name an order, or --all", fr: "nommez un ordre, ou --all"))
        }
    }

    func run() async throws {
        Interruption.listen()
        let reports = try await BrokerDesk.with(which.name, of: owner, changing: true) { desk in
            try desk.requireAccount()
            var reports: [OrderReport] = []
            for (reference, symbol) in try await targets(desk) {
                let report = try await cancel(reference, on: symbol, desk)
                reports.append(try await OrderDispatch(desk: desk).record(report))
            }
            return reports
        }
        guard !owner.json else { return try JSONAnswer.print(reports.map(OrderAnswer.init)) }
        if reports.isEmpty { Console.print(say("No order waits.", fr: "Aucun ordre n'attend.")) }
        for report in reports { Console.print(OrderWords.line(report)) }
    }

    /// Of a pair the second order is over as soon as the first one is cancelled: then it is only looked at.
    private func cancel(
        _ reference: OrderReference, on symbol: Symbol, _ desk: BrokerDesk
    ) async throws -> OrderReport {
        do {
            return try await desk.broker.cancel(reference, on: symbol)
        } catch BrokerError.rejected(.unknownOrder, let reason) {
            guard all, let report = try await desk.broker.order(reference, on: symbol), report.status.isTerminal else {
                throw BrokerError.rejected(.unknownOrder, reason)
            }
            return report
        }
    }

    private func targets(_ desk: BrokerDesk) async throws -> [(OrderReference, Symbol)] {
        guard let order else {
            return try await desk.broker.openOrders(on: symbol).map { (.venue($0.venueID), $0.symbol) }
        }
        let reference: OrderReference
        var known: Symbol?
        if let id = ClientOrderID(order) {
            reference = .client(id)
            known = try await desk.services.store.orders.find(desk.user.id, desk.stored.id, id)?.request.symbol
        } else {
            reference = .venue(VenueOrderID(order))
        }
        guard let symbol = symbol ?? known else {
            throw CommandFailure(
                .usage, "order \(order) is not in the journal: name its --symbol, such as BTC/USDT",
                fr: "l'ordre \(order) n'est pas dans le journal : nommez son --symbol, comme BTC/USDT")
        }
        return [(reference, symbol)]
    }
}
