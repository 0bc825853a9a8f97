/// Columns of text with a head, each as wide as its widest cell.
struct TextTable {
    enum Alignment {
        case left, right
    }

    private let alignments: [Alignment]
    private var rows: [[String]]

    init(_ head: [(String, Alignment)]) {
        alignments = head.map(\.1)
        rows = [head.map(\.0)]
    }

    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// The lines, the head in bold where there are colours.
    var text: String {
        let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.enumerated().map { number, row in
            var cells = zip(row, zip(widths, alignments)).map { cell, form in
                let space = String(repeating: " ", count: form.0 - cell.count)
                return form.1 == .left ? cell + space : space + cell
            }
            if alignments.last == .left { cells[cells.count - 1] = row[row.count - 1] }
            let line = cells.joined(separator: "  ")
            return number == 0 ? Console.styled(line, .bold) : line
        }.joined(separator: "\n")
    }
}
