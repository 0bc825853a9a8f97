import ArgumentParser
import Backtest
import Market
import Trading
import Wording

/// Money, costs and the way orders fill: what `backtest` and `optimize` share.
struct TrialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Quote currency at the start (default: 10000).",
                fr: "Devise de cotation au départ (par défaut : 10000)."),
            valueName: "amount"),
        transform: { Money(try ArgumentReading.decimal($0, from: FixedDecimal(units: 1), to: 1_000_000_000_000_000)) })
    var cash: Money?

    @Option(
        help: ArgumentHelp(
            say(
                "Fee as a fraction of each fill's value: 0.001 is 0.1 % (default: 0).",
                fr: "Frais, en fraction de la valeur de chaque exécution : 0.001 vaut 0,1 % (par défaut : 0)."),
            valueName: "fraction"),
        transform: Self.fraction)
    var fee: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say(
                "Fee of orders that lay in the book, instead of --fee.",
                fr: "Frais des ordres en attente, au lieu de --fee."),
            valueName: "fraction"),
        transform: Self.fraction)
    var makerFee: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say(
                "Fee of orders that fill at once, instead of --fee.",
                fr: "Frais des ordres immédiats, au lieu de --fee."),
            valueName: "fraction"),
        transform: Self.fraction)
    var takerFee: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say(
                "How much worse market orders and stops fill, as a fraction (default: 0).",
                fr: "De combien les ordres au marché et les stops sont moins bien exécutés, en fraction "
                    + "(par défaut : 0)."),
            valueName: "fraction"),
        transform: Self.fraction)
    var slippage: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say(
                "Where market orders fill: open (the next candle's) or close (the same candle's) (default: open).",
                fr: "Où les ordres au marché sont exécutés : open (de la bougie suivante) ou close (de la même) "
                    + "(par défaut : open)."),
            valueName: "open|close"),
        transform: Self.fillTime)
    var fill: MarketFillTime?

    @Option(
        help: ArgumentHelp(
            say(
                "Finer timeframe, such as 1m, that decides what comes first inside a candle.",
                fr: "Unité plus fine, comme 1m, qui décide de l'ordre des événements dans une bougie."),
            valueName: "tf"),
        transform: ArgumentReading.timeframe)
    var intrabar: Timeframe?

    @Option(
        help: ArgumentHelp(
            say(
                "Quantities are multiples of it (default: 0.00000001).",
                fr: "Pas des quantités (par défaut : 0.00000001)."),
            valueName: "step"),
        transform: Self.positive)
    var quantityStep: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say("Prices of fills are multiples of it.", fr: "Pas des prix d'exécution."), valueName: "tick"),
        transform: Self.positive)
    var priceTick: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say(
                "The least value of an order; smaller ones are rejected.",
                fr: "Valeur minimale d'un ordre ; sinon rejeté."),
            valueName: "amount"),
        transform: Self.positive)
    var minNotional: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say("What random() starts from.", fr: "Départ de random()."),
            valueName: "number"))
    var seed: UInt64 = 0

    private static func fraction(_ text: String) throws -> FixedDecimal {
        // Half of the value already ends every strategy; a larger number is a percentage by mistake.
        try ArgumentReading.decimal(text, from: 0, to: FixedDecimal(units: FixedDecimal.unitsPerOne / 2))
    }

    private static func positive(_ text: String) throws -> FixedDecimal {
        try ArgumentReading.decimal(text, from: FixedDecimal(units: 1), to: 1_000_000_000_000)
    }

    private static func fillTime(_ text: String) throws -> MarketFillTime {
        switch text {
        case "open": return .nextOpen
        case "close": return .sameClose
        default:
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(
                Message("\(shown): expected open or close", fr: "\(shown) : attendu open ou close"))
        }
    }

    /// The options of the run, without its parameters.
    func options(_ candles: CandleOptions) throws -> BacktestOptions {
        var options = BacktestOptions()
        if let cash { options.cash = cash }
        options.fees = try FeeRates(maker: makerFee ?? fee ?? .zero, taker: takerFee ?? fee ?? .zero)
        options.slippage = slippage ?? .zero
        options.marketFill = fill ?? .nextOpen
        options.intrabar = intrabar
        options.from = candles.period.from
        options.to = candles.period.to
        options.timeframe = candles.stored.timeframe
        options.seed = seed
        options.rules.quantityStep = quantityStep.map(Quantity.init) ?? InstrumentRules.defaultQuantityStep
        options.rules.priceTick = priceTick.map(Price.init)
        options.rules.minimumNotional = minNotional.map(Money.init)
        options.language = Console.language
        return options
    }
}
