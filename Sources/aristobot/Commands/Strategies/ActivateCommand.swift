import ArgumentParser
import Market
import Storage
import Trading
import Wording

/// `aristobot strategies activate`: lets a strategy run.
struct ActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: say("Let a strategy run on a broker.", fr: "Fait tourner une stratégie sur un broker."),
        discussion: prose(
            """
            Everything is checked before anything is written: the symbol at the venue, the
            parameters by the strategy itself, the keys. On real money it asks before.
            An engine ('aristobot up') takes it over within seconds and keeps it until it
            is stopped, through restarts.

              aristobot strategies activate ema_cross --broker dry --symbol BTC/USDT \\
                --timeframe 5m --capital 1000 --param fast=12 --max-daily-loss 50

            The capital is what it counts with, in quote currency; it never commits more.
            Limits hold back what opens; what closes always passes.
            """,
            fr: """
                Tout est vérifié avant que rien ne soit écrit : le symbole sur la place, les
                paramètres par la stratégie elle-même, les clés. Avec de l'argent réel, demande
                avant. Un moteur ('aristobot up') la prend en quelques secondes et la garde
                jusqu'à son arrêt, par-delà les redémarrages.

                  aristobot strategies activate ema_cross --broker fictif --symbol BTC/USDT \\
                    --timeframe 5m --capital 1000 --param fast=12 --max-daily-loss 50

                Le capital est ce avec quoi elle compte, en devise de cotation ; elle n'engage jamais plus.
                Les limites retiennent ce qui ouvre ; ce qui ferme passe toujours.
                """))

    @OptionGroup var which: StrategyArgument

    @Option(help: ArgumentHelp(say("The broker's name.", fr: "Le nom du broker."), valueName: "broker"))
    var broker: String

    @Option(
        help: ArgumentHelp(say("Symbol, such as BTC/USDT.", fr: "Symbole, comme BTC/USDT."), valueName: "BASE/QUOTE"),
        transform: ArgumentReading.symbol)
    var symbol: Symbol

    @Option(
        help: ArgumentHelp(
            say("Quote currency it may use.", fr: "Devise de cotation qu'elle peut employer."), valueName: "amount"),
        transform: Self.capital)
    var capital: Money

    @Option(
        help: ArgumentHelp(
            say(
                "One of \(Placement.timeframes) (default: the declared one).",
                fr: "L'une de \(Placement.timeframes) (par défaut : celle déclarée)."),
            valueName: "tf"),
        transform: Self.timeframe)
    var timeframe: Timeframe?

    @OptionGroup var version: VersionOption
    @OptionGroup var parameters: ParameterOptions

    @Option(
        help: ArgumentHelp(
            say(
                "Decide nothing before this time (default: now).", fr: "Ne décide rien avant (par défaut : maintenant)."
            ),
            valueName: "time"),
        transform: ArgumentReading.time)
    var from: Timestamp?

    @Option(
        help: ArgumentHelp(
            say(
                "Open nothing after this time; exits are not decided either, stops and targets stay (default: never "
                    + "ends).",
                fr: "N'ouvre rien après ; ne décide pas non plus de sortie, stops et objectifs restent (par défaut : "
                    + "sans fin)."),
            valueName: "time"),
        transform: ArgumentReading.time)
    var to: Timestamp?

    @Option(
        help: ArgumentHelp(
            say(
                "Your name for this run of it (default: strategy, symbol, timeframe).",
                fr: "Votre nom pour cette activation (par défaut : stratégie, symbole, unité)."),
            valueName: "name"))
    var name: String?

    @OptionGroup(title: say("Limits", fr: "Limites")) var risk: RiskOptions

    @OptionGroup var consent: ConsentOption
    @OptionGroup var owner: OwnerOptions

    static func capital(_ text: String) throws -> Money {
        Money(try ArgumentReading.decimal(text, from: FixedDecimal(units: 1), to: 1_000_000_000_000_000))
    }

    private static func timeframe(_ text: String) throws -> Timeframe {
        let timeframe = try ArgumentReading.timeframe(text)
        guard Timeframe.heartbeat.contains(timeframe) else {
            throw ArgumentReading.refusal(
                Message(
                    "nothing runs live on \(timeframe): expected one of \(Placement.timeframes)",
                    fr: "rien ne tourne en direct sur \(timeframe) : attendu l'une de \(Placement.timeframes)"))
        }
        return timeframe
    }

    func validate() throws {
        guard let to else { return }
        let start = from ?? SystemClock.now
        guard to > start else {
            throw ArgumentReading.refusal(
                Message(
                    "--to \(to) is not after \(from == nil ? "now" : "--from \(start)")",
                    fr: "--to \(to) n'est pas après \(from == nil ? "maintenant" : "--from \(start)")"))
        }
    }

    func run() async throws {
        Interruption.listen()
        let typed = try parameters.values()
        let (active, hasEngine) = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let strategy = try await services.strategy(which.name, of: user)
            let version = try services.version(version.version, of: strategy)
            let broker = try await services.broker(broker, of: user)
            let candidate = Candidate(
                strategy: strategy, version: version, broker: broker, symbol: symbol, timeframe: timeframe,
                capital: capital, parameters: typed, name: name)
            let placed = try await candidate.place(user, services)
            if placed.isRealMoney {
                Console.standardError(candidate.words(placed))
                try Steering.require(
                    Message("Let it trade?", fr: "La laisser trader ?"), consent,
                    nothing: Message("nothing was activated", fr: "rien n'a été activé"))
            }
            let settings = StrategySettings(risk: risk.changing(.none))
            let active = try await services.store.activeStrategies.activate(
                user.id, try candidate.wish(placed, settings, from: from, to: to))
            try await services.store.audit.add("strategy.activate", subject: "\(active.id) \(active.name)", by: user.id)
            return (active, try await services.hasLiveEngine())
        }
        try tell(active, hasEngine: hasEngine)
    }

    private struct Answer: Encodable {
        let id: Int64
        let name: String
        let symbol: String
        let timeframe: String
        let version: Int
        let state: String
        let engineRuns: Bool
    }

    private func tell(_ active: ActiveStrategy, hasEngine: Bool) throws {
        guard !owner.json else {
            return try JSONAnswer.print(
                Answer(
                    id: active.id.number, name: active.name, symbol: active.symbol.description,
                    timeframe: active.timeframe.rawValue, version: active.version, state: active.state.rawValue,
                    engineRuns: hasEngine))
        }
        Console.print(say("\(active.id): \(active.name) is active", fr: "\(active.id) : \(active.name) est active"))
        guard !hasEngine else { return }
        Console.print(
            say(
                "no engine runs now: 'aristobot up' starts one",
                fr: "aucun moteur ne tourne : 'aristobot up' en démarre un"))
    }
}
