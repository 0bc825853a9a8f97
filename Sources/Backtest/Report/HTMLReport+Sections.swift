import Market
import Trading
import Wording

extension HTMLReport {
    func writeKeyFigures(_ html: inout HTMLText) {
        html.raw("<dl class=\"key-figures\"")
        html.attribute("aria-label", say(ReportWords.keyFigures))
        html.raw(">\n")
        for (figure, remark) in figures.key(language, numbers) {
            switch figure.tone {
            case .good: html.raw("<div class=\"figure good\">")
            case .bad: html.raw("<div class=\"figure bad\">")
            case .plain: html.raw("<div class=\"figure\">")
            }
            html.element("dt", say(figure.label))
            html.raw("<dd>")
            html.text(figure.text(numbers))
            html.element("small", remark)
            html.raw("</dd></div>\n")
        }
        html.raw("</dl>\n")
    }

    func writeCharts(_ html: inout HTMLText) {
        html.raw("<section class=\"card charts\">\n<header>")
        html.element("h2", say(ReportWords.chart))
        html.raw("<div class=\"tools\">")
        button(&html, "previous", "‹", ReportWords.previousTrade)
        button(&html, "next", "›", ReportWords.nextTrade)
        button(&html, "closer", "+", ReportWords.closer)
        button(&html, "farther", "−", ReportWords.farther)
        button(&html, "all", say(ReportWords.all), ReportWords.all)
        html.raw("</div></header>\n<div class=\"body\">\n")
        canvas(&html, "price", ReportWords.priceChart)
        canvas(&html, "equity", ReportWords.equityChart)
        canvas(&html, "drawdown", ReportWords.drawdownChart)
        html.raw("<div class=\"chart overview\"><canvas role=\"img\"")
        html.attribute("aria-label", say(ReportWords.overviewChart))
        html.raw("></canvas></div>\n<p class=\"hint\">")
        html.text(say(ReportWords.hint))
        if chart.bucket > 1 { html.text(" " + say(ReportWords.bucket(numbers.whole(chart.bucket)))) }
        html.raw("</p>\n</div>\n</section>\n")
    }

    private func canvas(_ html: inout HTMLText, _ name: StaticString, _ label: Message) {
        html.raw("<div class=\"chart ")
        html.raw(name)
        html.raw("\"><div class=\"legend\"></div><canvas tabindex=\"0\" role=\"img\"")
        html.attribute("aria-label", say(label))
        html.raw("></canvas></div>\n")
    }

    private func button(_ html: inout HTMLText, _ action: StaticString, _ sign: String, _ label: Message) {
        html.raw("<button type=\"button\" data-action=\"")
        html.raw(action)
        html.raw("\"")
        html.attribute("aria-label", say(label))
        html.attribute("title", say(label))
        html.raw(">")
        html.text(sign)
        html.raw("</button>")
    }

    func writeTotals(_ html: inout HTMLText) {
        html.raw("<section class=\"card\">\n<header>")
        html.element("h2", say(ReportWords.totals))
        html.raw("</header>\n<div class=\"body\">\n<dl class=\"pairs\">\n")
        for figure in figures.all {
            html.raw("<div>")
            html.element("dt", say(figure.label))
            switch figure.tone {
            case .good: html.element("dd", class: "good-text", figure.text(numbers))
            case .bad: html.element("dd", class: "bad-text", figure.text(numbers))
            case .plain: html.element("dd", figure.text(numbers))
            }
            html.raw("</div>\n")
        }
        html.raw("</dl>\n</div>\n</section>\n")
    }

    func writeMonthly(_ html: inout HTMLText) {
        let returns = result.monthlyReturns
        guard !returns.years.isEmpty else { return }
        html.raw("<section class=\"card\">\n<header>")
        html.element("h2", say(ReportWords.monthly))
        html.raw("</header>\n<div class=\"scroll\"><table class=\"monthly\">\n")
        html.element("caption", say(ReportWords.monthly))
        html.raw("<thead><tr>")
        heading(&html, say(ReportWords.year))
        for month in ReportWords.months { heading(&html, say(month)) }
        heading(&html, say(ReportWords.year))
        html.raw("</tr></thead>\n<tbody>\n")
        for year in returns.years {
            html.raw("<tr><th scope=\"row\">")
            html.text(String(year.year))
            html.raw("</th>")
            for month in year.months { monthCell(&html, month, kind: "") }
            monthCell(&html, year.total, kind: "year ")
            html.raw("</tr>\n")
        }
        html.raw("</tbody></table></div>\n</section>\n")
    }

    private func heading(_ html: inout HTMLText, _ label: String) {
        html.raw("<th scope=\"col\">")
        html.text(label)
        html.raw("</th>")
    }

    private func monthCell(_ html: inout HTMLText, _ value: Double?, kind: StaticString) {
        html.raw("<td class=\"")
        html.raw(kind)
        if let value, abs(value) >= 0.005 {
            html.raw(value > 0 ? "heat-p" : "heat-n")
            let size = abs(value)
            html.text(size < 1 ? "1" : size < 4 ? "2" : size < 10 ? "3" : "4")
        }
        html.raw("\">")
        html.text(value.map { numbers.percent($0, signed: true) } ?? "")
        html.raw("</td>")
    }

    func writeTrades(_ html: inout HTMLText) {
        html.raw("<section class=\"card\" id=\"trades\">\n<header><h2>")
        html.text("\(say(ReportWords.trades)) (\(numbers.whole(result.trades.count)))")
        html.raw("</h2>")
        guard !result.trades.isEmpty else {
            html.raw("</header>\n<div class=\"body\">")
            html.element("p", class: "empty", say(ReportWords.noTrades))
            html.raw("</div>\n</section>\n")
            return
        }
        html.raw("<div class=\"tools pager\"><label>")
        html.text(say(ReportWords.filter) + " ")
        html.raw("<select>")
        let choices: [(String, Message)] = [
            ("all", ReportWords.everyTrade), ("long", ReportWords.longs), ("short", ReportWords.shorts),
            ("gains", ReportWords.gains), ("losses", ReportWords.losses),
        ]
        for (value, label) in choices { option(&html, value, say(label)) }
        for reason in reasons { option(&html, "reason:" + reason, shown(reason: reason)) }
        html.raw("</select></label><span class=\"count\" aria-live=\"polite\"></span>")
        page(&html, "previous", "‹", ReportWords.previousPage)
        page(&html, "next", "›", ReportWords.nextPage)
        html.raw("</div></header>\n<div class=\"scroll\"><table>")
        html.element("caption", say(ReportWords.trades))
        html.raw("<thead><tr>")
        for (index, column) in ReportWords.tradeColumns.enumerated() {
            html.raw("<th scope=\"col\"")
            if index == 0 { html.raw(" aria-sort=\"ascending\"") }
            if column.key == "long" || column.key == "reason" { html.raw(" class=\"text\"") }
            html.raw("><button type=\"button\"")
            html.attribute("data-key", column.key)
            html.raw(">")
            html.text(say(column.head))
            html.raw("</button></th>")
        }
        html.raw("</tr></thead>\n<tbody></tbody></table></div>\n</section>\n")
    }

    /// The reasons of trades, the first twenty, in the order in which they appear.
    private var reasons: [String] {
        var seen: [String] = []
        for trade in result.trades.prefix(chart.tradesShown) where !seen.contains(trade.reason) {
            seen.append(trade.reason)
            if seen.count == 20 { break }
        }
        return seen
    }

    private func shown(reason: String) -> String {
        ReportWords.reasons.first { $0.0 == reason }.map { say($0.1) } ?? reason
    }

    private func option(_ html: inout HTMLText, _ value: String, _ label: String) {
        html.raw("<option")
        html.attribute("value", value)
        html.raw(">")
        html.text(label)
        html.raw("</option>")
    }

    private func page(_ html: inout HTMLText, _ turn: StaticString, _ sign: String, _ label: Message) {
        html.raw("<button type=\"button\" data-page=\"")
        html.raw(turn)
        html.raw("\"")
        html.attribute("aria-label", say(label))
        html.attribute("title", say(label))
        html.raw(">")
        html.text(sign)
        html.raw("</button>")
    }

    func writeSettings(_ html: inout HTMLText) {
        html.raw("<section class=\"card\">\n<header>")
        html.element("h2", say(ReportWords.parameters))
        html.raw("</header>\n<div class=\"body\">\n")
        if result.parameters.isEmpty {
            html.element("p", class: "empty", say(ReportWords.noParameters))
        } else {
            pairs(&html, result.parameters.map { (label: $0.name, value: $0.value) })
        }
        html.element("h3", say(ReportWords.settings))
        pairs(&html, figures.settings(language, numbers))
        html.raw("</div>\n</section>\n")
    }

    private func pairs(_ html: inout HTMLText, _ rows: [(label: String, value: String)]) {
        html.raw("<dl class=\"pairs\">\n")
        for row in rows {
            html.raw("<div>")
            html.element("dt", row.label)
            html.element("dd", row.value)
            html.raw("</div>\n")
        }
        html.raw("</dl>\n")
    }

    /// The journal, at most its first 500 entries, so that the page stays small.
    func writeJournal(_ html: inout HTMLText) {
        html.raw("<section class=\"card\">\n<header><h2>")
        html.text("\(say(ReportWords.journal)) (\(numbers.whole(result.notes.total)))")
        html.raw("</h2></header>\n<div class=\"body\">\n")
        if result.notes.total == 0 { html.element("p", class: "empty", say(ReportWords.emptyJournal)) }
        let shown = result.notes.entries.prefix(500)
        if !shown.isEmpty {
            html.raw("<ul class=\"journal\" tabindex=\"0\">\n")
            for note in shown {
                html.raw("<li>")
                html.element("time", String(note.time.description.dropLast(4)))
                html.element("span", note.code)
                html.element("div", say(note.message))
                html.raw("</li>\n")
            }
            html.raw("</ul>\n")
        }
        if result.notes.total > shown.count {
            html.element(
                "p", class: "hint", say(ReportWords.notesLeftOut(numbers.whole(result.notes.total - shown.count))))
        }
        html.raw("</div>\n</section>\n")
    }
}
