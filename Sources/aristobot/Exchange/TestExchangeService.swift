import Market
import TestExchange
import Wording

/// Runs a test exchange beside something else.
enum TestExchangeService {
    /// Serves for as long as `body` takes; says where, and how clients are pointed at it.
    nonisolated(nonsending) static func run(
        _ setup: ExchangeSetup, log: ServiceLog, _ body: () async throws -> Void
    ) async throws {
        try await withServer(setup) { server in
            try await tell(server, setup, log)
            try await body()
        }
    }

    /// The server's own end, such as a port that is taken, ends `body`'s wait too: `address()` throws it.
    nonisolated(nonsending) static func withServer(
        _ setup: ExchangeSetup, _ body: (TestExchangeServer) async throws -> Void
    ) async throws {
        let server = TestExchangeServer(setup.options)
        let serving = Task { try await server.run() }
        do {
            try await body(server)
        } catch {
            serving.cancel()
            // How the server ends after that is of no interest beside the error.
            _ = await serving.result
            throw error
        }
        serving.cancel()
        _ = await serving.result
    }

    static func tell(_ server: TestExchangeServer, _ setup: ExchangeSetup, _ log: ServiceLog) async throws {
        let address = try await server.address()
        let names = setup.symbols.map(\.description).joined(separator: ", ")
        log.say(
            Message(
                "test exchange on \(address.rest), markets \(names)",
                fr: "bourse d'essai sur \(address.rest), marchés \(names)"))
        log.say(Message("key: \(setup.key)", fr: "clé : \(setup.key)"))
        // A secret that somebody else has set is not printed.
        if setup.isKeyNew, let secret = setup.secret {
            log.say(Message("secret: \(secret.exposed)", fr: "secret : \(secret.exposed)"))
        }
        if setup.options.adminToken == nil {
            let token = try await server.adminToken().exposed
            log.say(
                Message(
                    "admin token (X-Admin-Token): \(token)", fr: "jeton d'administration (X-Admin-Token) : \(token)"))
        }
        log.say(
            Message(
                "point Aristobot at it: aristobot broker add test --url \(address.rest); ccxt: urls.api to "
                    + "\(address.rest)/api/v3; python-binance: API_URL \(address.rest)/api; "
                    + "streams: \(address.streams)",
                fr: "y diriger Aristobot : aristobot broker add test --url \(address.rest) ; ccxt : urls.api vers "
                    + "\(address.rest)/api/v3 ; python-binance : API_URL \(address.rest)/api ; "
                    + "flux : \(address.streams)"
            ))
    }
}
