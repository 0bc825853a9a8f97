import ArgumentParser
import Broker
import Market
import Storage
import Wording

/// `aristobot broker order`: places one order by hand.
struct OrderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: say("Place an order by hand.", fr: "Passe un ordre à la main."),
        discussion: prose(
            """
            Shows what will be sent; on real money it asks before. The order is written down
            before it is sent. When its reply is lost, the venue is asked what became of it;
            it is never sent twice. A paper account that an engine runs takes no orders by hand.

              aristobot broker order main buy BTC/USDT --value 100
              aristobot broker order main buy BTC/USDT --quantity 0.001 --limit 20000
              aristobot broker order main sell BTC/USDT --quantity 0.001 --stop 18000
              aristobot broker order main sell BTC/USDT --quantity 0.001 --stop 18000 --take 25000
            """,
            fr: """
                Montre ce qui sera envoyé ; avec de l'argent réel, demande avant. L'ordre est écrit
                avant d'être envoyé. Si sa réponse se perd, la place est interrogée sur son sort ;
                il n'est jamais envoyé deux fois. Un compte fictif mené par un moteur n'accepte
                pas d'ordres à la main.

                  aristobot broker order principal buy BTC/USDT --value 100
                  aristobot broker order principal buy BTC/USDT --quantity 0.001 --limit 20000
                  aristobot broker order principal sell BTC/USDT --quantity 0.001 --stop 18000
                  aristobot broker order principal sell BTC/USDT --quantity 0.001 --stop 18000 --take 25000
                """))

    @OptionGroup var which: BrokerArgument
    @OptionGroup var order: OrderOptions
    @OptionGroup var owner: OwnerOptions

    @Flag(
        help: ArgumentHelp(say("Do not ask, even on real money.", fr: "Ne demande rien, même avec de l'argent réel.")))
    var yes = false

    func run() async throws {
        Interruption.listen()
        let typed = order.order()
        let reports = try await BrokerDesk.with(which.name, of: owner, changing: true) { desk in
            try desk.requireAccount()
            try await confirm(typed, desk)
            // From here on it goes to its end: after Ctrl-C too, what became of the order is found out.
            return try await Task { [desk] in
                switch typed {
                case .single(let order): [try await OrderDispatch(desk: desk).send(order)]
                case .pair(let pair): try await OrderDispatch(desk: desk).send(pair)
                }
            }.value
        }
        if owner.json {
            let answers = reports.map(OrderAnswer.init)
            if answers.count == 1 { try JSONAnswer.print(answers[0]) } else { try JSONAnswer.print(answers) }
        } else {
            for report in reports { Console.print(OrderWords.line(report)) }
        }
        let refusals = reports.compactMap { report -> Message? in
            if case .rejected(let reason) = report.status { reason } else { nil }
        }
        if !refusals.isEmpty { throw CommandFailure(.input, refusals) }
    }

    private func confirm(_ typed: OrderOptions.Typed, _ desk: BrokerDesk) async throws {
        let line =
            switch typed {
            case .single(let order): OrderWords.line(order)
            case .pair(let pair): OrderWords.line(pair)
            }
        let isReal = desk.broker.capabilities.isRealMoney
        let money = isReal ? say("REAL MONEY", fr: "ARGENT RÉEL") : say("test money", fr: "argent fictif")
        let price = try await desk.broker.ticker(order.symbol).last
        let market = say("the price is \(price)", fr: "le prix est \(price)")
        Console.standardError("\(desk.stored.name) (\(desk.place), \(money)): \(line); \(market)")
        guard isReal, !yes else { return }
        guard try SecretInput.confirm(Message("Send it?", fr: "L'envoyer ?")) else {
            throw CommandFailure(.interrupted, "nothing was sent", fr: "rien n'a été envoyé")
        }
    }
}
