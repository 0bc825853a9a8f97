import ArgumentParser
import Market
import Wording

/// `aristobot candles synth`: writes candles of the synthetic market.
struct SynthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: say("Write candles of a synthetic market.", fr: "Écrit les bougies d'un marché synthétique."),
        discussion: prose(
            """
            The same options give the same candles on every machine.
            Two symbols of one seed move together.

              aristobot candles synth --seed 7 --timeframe 1h --output synth_1h.csv.gz
            """,
            fr: """
                Les mêmes options donnent les mêmes bougies sur toute machine.
                Deux symboles d'une même graine évoluent ensemble.

                  aristobot candles synth --seed 7 --timeframe 1h --output synth_1h.csv.gz
                """))

    @Option(help: ArgumentHelp(say("Seed of the market.", fr: "Graine du marché."), valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(say("Symbol.", fr: "Symbole."), valueName: "BASE/QUOTE"),
        transform: ArgumentReading.symbol)
    var symbol: Symbol?

    @Option(
        help: ArgumentHelp(say("Timeframe (default: 15m).", fr: "Unité de temps (par défaut : 15m)."), valueName: "tf"),
        transform: ArgumentReading.timeframe)
    var timeframe: Timeframe?

    @Option(
        help: ArgumentHelp(
            say("How many candles of time (default: 50000).", fr: "Nombre de bougies de temps (par défaut : 50000)."),
            valueName: "number"),
        transform: { try ArgumentReading.count($0, 1...SyntheticMarket.largestCount) })
    var count: Int?

    @Option(
        help: ArgumentHelp(
            say("First instant (default: 2022-01-03).", fr: "Premier instant (par défaut : 2022-01-03)."),
            valueName: "time"),
        transform: ArgumentReading.time)
    var start: Timestamp?

    @Option(
        help: ArgumentHelp(
            say("Price at the start (default: by the symbol).", fr: "Prix au début (par défaut : selon le symbole)."),
            valueName: "price"),
        transform: {
            try ArgumentReading.decimal($0, from: FixedDecimal(units: 100_000_000), to: 1_000_000).double
        })
    var price: Double?

    @Flag(help: ArgumentHelp(say("Leave no gaps.", fr: "Sans trous.")))
    var noGaps = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            say("File to write; gzip when it ends in .gz.", fr: "Fichier à écrire ; gzip s'il finit par .gz."),
            valueName: "file"))
    var output: String

    func run() throws {
        Interruption.listen()
        do { try AtomicFile.check(output) } catch { throw CommandFailure(environment: error) }
        let series = SyntheticMarket.generate(
            SyntheticMarket.Options(
                seed: seed, symbol: try symbol ?? ArgumentReading.symbol("BTC/USDT"), timeframe: timeframe ?? .m15,
                start: start ?? SyntheticMarket.defaultStart, count: count ?? 50_000, startPrice: price,
                hasGaps: !noGaps))
        try CandleOutput.write(series, to: output)
    }
}
