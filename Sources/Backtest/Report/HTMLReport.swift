import CReportAssets
import Market
import StrategyHost
import Trading
import Wording

/// One self-contained page about a backtest: no network, no library, opens from disk.
///
/// Everything that comes from a strategy or a file is escaped, and a content security policy lets the page run its own
/// embedded script only and load nothing.
public struct HTMLReport {
    let result: BacktestResult
    let language: Language
    let numbers: NumberText
    let figures: ReportFigures
    let chart: ChartData

    public init(_ result: BacktestResult, language: Language) {
        self.result = result
        self.language = language
        numbers = NumberText(language)
        figures = ReportFigures(result)
        chart = ChartData(result, language)
    }

    /// The whole page, UTF-8.
    public var page: String {
        var html = HTMLText()
        let script = Self.script
        writeHead(&html, script: script)
        html.raw("<body>\n<a class=\"skip\" href=\"#result\">")
        html.text(say(ReportWords.skip))
        html.raw("</a>\n")
        writeTop(&html)
        html.raw("<main id=\"result\">\n")
        writeNotices(&html)
        writeKeyFigures(&html)
        if !result.range.isEmpty { writeCharts(&html) }
        writeMonthly(&html)
        writeTotals(&html)
        writeTrades(&html)
        writeSettings(&html)
        writeJournal(&html)
        html.raw("</main>\n")
        writeFooter(&html)
        if !result.range.isEmpty {
            html.raw("<script type=\"application/json\" id=\"report-data\">")
            var json = JSONText()
            chart.write(&json)
            html.asset(json.text)
            html.raw("</script>\n<script>")
            html.asset(script)
            html.raw("</script>\n")
        }
        html.raw("</body>\n</html>\n")
        return html.html
    }

    func say(_ message: Message) -> String { message.text(in: language) }

    private func writeHead(_ html: inout HTMLText, script: String) {
        let style = Self.text(ah_report_style())
        html.raw("<!doctype html>\n<html data-theme=\"dark\"")
        html.attribute("lang", language.rawValue)
        html.raw(">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\"")
        html.attribute(
            "content",
            "default-src 'none'; script-src '\(Self.source(script))'; style-src '\(Self.source(style))'; "
                + "base-uri 'none'; form-action 'none'")
        html.raw(">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        html.raw("<meta name=\"referrer\" content=\"no-referrer\">\n")
        html.element("title", "\(result.strategy) · \(result.symbol) \(result.timeframe) · Aristobot")
        html.raw("\n<style>")
        html.asset(style)
        html.raw("</style>\n</head>\n")
    }

    private func writeTop(_ html: inout HTMLText) {
        html.raw("<header class=\"top\">\n<div>\n")
        html.element("p", class: "brand", "Aristobot · \(say(ReportWords.report))")
        html.element("h1", result.strategy)
        html.raw("\n<ul class=\"facts\">")
        for fact in figures.facts(language, numbers) {
            html.raw("<li>")
            if !fact.label.isEmpty { html.text(fact.label + " ") }
            html.element("b", fact.value)
            html.raw("</li>")
        }
        html.raw("</ul>\n</div>\n<div class=\"tools\"><button type=\"button\" data-action=\"theme\">")
        html.text(say(ReportWords.theme))
        html.raw("</button></div>\n</header>\n")
    }

    private func writeNotices(_ html: inout HTMLText) {
        var notices: [Message] = []
        switch result.ending {
        case .complete: break
        case .interrupted: notices.append(ReportWords.interrupted(result.to?.description ?? NumberText.none))
        case .failed(let error): notices.append(ReportWords.failed(error.message))
        }
        for notice in notices {
            html.element("p", class: "notice", say(notice))
            html.raw("\n")
        }
        if chart.tradesShown < result.trades.count {
            let shown = numbers.whole(chart.tradesShown)
            let total = numbers.whole(result.trades.count)
            html.element("p", class: "notice soft", say(ReportWords.tradesLeftOut(shown: shown, total: total)))
        }
        html.raw("<noscript>")
        html.element("p", class: "notice", say(ReportWords.script))
        html.raw("</noscript>\n")
    }

    private func writeFooter(_ html: inout HTMLText) {
        html.raw("<footer>Aristobot · FNV-1a ")
        html.element("code", result.hashText)
        html.raw("</footer>\n")
    }

    /// The scripts, in one function of their own so that they leave no global name.
    private static var script: String {
        var code = "\"use strict\";\n(() => {\n"
        for index in 0..<ah_report_script_count() { code += text(ah_report_script(index)) }
        return code + "})();\n"
    }

    private static func text(_ asset: ah_report_asset) -> String {
        String(decoding: UnsafeBufferPointer(start: asset.bytes, count: asset.count), as: UTF8.self)
    }

    /// How a content security policy names an inline script or style.
    private static func source(_ content: String) -> String {
        "sha256-" + Base64Text.encode(SHA256.digest(Array(content.utf8)))
    }
}
