import ArgumentParser
import Storage
import Wording

/// `aristobot secret`: the key that seals the keys of brokers.
struct SecretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: say(
            "Change the key that seals the keys of brokers.", fr: "Change la clé qui scelle les clés des brokers."),
        subcommands: [RotateSecretCommand.self])
}

struct RotateSecretCommand: AsyncParsableCommand {
    static let newKeyVariable = "ARISTOBOT_NEW_SECRET_KEY"

    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: say("Seal every stored key anew.", fr: "Scelle à nouveau chaque clé gardée."),
        discussion: prose(
            """
            With a private database a new secret.key is made. With ARISTOBOT_SECRET_KEY, the
            new one is \(newKeyVariable) (or asked for); afterwards set it as ARISTOBOT_SECRET_KEY.
            Stop what runs before. When it is interrupted, give the command again.
            """,
            fr: """
                Avec une base privée, un nouveau secret.key est créé. Avec ARISTOBOT_SECRET_KEY, la
                nouvelle est \(newKeyVariable) (ou demandée) ; ensuite, définissez-la comme
                ARISTOBOT_SECRET_KEY. Arrêtez d'abord ce qui tourne. Interrompue, redonnez la commande.
                """))

    @OptionGroup var data: DataOptions

    func run() async throws {
        Interruption.listen()
        let configuration = data.configuration
        let count = try await Services.with(configuration) { services in
            guard let vault = services.vault else { throw KeyVaultError.missingSecret }
            guard configuration.secretKey == nil else {
                let secret = try SecretInput.read(
                    Self.newKeyVariable, prompt: Message("New secret key:", fr: "Nouvelle clé secrète :"))
                return try await services.store.rotateKeys(from: vault, to: try KeyVault(secret: secret))
            }
            // The new key is on disk before anything is sealed under it, and takes its place once all is.
            let next = SecretKeyFile(path: configuration.secretKeyFile + ".next")
            let secret = try next.readOrMake()
            let count = try await services.store.rotateKeys(from: vault, to: try KeyVault(secret: secret))
            try next.takePlace(of: configuration.secretKeyFile)
            return count
        }
        Console.print(say("\(count) secrets sealed anew", fr: "\(count) secrets scellés à nouveau"))
    }
}
