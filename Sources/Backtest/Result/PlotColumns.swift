/// What a strategy plotted: a column of numbers for each name, a row for each traded candle.
public struct PlotColumns: Sendable {
    /// In the order in which the names first appeared.
    public private(set) var names: [String] = []
    /// A column for each name; NaN where nothing was plotted. A column may end early: what is missing is NaN.
    public private(set) var columns: [[Double]] = []
    /// The most names one strategy may plot; later ones are left out.
    public static let mostNames = 64

    public init() {}

    /// Sets the value of a name at a row; rows never go back.
    public mutating func set(_ name: String, at row: Int, to value: Double) {
        let place: Int
        if let known = names.firstIndex(of: name) {
            place = known
        } else {
            guard names.count < Self.mostNames else { return }
            place = names.count
            names.append(name)
            columns.append([])
        }
        while columns[place].count < row { columns[place].append(.nan) }
        if columns[place].count > row { columns[place][row] = value } else { columns[place].append(value) }
    }

    public func value(_ column: Int, at row: Int) -> Double {
        row < columns[column].count ? columns[column][row] : .nan
    }
}
