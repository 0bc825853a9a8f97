import Market
import Trading

/// The tables of a result as CSV: comma, point, no thousands, times in milliseconds since the epoch, UTC.
public struct CSVReport {
    let result: BacktestResult

    public init(_ result: BacktestResult) {
        self.result = result
    }

    /// `time,equity,drawdown`, a row for each traded candle: its open time, cash and position at its close, and how far
    /// that is below the highest equity so far, as a fraction (0.1 = 10 %).
    public var equity: String {
        var text = "time,equity,drawdown\n"
        text.reserveCapacity(result.equity.count * 56)
        result.withCurve { curve in
            for (row, drawdown) in curve.drawdowns().enumerated() {
                text += "\(curve.times[row]),\(Self.plain(curve.equity[row])),\(Self.plain(drawdown))\n"
            }
        }
        return text
    }

    /// `time` and a column for each plotted name, a row for each traded candle; empty where nothing was plotted.
    public var plots: String {
        let plots = result.plots ?? PlotColumns()
        var text = (["time"] + plots.names.map(Self.field)).joined(separator: ",") + "\n"
        result.withCurve { curve in
            for (row, time) in curve.times.enumerated() {
                text += String(time)
                for column in plots.names.indices {
                    let value = plots.value(column, at: row)
                    text += value.isFinite ? "," + Self.plain(value) : ","
                }
                text += "\n"
            }
        }
        return text
    }

    public static let tradesHeader =
        "id,side,qty,entry_time,entry_price,exit_time,exit_price,fees,profit,profit_pct,bars,reason,mae_pct,mfe_pct"

    /// A row for each trade, in the order of closing; quantities, prices and money are exact decimals.
    public var trades: String {
        var text = Self.tradesHeader + "\n"
        for trade in result.trades {
            text += "\(trade.id),\(trade.direction.rawValue),\(trade.quantity),\(trade.entryTime.milliseconds),"
            text += "\(trade.entryPrice),\(trade.exitTime.milliseconds),\(trade.exitPrice),\(trade.fees),"
            text += "\(trade.profit),\(Self.plain(trade.profitPct)),\(trade.bars),\(Self.field(trade.reason)),"
            text += "\(Self.plain(trade.maePct)),\(Self.plain(trade.mfePct))\n"
        }
        return text
    }

    /// The shortest text that reads back as the same number, without an exponent where the number allows it.
    static func plain(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        if value == value.rounded(.towardZero), abs(value) < 1e15 { return String(Int64(value)) }
        let text = value.description
        guard text.contains("e"), abs(value) < 1e15, let exact = FixedDecimal(value, rounding: .nearest) else {
            return text
        }
        // Numbers below 10^-4 are written with an exponent; twelve decimals are enough for a fraction or a percent.
        return exact.description
    }

    /// A field in quotes where it needs them (RFC 4180). A name that a spreadsheet would run as a formula gets an
    /// apostrophe in front.
    static func field(_ text: String) -> String {
        var content = text
        if let first = content.unicodeScalars.first, ["=", "+", "-", "@", "\t", "\r"].contains(first) {
            content = "'" + content
        }
        let needsQuotes = content.unicodeScalars.contains { ["\"", ",", "\n", "\r"].contains($0) }
        return needsQuotes
            ? "\""
                + content.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\"" : content
    }
}
