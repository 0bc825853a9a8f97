import Market
import Trading
import Wording

/// A result for programs: one JSON object whose keys always stand in the same order.
///
/// Keys that end in `_pct` are percentages, `win_rate` and `exposure` fractions from 0 to 1, money is in quote
/// currency, times are ISO 8601 in UTC and, with `_ms`, milliseconds since the epoch. What does not exist is null.
public struct JSONReport {
    let result: BacktestResult

    public init(_ result: BacktestResult) {
        self.result = result
    }

    /// The object in one line, without a newline.
    public var text: String {
        var json = JSONText()
        json.object { json in
            writeRun(&json)
            writeFigures(&json)
            writeRest(&json)
        }
        return json.text
    }

    private func writeRun(_ json: inout JSONText) {
        json.string("strategy", result.strategy)
        json.string("version", result.version)
        json.string("symbol", result.symbol.description)
        json.string("timeframe", result.timeframe.rawValue)
        json.string("market", result.market.rawValue)
        json.integer("candles", result.range.count)
        writeTime(&json, "from", result.from)
        writeTime(&json, "to", result.to)
        json.number("elapsed_seconds", result.elapsedSeconds)
        json.number("cpu_seconds", result.cpuSeconds)
        json.number("candles_per_second", result.candlesPerSecond.rounded())
        switch result.ending {
        case .complete: json.string("ending", "complete")
        case .interrupted: json.string("ending", "interrupted")
        case .failed: json.string("ending", "failed")
        }
    }

    private func writeTime(_ json: inout JSONText, _ name: String, _ time: Timestamp?) {
        json.key(name)
        if let time { json.string(time.description) } else { json.null() }
        json.key(name + "_ms")
        if let time { json.integer(time.milliseconds) } else { json.null() }
    }

    private func writeFigures(_ json: inout JSONText) {
        let report = result.performance
        json.number("cash", result.cash)
        json.number("final_equity", result.finalEquity)
        json.number("net_profit", report.netProfit)
        json.number("return_pct", report.returnPct)
        json.number("cagr_pct", report.cagrPct)
        json.number("max_drawdown_pct", report.drawdown.percent)
        json.integer("max_drawdown_ms", report.drawdown.length)
        json.integer("longest_drawdown_ms", report.drawdown.longest)
        json.number("sharpe", report.sharpe)
        json.number("sortino", report.sortino)
        json.number("calmar", report.calmar)
        json.integer("trades", result.trades.count)
        json.number("win_rate", report.winRate)
        json.number("profit_factor", report.profitFactor)
        json.number("expectancy", report.expectancy)
        json.number("exposure", report.exposure)
        json.number("largest_loss", report.largestLoss)
        json.integer("longest_losing_run", report.longestLosingRun)
        json.number("fees", report.fees.value.double)
        json.string("hash", result.hashText)
    }

    private func writeRest(_ json: inout JSONText) {
        json.object("buy_and_hold") { json in
            json.number("final_equity", result.holding.finalEquity)
            json.number("return_pct", result.holding.returnPct)
            json.number("max_drawdown_pct", result.holding.maxDrawdownPct)
        }
        json.object("gaps") { json in
            json.integer("count", result.gaps.gaps)
            json.integer("missing_candles", result.gaps.missing)
            json.integer("longest", result.gaps.longest)
        }
        json.integer("warmup", result.warmup)
        json.integer("warmup_history", result.range.lowerBound)
        json.object("params") { json in
            for parameter in result.parameters { json.string(parameter.name, parameter.value) }
        }
        json.object("options") { writeOptions(&$0) }
        json.integer("ambiguous_exits", result.performance.ambiguousExits)
        json.array("monthly_returns_pct") { json in
            for year in result.monthlyReturns.years {
                json.object { json in
                    json.integer("year", year.year)
                    json.number("total", year.total)
                    json.array("months") { json in
                        for month in year.months { if let month { json.number(month) } else { json.null() } }
                    }
                }
            }
        }
        json.integer("notes", result.notes.total)
    }

    private func writeOptions(_ json: inout JSONText) {
        let options = result.options
        json.number("maker_fee", options.fees.maker.double)
        json.number("taker_fee", options.fees.taker.double)
        json.number("slippage", options.slippage.double)
        json.string("fill", options.marketFill == .nextOpen ? "open" : "close")
        json.key("intrabar")
        if let intrabar = options.intrabar { json.string(intrabar.rawValue) } else { json.null() }
        json.integer("seed", options.seed)
    }
}
