import ArgumentParser
import Broker
import Storage
import Wording

/// `aristobot heartbeat`: candles and signals of the markets in use, until Ctrl-C.
struct HeartbeatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartbeat",
        abstract: say(
            "Turn the trades of markets into candles and signals, until Ctrl-C.",
            fr: "Fait des transactions des marchés des bougies et des signaux, jusqu'à Ctrl-C."),
        discussion: prose(
            """
            One of the parts of 'aristobot up', to be run apart: it is joined to the others by
            the database only. It follows every market that an active strategy trades on, and
            picks up new ones while it runs. Of several that follow the same market, 'up'
            included, one is at work; the others stand by and take over when it ends or dies.
            """,
            fr: """
                Une des parties de 'aristobot up', à faire tourner à part : seule la base la relie aux
                autres. Elle suit chaque marché où opère une stratégie active, et prend les nouveaux
                en marche. De plusieurs qui suivent le même marché, 'up' compris, une seule travaille ;
                les autres attendent et prennent le relais quand elle s'arrête ou meurt.
                """))

    @OptionGroup var live: LiveOptions

    @Option(
        help: ArgumentHelp(
            say(
                "Only this market, such as binance; it is followed even where no strategy needs it.",
                fr: "Ce marché seulement, comme binance ; suivi même si aucune stratégie n'en a besoin."),
            valueName: "name"))
    var market: String?

    func run() async throws {
        try await LiveRun.with(live.data.configuration, logging: live.log, log: ServiceLog(isPlain: true)) { run in
            let only = try await place(run.live.services)
            var parts: [LiveRun.Part] = [{ await run.live.heartbeats(only: only).run() }]
            if let port = live.metrics {
                let health = run.live.health()
                parts.append(run.status(port: port, checks: [health.database, health.heartbeat]))
            }
            run.log.say(Message("heartbeat runs; Ctrl-C stops", fr: "le heartbeat tourne ; Ctrl-C arrête"))
            try await run.together(parts)
        }
    }

    /// Where the market of that name is: Binance's own ones, or that of a broker that is in use.
    private func place(_ services: Services) async throws -> (name: VenueName, place: VenuePlace)? {
        guard let market else { return nil }
        let configuration = services.configuration
        let demands = try await services.store.activeStrategies.demands(defaultURL: configuration.binanceURL)
        if let demand = demands.first(where: { $0.market.text == market }), let broker = demand.brokers.first {
            return (demand.market, try VenuePlace(broker.settings, configuration: configuration))
        }
        // Binance's own names, wherever ARISTOBOT_BINANCE_URL points.
        for isTestnet in [false, true] {
            let place = try VenuePlace(isTestnet: isTestnet, url: nil, configuration: configuration)
            guard place.baseURL == nil, let name = VenueName(isTestnet ? "binance-testnet" : "binance"),
                name.text == market
            else { continue }
            return (name, place)
        }
        let known = (["binance", "binance-testnet"] + demands.map(\.market.text)).joined(separator: ", ")
        throw CommandFailure(
            .input, "--market \(market): there is no such market: expected one of \(known)",
            fr: "--market \(market) : ce marché n'existe pas : attendu parmi \(known)")
    }
}
