import Backtest
import Trading

/// What an optimisation found, as a table for people and as JSON for machines.
struct OptimizeAnswer: Encodable {
    struct Row: Encodable {
        let parameters: [String: String]
        let netProfit: Double
        let returnPct: Double?
        let maxDrawdownPct: Double
        let sharpe: Double?
        let sortino: Double?
        let calmar: Double?
        let profitFactor: Double?
        let winRate: Double?
        let expectancy: Double?
        let trades: Int
        let hash: String
        let failed: Bool

        enum CodingKeys: String, CodingKey {
            case parameters, sharpe, sortino, calmar, expectancy, trades, hash, failed
            case netProfit = "net_profit"
            case returnPct = "return_pct"
            case maxDrawdownPct = "max_drawdown_pct"
            case profitFactor = "profit_factor"
            case winRate = "win_rate"
        }
    }

    let sortedBy: String
    let combinations: Int
    let skipped: Int
    let interrupted: Bool
    let elapsedSeconds: Double
    let cpuSeconds: Double
    let rows: [Row]

    enum CodingKeys: String, CodingKey {
        case combinations, skipped, interrupted, rows
        case sortedBy = "sorted_by"
        case elapsedSeconds = "elapsed_seconds"
        case cpuSeconds = "cpu_seconds"
    }

    init(_ outcome: Optimizer.Outcome) {
        sortedBy = outcome.figure.rawValue
        combinations = outcome.total
        skipped = outcome.skipped
        interrupted = outcome.isInterrupted
        elapsedSeconds = outcome.elapsedSeconds
        cpuSeconds = outcome.cpuSeconds
        rows = outcome.rows.map { row in
            let figures = row.performance
            let hash = String(row.hash, radix: 16)
            return Row(
                parameters: row.parameters, netProfit: figures.netProfit, returnPct: figures.returnPct,
                maxDrawdownPct: figures.drawdown.percent, sharpe: figures.sharpe, sortino: figures.sortino,
                calmar: figures.calmar, profitFactor: figures.profitFactor, winRate: figures.winRate,
                expectancy: figures.expectancy, trades: figures.trades,
                hash: String(repeating: "0", count: 16 - hash.count) + hash, failed: row.failed)
        }
    }

    /// The best rows, a column for each parameter.
    func table(top: Int) -> TextTable {
        let names = rows.first.map { $0.parameters.keys.sorted() } ?? []
        var table = TextTable(
            names.map { ($0, .right) } + [
                (say("profit", fr: "profit"), .right), (say("return", fr: "gain"), .right),
                (say("drawdown", fr: "repli"), .right), ("sharpe", .right), ("sortino", .right), ("calmar", .right),
                (say("p.factor", fr: "f.profit"), .right), (say("wins", fr: "gagnants"), .right),
                (say("trades", fr: "trades"), .right),
            ])
        let numbers = NumberText(Console.language)
        func cell(_ value: Double?, _ decimals: Int, _ unit: String = "") -> String {
            value.map { numbers.fixed($0, decimals) + unit } ?? NumberText.none
        }
        for row in rows.prefix(top) {
            table.add(
                names.map { row.parameters[$0] ?? "" } + [
                    cell(row.netProfit, 2), cell(row.returnPct, 2, " %"), cell(row.maxDrawdownPct, 2, " %"),
                    cell(row.sharpe, 2), cell(row.sortino, 2), cell(row.calmar, 2), cell(row.profitFactor, 2),
                    cell(row.winRate.map { $0 * 100 }, 1, " %"), numbers.whole(row.trades),
                ])
        }
        return table
    }

    /// One line about the whole.
    var line: String {
        let numbers = NumberText(Console.language)
        let seconds = numbers.fixed(elapsedSeconds, 1)
        let left = combinations - skipped - rows.count
        let unfinished = left > 0 ? say(", \(left) not tried", fr: ", \(left) non essayées") : ""
        return say(
            "\(rows.count) of \(combinations) combinations in \(seconds) s, "
                + "\(skipped) refused by the strategy\(unfinished)",
            fr: "\(rows.count) combinaisons sur \(combinations) en \(seconds) s, "
                + "\(skipped) refusées par la stratégie\(unfinished)")
    }
}
