import ArgumentParser
import Broker
import Market
import Storage
import Wording

/// `aristobot broker verify`: whether a broker can be reached and its keys are good.
struct VerifyBrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: say("Try a broker: place, clock, keys.", fr: "Essaie un broker : place, horloge, clés."))

    @OptionGroup var which: BrokerArgument
    @OptionGroup var owner: OwnerOptions

    private struct Answer: Encodable {
        let name: String
        let place: String
        let realMoney: Bool
        let clockOffsetMs: Int64?
        let markets: Int
        let assets: Int?
    }

    func run() async throws {
        Interruption.listen()
        let answer = try await BrokerDesk.with(which.name, of: owner) { desk in
            let result = try await Verification.check(desk.broker)
            return Answer(
                name: desk.stored.name, place: desk.place, realMoney: desk.broker.capabilities.isRealMoney,
                clockOffsetMs: result.clockOffset, markets: result.markets, assets: result.assets)
        }
        guard !owner.json else { return try JSONAnswer.print(answer) }
        let money = answer.realMoney ? say("REAL MONEY", fr: "ARGENT RÉEL") : say("test money", fr: "argent fictif")
        var words = [answer.place, money, say("\(answer.markets) markets", fr: "\(answer.markets) marchés")]
        if let offset = answer.clockOffsetMs {
            words.append(say("clock \(offset) ms ahead", fr: "horloge en avance de \(offset) ms"))
        }
        words.append(
            answer.assets.map { say("account open, \($0) assets", fr: "compte ouvert, \($0) actifs") }
                ?? say("no keys", fr: "pas de clés"))
        Console.print("\(answer.name): \(words.joined(separator: ", "))")
    }
}

/// `aristobot broker balance`: what the account has.
struct BalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: say("Show what an account has.", fr: "Montre ce que possède un compte."))

    @OptionGroup var which: BrokerArgument
    @OptionGroup var owner: OwnerOptions

    private struct Row: Encodable {
        let asset: String
        let free: String
        let locked: String
        let total: String
    }

    func run() async throws {
        Interruption.listen()
        let rows = try await BrokerDesk.with(which.name, of: owner) { desk in
            try desk.requireAccount()
            return try await desk.broker.balances().sorted { $0.asset < $1.asset }.map {
                Row(
                    asset: $0.asset, free: $0.free.description, locked: $0.locked.description,
                    total: $0.total.description)
            }
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        guard !rows.isEmpty else {
            Console.print(say("The account is empty.", fr: "Le compte est vide."))
            return
        }
        var table = TextTable([
            (say("asset", fr: "actif"), .left), (say("free", fr: "libre"), .right),
            (say("in orders", fr: "en ordres"), .right), ("total", .right),
        ])
        for row in rows { table.add([row.asset, row.free, row.locked, row.total]) }
        Console.print(table.text)
    }
}

/// `aristobot broker symbols`: the markets of a broker with their rules.
struct SymbolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbols",
        abstract: say("List the markets of a broker.", fr: "Liste les marchés d'un broker."))

    @OptionGroup var which: BrokerArgument

    @Option(
        help: ArgumentHelp(say("Only those priced in this asset.", fr: "Cotés dans cet actif."), valueName: "asset"))
    var quote: String?

    @Option(
        help: ArgumentHelp(say("Only those with this text.", fr: "Contenant ce texte."), valueName: "text"))
    var search: String?

    @OptionGroup var owner: OwnerOptions

    private func isWanted(_ market: Instrument) -> Bool {
        if let quote, market.symbol.quote != quote.uppercased() { return false }
        if let search, !market.symbol.description.contains(search.uppercased()) { return false }
        return true
    }

    private struct Row: Encodable {
        let symbol: String
        let trading: Bool
        let quantityStep: String
        let priceTick: String?
        let minimumQuantity: String?
        let minimumValue: String?
        let orders: [String]
    }

    func run() async throws {
        Interruption.listen()
        let rows = try await BrokerDesk.with(which.name, of: owner) { desk in
            let markets = try await desk.broker.instruments()
            // The stored list is the real market's; a test exchange under the same name must not replace it.
            if desk.broker.capabilities.isRealMoney {
                try await desk.services.store.instruments.refresh(markets, of: desk.stored.venue)
            }
            return markets.filter(isWanted).sorted { $0.symbol < $1.symbol }.map { market in
                Row(
                    symbol: market.symbol.description, trading: market.isTrading,
                    quantityStep: market.rules.quantityStep.description,
                    priceTick: market.rules.priceTick?.description,
                    minimumQuantity: market.rules.minimumQuantity?.description,
                    minimumValue: market.rules.minimumNotional?.description,
                    orders: market.orderKinds.map(\.rawValue).sorted())
            }
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        var table = TextTable([
            (say("symbol", fr: "symbole"), .left), (say("step", fr: "pas"), .right), ("tick", .right),
            (say("least quantity", fr: "quantité min."), .right), (say("least value", fr: "valeur min."), .right),
            (say("state", fr: "état"), .left),
        ])
        for row in rows {
            table.add([
                row.symbol, row.quantityStep, row.priceTick ?? "-", row.minimumQuantity ?? "-",
                row.minimumValue ?? "-", row.trading ? say("open", fr: "ouvert") : say("closed", fr: "fermé"),
            ])
        }
        Console.print(table.text)
    }
}
