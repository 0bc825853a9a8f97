import ArgumentParser
import BinanceBroker
import Broker
import Foundation
import Market
import Storage
import TestExchange
import Wording

/// `aristobot broker add`: enters an account with its keys.
struct AddBrokerCommand: AsyncParsableCommand {
    static let keyVariable = "ARISTOBOT_BROKER_KEY"
    static let secretVariable = "ARISTOBOT_BROKER_SECRET"

    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: say("Enter an account with its keys.", fr: "Saisit un compte avec ses clés."),
        discussion: prose(
            """
            The secret is an HMAC secret, or an Ed25519 private key in PEM. It is tried at the
            venue before it is kept.

              aristobot broker add main --kind binance
              aristobot broker add practice --kind binance --testnet --key-file ed25519.pem
              aristobot broker add local --kind binance --url http://127.0.0.1:8790
              aristobot broker add dry --kind paper --balance USDT=10000
            """,
            fr: """
                Le secret est un secret HMAC, ou une clé privée Ed25519 en PEM. Il est essayé sur
                la place avant d'être gardé.

                  aristobot broker add principal --kind binance
                  aristobot broker add essai --kind binance --testnet --key-file ed25519.pem
                  aristobot broker add local --kind binance --url http://127.0.0.1:8790
                  aristobot broker add fictif --kind paper --balance USDT=10000
                """))

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case binance, paper
    }

    @Argument(help: ArgumentHelp(say("Your name for it.", fr: "Le nom que vous lui donnez."), valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp(say("What it is.", fr: "Ce qu'il est.")))
    var kind: Kind = .binance

    @OptionGroup var server: VenueOptions

    @Option(
        help: ArgumentHelp(
            say("File with the Ed25519 private key, in PEM.", fr: "Fichier de la clé privée Ed25519, en PEM."),
            valueName: "file"))
    var keyFile: String?

    @Flag(
        help: ArgumentHelp(
            say("Market data only, without an account.", fr: "Données de marché seulement, sans compte.")))
    var noKeys = false

    @Flag(help: ArgumentHelp(say("Keep it without trying it.", fr: "Le garde sans l'essayer.")))
    var noVerify = false

    @Option(
        name: .customLong("balance"),
        help: ArgumentHelp(
            say(
                "What a paper account starts with; may be repeated.", fr: "Ce que possède un compte fictif ; répétable."
            ),
            valueName: "asset=amount"),
        transform: StartBalance.init(parsing:))
    var balances: [StartBalance] = []

    @Option(
        help: ArgumentHelp(
            say("Fee of a paper account, as a fraction.", fr: "Frais d'un compte fictif, en fraction."),
            valueName: "fraction"),
        transform: { try ArgumentReading.decimal($0, from: 0, to: FixedDecimal(units: FixedDecimal.unitsPerOne / 2)) })
    var fee: FixedDecimal?

    @OptionGroup var owner: OwnerOptions

    /// Where people put secrets by habit; taken only to be refused in words.
    @Option(
        name: [.customLong("key"), .customLong("secret"), .customLong("api-key"), .customLong("api-secret")],
        help: .hidden, transform: Self.refuseSecret)
    var refused: String?

    private static func refuseSecret(_ text: String) throws -> String {
        throw ArgumentReading.refusal(
            Message(
                "keys never come as arguments, which every user of this machine can read: type them when asked, or set "
                    + "\(keyVariable) and \(secretVariable)",
                fr: "les clés ne viennent jamais en arguments, que tout utilisateur de cette machine peut lire : "
                    + "tapez-les quand elles sont demandées, ou définissez \(keyVariable) et \(secretVariable)"))
    }

    func validate() throws {
        guard kind == .paper || (balances.isEmpty && fee == nil) else {
            throw ArgumentReading.refusal(
                Message(
                    "--balance and --fee belong to --kind paper", fr: "--balance et --fee ne vont qu'avec --kind paper")
            )
        }
        guard kind == .binance || (keyFile == nil && !noKeys) else {
            throw ArgumentReading.refusal(
                Message(
                    "a paper account has no keys: leave --key-file and --no-keys out",
                    fr: "un compte fictif n'a pas de clés : retirez --key-file et --no-keys"))
        }
    }

    private struct Answer: Encodable {
        let name: String
        let kind: String
        let place: String
        let realMoney: Bool
        let verified: Bool
    }

    func run() async throws {
        Interruption.listen()
        let configuration = owner.data.configuration
        let place = try server.place(configuration)
        let answer = try await Services.with(configuration) { services in
            let user = try await services.user(owner.userName)
            // Found out before anything is typed.
            guard try await services.store.brokers.find(user.id, name: name) == nil else {
                throw CommandFailure(
                    .input, "user \(user.name) has a broker '\(name)' already",
                    fr: "l'utilisateur \(user.name) a déjà un broker '\(name)'")
            }
            if kind == .paper { return try await addPaper(place, user, services) }
            if !noKeys, services.vault == nil { throw KeyVaultError.missingSecret }
            let credentials = try noKeys ? nil : credentials()
            let isReal = try await Venues.with(place, credentials: credentials, configuration: configuration) {
                broker in
                if !noVerify { try await Verification.check(broker) }
                return broker.capabilities.isRealMoney
            }
            _ = try await services.store.brokers.add(
                user.id, name: name, venue: .binance,
                settings: BrokerSettings(isTestnet: place.isTestnet, baseURL: place.baseURL), credentials: credentials)
            return Answer(
                name: name, kind: kind.rawValue, place: place.name, realMoney: isReal, verified: !noVerify)
        }
        try tell(answer)
    }

    private func tell(_ answer: Answer) throws {
        guard !owner.json else { return try JSONAnswer.print(answer) }
        let money = answer.realMoney ? say("REAL MONEY", fr: "ARGENT RÉEL") : say("test money", fr: "argent fictif")
        let trial = answer.verified ? say("verified", fr: "vérifié") : say("not verified", fr: "non vérifié")
        Console.print(
            say(
                "broker \(answer.name) added: \(answer.place), \(money), \(trial)",
                fr: "broker \(answer.name) ajouté : \(answer.place), \(money), \(trial)"))
    }

    private func addPaper(_ place: VenuePlace, _ user: User, _ services: Services) async throws -> Answer {
        let settings = BrokerSettings(isTestnet: place.isTestnet, baseURL: place.baseURL)
        let stored = try await services.store.brokers.add(user.id, name: name, venue: .paper, settings: settings)
        do {
            try await Venues.with(place, configuration: services.configuration) { prices in
                try await PaperAccounts.make(
                    stored, fee: fee ?? .zero,
                    balances: balances.isEmpty
                        ? [("USDT", 10_000)] : balances.map { ($0.asset.description, $0.amount) },
                    prices: prices, services)
            }
        } catch {
            // What has no account is no broker; it was never shown to anyone.
            _ = try? await services.store.brokers.remove(user.id, stored.id)
            throw error
        }
        return Answer(
            name: name, kind: kind.rawValue,
            place: say("paper money, prices of \(place.name)", fr: "argent fictif, prix de \(place.name)"),
            realMoney: false, verified: false)
    }

    private func credentials() throws -> BrokerCredentials {
        let key = try SecretInput.read(Self.keyVariable, prompt: Message("API key:", fr: "Clé d'API :"))
        if let keyFile {
            // The reason is one of a few, and the message names the file.
            guard let text = try? String(contentsOfFile: keyFile, encoding: .utf8) else {
                throw CommandFailure(
                    .input, "\(keyFile): cannot be read", fr: "\(keyFile) : illisible")
            }
            return BrokerCredentials(key: key.exposed, secret: Secret(text))
        }
        let secret = try SecretInput.read(
            Self.secretVariable,
            prompt: Message(
                "Secret, or Ed25519 private key in PEM:", fr: "Secret, ou clé privée Ed25519 en PEM :"))
        return BrokerCredentials(key: key.exposed, secret: secret)
    }
}
