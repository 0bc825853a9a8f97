import Market
import StrategyHost
import Trading
import Wording

/// A result as a table for the terminal.
public struct TerminalReport {
    let result: BacktestResult
    let language: Language
    /// Whether to colour gains, losses and heads with ANSI sequences; only a terminal wants them.
    let usesColours: Bool

    public init(_ result: BacktestResult, language: Language, usesColours: Bool = false) {
        self.result = result
        self.language = language
        self.usesColours = usesColours
    }

    private enum Style: String {
        case head = "\u{1b}[1;36m"
        case good = "\u{1b}[32m"
        case bad = "\u{1b}[31m"
        case faint = "\u{1b}[2m"
    }

    /// The table, lines of at most 80 columns unless a name is longer, each ending in a newline.
    public var text: String {
        let numbers = NumberText(language)
        let figures = ReportFigures(result)
        var text = styled(Self.printable(result.strategy), .head) + "\n"
        let facts = figures.facts(language, numbers).map { $0.label.isEmpty ? $0.value : "\($0.label) \($0.value)" }
        text += styled(facts.joined(separator: " · "), .faint) + "\n"
        switch result.ending {
        case .complete: break
        case .interrupted:
            text += styled(say(ReportWords.interrupted(result.to?.description ?? NumberText.none)), .bad) + "\n"
        case .failed(let error): text += styled(say(ReportWords.failed(error.message)), .bad) + "\n"
        }
        text += "\n" + table(figures.all, numbers)
        text += months(numbers)
        if result.notes.total > 0 { text += "\n" + notes(numbers) }
        return text
    }

    private func say(_ message: Message) -> String { message.text(in: language) }

    private func styled(_ text: String, _ style: Style) -> String {
        usesColours ? style.rawValue + text + "\u{1b}[0m" : text
    }

    /// Two columns of figures side by side.
    private func table(_ figures: [ReportFigure], _ numbers: NumberText) -> String {
        let half = (figures.count + 1) / 2
        let labels = figures.map { say($0.label) }
        let values = figures.map { $0.text(numbers) }
        let width = (0..<2).map { column in
            let rows = column == 0 ? 0..<half : half..<figures.count
            return (labels[rows].map(\.count).max() ?? 0, values[rows].map(\.count).max() ?? 0)
        }
        var text = ""
        for row in 0..<half {
            var line = ""
            for (column, index) in [row, row + half].enumerated() where index < figures.count {
                let (label, value) = width[column]
                let gap = label - labels[index].count + value - values[index].count + 2
                let style: Style? =
                    switch figures[index].tone {
                    case .good: .good
                    case .bad: .bad
                    case .plain: nil
                    }
                line += column == 0 ? "" : "    "
                line += labels[index] + String(repeating: " ", count: gap)
                line += style.map { styled(values[index], $0) } ?? values[index]
            }
            text += line + "\n"
        }
        return text
    }

    /// Monthly returns, a year a line, for histories that touch more than one month.
    private func months(_ numbers: NumberText) -> String {
        let years = result.monthlyReturns.years
        guard years.count > 1 || years.contains(where: { $0.months.count { $0 != nil } > 1 }) else { return "" }
        let heads = [""] + ReportWords.months.map { say($0) } + [say(ReportWords.year)]
        var rows = [heads]
        for year in years {
            let cells = year.months.map { $0.map { numbers.fixed($0, 1, signed: true) } ?? "" }
            rows.append([String(year.year)] + cells + [numbers.fixed(year.total, 1, signed: true)])
        }
        let widths = heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = "\n" + styled(say(ReportWords.monthly) + " (%)", .head) + "\n"
        for (index, row) in rows.enumerated() {
            let cells = row.enumerated().map { column, cell in
                let padded = String(repeating: " ", count: widths[column] - cell.count) + cell
                guard index > 0, column > 0, let first = cell.first else { return padded }
                return styled(padded, first == "+" ? .good : first == "\u{2212}" ? .bad : .faint)
            }
            text += cells.joined(separator: " ") + "\n"
        }
        return text
    }

    /// The first entries of the journal.
    private func notes(_ numbers: NumberText) -> String {
        let shown = result.notes.entries.prefix(5)
        var text = styled(say(ReportWords.journal), .head) + "\n"
        for note in shown {
            text += "\(note.time)  \(Self.printable(note.code))  \(Self.printable(say(note.message)))\n"
        }
        if result.notes.total > shown.count {
            let rest = numbers.whole(result.notes.total - shown.count)
            text += say(Message("… and \(rest) more", fr: "… et \(rest) de plus")) + "\n"
        }
        return text
    }

    /// What a strategy wrote must not steer the terminal: control characters become `?`.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) ? "?" : scalar
                }))
    }
}
