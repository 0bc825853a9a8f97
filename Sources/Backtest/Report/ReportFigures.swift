import Market
import Trading
import Wording

/// The figures that every form of the report shows, named once.
struct ReportFigures {
    let result: BacktestResult

    init(_ result: BacktestResult) {
        self.result = result
    }

    /// The figures of the head, each with a remark under it.
    func key(_ language: Language, _ numbers: NumberText) -> [(ReportFigure, String)] {
        let report = result.performance
        func say(_ message: Message) -> String { message.text(in: language) }
        let quote = result.symbol.quote
        return [
            (
                .gain(Message("Net profit", fr: "Profit net"), .money(report.netProfit)),
                "\(numbers.fixed(result.finalEquity, 2)) \(quote)"
            ),
            (
                .gain(Message("Return", fr: "Rendement"), .percent(report.returnPct ?? .nan)),
                say(
                    Message(
                        "buy and hold \(numbers.percent(result.holding.returnPct, signed: true))",
                        fr: "achat conservé \(numbers.percent(result.holding.returnPct, signed: true))"))
            ),
            (
                ReportFigure(
                    label: Message("Max drawdown", fr: "Repli maximal"), value: .percent(report.drawdown.percent),
                    tone: report.drawdown.percent > 0 ? .bad : .plain),
                say(
                    Message(
                        "buy and hold \(numbers.percent(result.holding.maxDrawdownPct))",
                        fr: "achat conservé \(numbers.percent(result.holding.maxDrawdownPct))"))
            ),
            (
                .gain(Message("Sharpe ratio", fr: "Ratio de Sharpe"), .ratio(report.sharpe ?? .nan)),
                "Sortino \(ReportFigure.ratioText(report.sortino, numbers))"
            ),
            (
                ReportFigure(
                    label: Message("Win rate", fr: "Taux de réussite"),
                    value: .percent((report.winRate ?? .nan) * 100)),
                say(
                    Message(
                        "profit factor \(ReportFigure.ratioText(report.profitFactor, numbers))",
                        fr: "facteur de profit \(ReportFigure.ratioText(report.profitFactor, numbers))"))
            ),
            (
                ReportFigure(label: ReportWords.trades, value: .count(result.trades.count)),
                say(
                    Message(
                        "fees \(numbers.fixed(report.fees.value.double, 2)) \(quote)",
                        fr: "frais \(numbers.fixed(report.fees.value.double, 2)) \(quote)"))
            ),
        ]
    }

    /// Every figure, in the order of the table.
    var all: [ReportFigure] {
        returns + risk + trading + history
    }

    private var returns: [ReportFigure] {
        let report = result.performance
        return [
            ReportFigure(label: Message("Starting cash", fr: "Capital de départ"), value: .money(result.cash)),
            ReportFigure(label: Message("Final equity", fr: "Capital final"), value: .money(result.finalEquity)),
            .gain(Message("Net profit", fr: "Profit net"), .money(report.netProfit)),
            .gain(Message("Return", fr: "Rendement"), .percent(report.returnPct ?? .nan)),
            .gain(Message("Return per year (CAGR)", fr: "Rendement annuel (CAGR)"), .percent(report.cagrPct ?? .nan)),
            .gain(Message("Buy and hold", fr: "Achat conservé"), .percent(result.holding.returnPct)),
        ]
    }

    private var risk: [ReportFigure] {
        let report = result.performance
        return [
            ReportFigure(
                label: Message("Max drawdown", fr: "Repli maximal"), value: .percent(report.drawdown.percent)),
            ReportFigure(
                label: Message("Longest drawdown", fr: "Repli le plus long"),
                value: .duration(Double(report.drawdown.longest))),
            ReportFigure(
                label: Message("Buy and hold drawdown", fr: "Repli de l'achat conservé"),
                value: .percent(result.holding.maxDrawdownPct)),
            ReportFigure(label: Message("Sharpe", fr: "Sharpe"), value: .ratio(report.sharpe ?? .nan)),
            ReportFigure(label: Message("Sortino", fr: "Sortino"), value: .ratio(report.sortino ?? .nan)),
            ReportFigure(label: Message("Calmar", fr: "Calmar"), value: .ratio(report.calmar ?? .nan)),
        ]
    }

    private var trading: [ReportFigure] {
        let report = result.performance
        return [
            ReportFigure(label: ReportWords.trades, value: .count(result.trades.count)),
            ReportFigure(
                label: Message("Win rate", fr: "Taux de réussite"), value: .percent((report.winRate ?? .nan) * 100)),
            ReportFigure(
                label: Message("Profit factor", fr: "Facteur de profit"), value: .ratio(report.profitFactor ?? .nan)),
            .gain(Message("Expectancy per trade", fr: "Espérance par trade"), .money(report.expectancy ?? .nan)),
            ReportFigure(
                label: Message("Largest loss", fr: "Plus grosse perte"),
                value: .money(report.largestLoss.map { -$0 } ?? .nan)),
            ReportFigure(
                label: Message("Longest losing run", fr: "Plus longue série perdante"),
                value: .count(report.longestLosingRun)),
            ReportFigure(
                label: Message("Exposure", fr: "Exposition"), value: .percent((report.exposure ?? .nan) * 100)),
            ReportFigure(label: Message("Fees", fr: "Frais"), value: .money(report.fees.value.double)),
        ]
    }

    private var history: [ReportFigure] {
        [
            ReportFigure(
                label: Message("Ambiguous exits", fr: "Sorties ambiguës"),
                value: .count(result.performance.ambiguousExits)),
            ReportFigure(label: Message("Candles", fr: "Bougies"), value: .count(result.range.count)),
            ReportFigure(
                label: Message("Gaps (missing candles)", fr: "Trous (bougies absentes)"),
                value: .text("\(result.gaps.gaps) (\(result.gaps.missing))")),
            ReportFigure(
                label: Message("Warm-up candles", fr: "Bougies de préchauffage"), value: .count(result.warmup)),
        ]
    }

    /// What was run: symbol, timeframe, period, number of candles.
    func facts(_ language: Language, _ numbers: NumberText) -> [(label: String, value: String)] {
        var facts: [(label: String, value: String)] = []
        if !result.version.isEmpty { facts.append((label: "version", value: result.version)) }
        facts.append((label: "", value: result.symbol.description))
        facts.append((label: "", value: result.timeframe.rawValue))
        facts.append((label: "", value: result.market.rawValue))
        if let from = result.from, let to = result.to {
            facts.append((label: "", value: "\(from.dateText) – \(to.dateText)"))
        }
        let candles = Message("candles", fr: "bougies").text(in: language)
        facts.append((label: "", value: "\(numbers.whole(result.range.count)) \(candles)"))
        return facts
    }

    /// The options of the run, for the page.
    func settings(_ language: Language, _ numbers: NumberText) -> [(label: String, value: String)] {
        let options = result.options
        func say(_ english: String, _ french: String) -> String { Message(english, fr: french).text(in: language) }
        func percent(_ fraction: FixedDecimal) -> String {
            numbers.plain((fraction.double * 1e10).rounded() / 1e8) + (language == .french ? "\u{202f}%" : "%")
        }
        return [
            (label: say("Maker fee", "Frais maker"), value: percent(options.fees.maker)),
            (label: say("Taker fee", "Frais taker"), value: percent(options.fees.taker)),
            (label: say("Slippage", "Glissement"), value: percent(options.slippage)),
            (
                label: say("Market orders fill at", "Ordres au marché exécutés à"),
                value: options.marketFill == .nextOpen
                    ? say("the next open", "l'ouverture suivante") : say("the same close", "la même clôture")
            ),
            (
                label: say("Order of events inside a candle", "Ordre des événements dans une bougie"),
                value: options.intrabar.map { say("from \($0) candles", "par les bougies \($0)") }
                    ?? say("stop first", "stop d'abord")
            ),
            (
                label: say("History before the first trade day", "Historique avant la période"),
                value: numbers.whole(result.range.lowerBound)
            ),
            (label: say("Seed", "Graine"), value: String(options.seed)),
        ]
    }
}
