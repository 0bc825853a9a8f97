/// A table that fits a width: columns that matter least go first.
struct StatusTable {
    struct Column {
        let head: String
        let isRight: Bool
        /// The higher, the sooner it is left out; 0 stays.
        let expendability: Int

        init(_ head: String, isRight: Bool = false, expendability: Int = 0) {
            self.head = head
            self.isRight = isRight
            self.expendability = expendability
        }
    }

    struct Cell {
        let text: String
        let style: Console.Style?

        init(_ text: String, _ style: Console.Style? = nil) {
            self.text = StyledLine.printable(text)
            self.style = style
        }
    }

    /// Columns of a cell; longer text is cut.
    static let widest = 24

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    mutating func add(_ cells: [Cell]) {
        rows.append(cells)
    }

    /// The head, then the rows.
    func lines(width: Int) -> [StyledLine] {
        let widths = columns.indices.map { column in
            min(
                ([columns[column].head] + rows.map { $0[column].text }).map(StyledLine.width).max() ?? 0, Self.widest)
        }
        var shown = Array(columns.indices)
        // A column with nothing in it says nothing.
        shown.removeAll { column in columns[column].expendability > 0 && rows.allSatisfy { $0[column].text.isEmpty } }
        while shown.reduce(-2, { $0 + widths[$1] + 2 }) > width,
            let least = shown.filter({ columns[$0].expendability > 0 })
                .max(by: { columns[$0].expendability < columns[$1].expendability })
        {
            shown.removeAll { $0 == least }
        }
        let head = columns.map { Cell($0.head, .bold) }
        return ([head] + rows).map { cells in
            var line = StyledLine()
            for (number, column) in shown.enumerated() {
                if number > 0 { line.add("  ") }
                let cell = cells[column]
                let text = StyledLine(cell.text).text(columns: widths[column], hasColours: false)
                let space = String(repeating: " ", count: max(widths[column] - StyledLine.width(text), 0))
                if columns[column].isRight { line.add(space) }
                line.add(text, cell.style)
                if !columns[column].isRight { line.add(space) }
            }
            return line
        }
    }
}
