import ArgumentParser
import Market
import TestExchange
import Wording

/// `aristobot exchange`: a venue on loopback that stock clients take for Binance.
struct ExchangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: say(
            "Run a test exchange that clients take for Binance, until Ctrl-C.",
            fr: "Fait tourner une bourse d'essai que les clients prennent pour Binance, jusqu'à Ctrl-C."),
        discussion: prose(
            """
            Speaks Binance's spot REST, streams and WebSocket API on one port of this machine,
            with accounts, a matching engine, filters, signatures and rate limits. Nothing is
            real, nothing is kept.

              aristobot exchange
              aristobot exchange --replay BTC/USDT=btc_1m.csv.gz --speed 60
              aristobot exchange --price BTC/USDT=20000 --balance USDT=5000

            The account's key and secret are printed at the start, or taken from
            ARISTOBOT_EXCHANGE_KEY and ARISTOBOT_EXCHANGE_SECRET (an HMAC secret, or a public
            Ed25519 key in PEM); the admin token from ARISTOBOT_EXCHANGE_ADMIN_TOKEN.
            """,
            fr: """
                Parle REST, flux et WebSocket API de Binance (spot) sur un port de cette machine,
                avec comptes, moteur d'appariement, filtres, signatures et limites. Rien n'est
                réel, rien n'est gardé.

                  aristobot exchange
                  aristobot exchange --replay BTC/USDT=btc_1m.csv.gz --speed 60
                  aristobot exchange --price BTC/USDT=20000 --balance USDT=5000

                La clé et le secret du compte sont affichés au départ, ou pris dans
                ARISTOBOT_EXCHANGE_KEY et ARISTOBOT_EXCHANGE_SECRET (un secret HMAC, ou une clé
                publique Ed25519 en PEM) ; le jeton d'administration dans ARISTOBOT_EXCHANGE_ADMIN_TOKEN.
                """))

    @OptionGroup var exchange: ExchangeOptions

    @Flag(
        help: ArgumentHelp(
            say(
                "Tell address, key and secret as one line of JSON.",
                fr: "Donne adresse, clé et secret en une ligne de JSON.")))
    var json = false

    private struct Answer: Encodable {
        let url: String
        let streams: String
        let websocketApi: String
        let key: String
        let secret: String?
        let adminToken: String
        let markets: [String]
    }

    func run() async throws {
        Interruption.listen()
        let setup = try exchange.setup()
        let isJSON = json
        try await TestExchangeService.withServer(setup) { server in
            if isJSON {
                try await tell(server, setup)
            } else {
                try await TestExchangeService.tell(server, setup, ServiceLog(isPlain: false))
                Console.print(say("ready; Ctrl-C stops", fr: "prête ; Ctrl-C arrête"))
            }
            await Interruption.wait()
        }
        if !isJSON { Console.print(say("stopped", fr: "arrêtée")) }
    }

    private func tell(_ server: TestExchangeServer, _ setup: ExchangeSetup) async throws {
        let address = try await server.address()
        try JSONAnswer.print(
            Answer(
                url: address.rest, streams: address.streams, websocketApi: address.socketAPI, key: setup.key,
                secret: setup.isKeyNew ? setup.secret?.exposed : nil,
                adminToken: try await server.adminToken().exposed, markets: setup.symbols.map(\.description)),
            isOneLine: true)
    }
}
