import BinanceBroker
import Broker
import Market
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// A strategy that is to run, as it was typed, with the user's rows that were named.
struct Candidate {
    let strategy: StoredStrategy
    let version: Int
    let broker: StoredBroker
    let symbol: Symbol
    let timeframe: Timeframe?
    let capital: Money
    let parameters: [String: String]
    let name: String?

    /// What was found out about it.
    struct Placed {
        let declaration: StrategyDeclaration
        let timeframe: Timeframe
        let place: String
        let isRealMoney: Bool
    }

    /// Checks all of it: script and parameters in a worker, keys and symbol at the venue. Nothing is written.
    func place(_ user: User, _ services: Services) async throws -> Placed {
        let isPaper = broker.venue == .paper
        guard isPaper || broker.hasCredentials else {
            throw CommandFailure(
                .input, "broker \(broker.name) has no keys, only market data: add it with its keys",
                fr: "le broker \(broker.name) n'a pas de clés, seulement les données de marché : ajoutez-le avec ses "
                    + "clés")
        }
        let source = try await services.store.strategies.source(user.id, strategy.id, version: version)
        let declaration = try await UploadedCode.declaration(
            ScriptText(name: strategy.name, source: source), parameters, user)
        let place = try VenuePlace(broker.settings, configuration: services.configuration)
        let placement = Placement(
            declaration: declaration, symbol: symbol, requested: timeframe, capital: capital, place: place.name)
        // Every kind of broker there is trades spot.
        try Placement.checkMarket(declaration, .spot, of: broker.name)
        let timeframe = try placement.timeframe()
        let credentials = isPaper ? nil : try await services.store.brokers.credentials(user.id, broker.id)
        try await Venues.with(place, credentials: credentials, configuration: services.configuration) { venue in
            _ = try placement.instrument(among: try await venue.instruments())
            guard !isPaper else { return }
            // Keys that were revoked are found out here.
            let free = try await venue.balances().first { $0.asset == symbol.quote }?.free ?? .zero
            if free < capital.value {
                Console.standardError(
                    say(
                        "note: the account has \(free) \(symbol.quote) free now, less than the capital of \(capital)",
                        fr: "note : le compte a \(free) \(symbol.quote) libres, moins que le capital de \(capital)"))
            }
        }
        return Placed(
            declaration: declaration, timeframe: timeframe, place: place.name,
            isRealMoney: !isPaper && place.environment.isRealMoney)
    }

    /// `ema_cross version 2 on BTC/USDT 5m with 1000 USDT: main (Binance, REAL MONEY)`.
    func words(_ placed: Placed) -> String {
        let money = say("REAL MONEY", fr: "ARGENT RÉEL")
        return say(
            "\(strategy.name) version \(version) on \(symbol) \(placed.timeframe) with \(capital) \(symbol.quote): "
                + "\(broker.name) (\(placed.place), \(money))",
            fr: "\(strategy.name) version \(version) sur \(symbol) \(placed.timeframe) avec \(capital) "
                + "\(symbol.quote) : \(broker.name) (\(placed.place), \(money))")
    }

    func wish(
        _ placed: Placed, _ settings: StrategySettings, from: Timestamp?, to: Timestamp?
    ) throws -> NewActiveStrategy {
        NewActiveStrategy(
            name: name, strategy: strategy.id, version: version, broker: broker.id, symbol: symbol,
            timeframe: placed.timeframe, parameters: parameters, settings: try settings.text, capital: capital,
            feeds: placed.declaration.otherFeeds(for: symbol, on: placed.timeframe).map {
                StrategyFeed(symbol: $0.symbol, timeframe: $0.timeframe)
            },
            seed: UInt64.random(in: .min ... .max), startsAt: from, endsAt: to)
    }
}
