import ArgumentParser
import Broker
import Market
import Storage
import Trading
import Wording

/// `aristobot broker orders`: the orders that wait at the venue.
struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: say(
            "List the orders that wait, or look at one.", fr: "Liste les ordres qui attendent, ou en montre un."),
        discussion: prose(
            """
            Also asks what became of orders whose reply was lost, and writes it down.

              aristobot broker orders main
              aristobot broker orders main --id ab-1f3k-1 --symbol BTC/USDT
            """,
            fr: """
                Demande aussi ce que sont devenus les ordres dont la réponse s'est perdue, et l'écrit.

                  aristobot broker orders principal
                  aristobot broker orders principal --id ab-1f3k-1 --symbol BTC/USDT
                """))

    @OptionGroup var which: BrokerArgument

    @Option(
        help: ArgumentHelp(say("Only this symbol.", fr: "Ce symbole seulement."), valueName: "BASE/QUOTE"),
        transform: ArgumentReading.symbol)
    var symbol: Symbol?

    @Option(
        help: ArgumentHelp(say("One order, over or not.", fr: "Un seul ordre, fini ou non."), valueName: "id"),
        transform: OrderOptions.clientID)
    var id: ClientOrderID?

    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        Interruption.listen()
        let reports = try await BrokerDesk.with(which.name, of: owner) { desk in
            try desk.requireAccount()
            let settled = try await OrderDispatch(desk: desk).reconcile().filter { $0.status.isTerminal }
            for report in settled { Console.standardError(OrderWords.line(report)) }
            guard let id else {
                return try await desk.broker.openOrders(on: symbol).sorted { $0.createdAt < $1.createdAt }
            }
            return [try await one(id, desk)]
        }
        guard !owner.json else { return try JSONAnswer.print(reports.map(OrderAnswer.init)) }
        guard !reports.isEmpty else {
            Console.print(say("No order waits.", fr: "Aucun ordre n'attend."))
            return
        }
        Console.print(Self.table(reports).text)
    }

    private func one(_ id: ClientOrderID, _ desk: BrokerDesk) async throws -> OrderReport {
        let known = try await desk.services.store.orders.find(desk.user.id, desk.stored.id, id)
        guard let symbol = symbol ?? known?.request.symbol else {
            throw CommandFailure(
                .usage, "order \(id) is not in the journal: name its --symbol, such as BTC/USDT",
                fr: "l'ordre \(id) n'est pas dans le journal : nommez son --symbol, comme BTC/USDT")
        }
        guard let report = try await desk.broker.order(.client(id), on: symbol) else {
            throw CommandFailure(
                .input, "the venue has no order \(id) on \(symbol)", fr: "la place n'a pas d'ordre \(id) sur \(symbol)")
        }
        return try await OrderDispatch(desk: desk).record(report)
    }

    private static func table(_ reports: [OrderReport]) -> TextTable {
        var table = TextTable([
            (say("order", fr: "ordre"), .left), (say("venue", fr: "place"), .left),
            (say("symbol", fr: "symbole"), .left),
            (say("side", fr: "sens"), .left), (say("quantity", fr: "quantité"), .right),
            (say("filled", fr: "exécuté"), .right), (say("how", fr: "comment"), .left),
            (say("state", fr: "état"), .left),
        ])
        for report in reports {
            table.add([
                report.clientID?.text ?? "-", report.venueID.text, report.symbol.description, report.side.rawValue,
                report.quantity.description, report.filledQuantity.description,
                OrderWords.instruction(report.instruction), OrderWords.status(report.status),
            ])
        }
        return table
    }
}
