import Foundation
import Market
import Testing
import Trading
import Wording

@testable import Backtest

@Suite("Reports of a run")
struct ReportTests {
    static func result(_ change: (inout BacktestOptions) -> Void = { _ in }) throws -> BacktestResult {
        var options = try DeterminismTests.options()
        change(&options)
        return try Backtest.run(
            Scripts.script(Scripts.cross), series: [DeterminismTests.market(4000)], options: options)
    }

    @Test("JSON has the promised keys in a fixed order and no NaN")
    func json() throws {
        let result = try Self.result()
        let text = JSONReport(result).text
        let read = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let promised = [
            "strategy", "symbol", "timeframe", "candles", "from", "to", "elapsed_seconds", "candles_per_second", "cash",
            "final_equity", "return_pct", "max_drawdown_pct", "sharpe", "trades", "win_rate", "fees", "hash",
        ]
        for key in promised { #expect(read[key] != nil && !(read[key] is NSNull), "\(key)") }
        #expect(read["trades"] as? Int == result.trades.count)
        #expect(read["candles"] as? Int == result.range.count)
        #expect(read["final_equity"] as? Double == result.finalEquity)
        #expect((read["hash"] as? String)?.count == 16)
        #expect(!text.contains("nan") && !text.contains("inf\""))
        let places = promised.compactMap { text.range(of: "\"\($0)\":")?.lowerBound }
        #expect(places == places.sorted())
    }

    @Test("a run without a trade has reports too, in both languages", arguments: Language.allCases)
    func quiet(language: Language) throws {
        let result = try Scripts.run(Scripts.buying(at: 99), ContractTests.rising)
        #expect(result.trades.isEmpty)
        let page = HTMLReport(result, language: language).page
        #expect(page.contains(HTMLText.escaped(ReportWords.noTrades.text(in: language))))
        _ = try JSONSerialization.jsonObject(with: Data(JSONReport(result).text.utf8))
        #expect(CSVReport(result).trades == CSVReport.tradesHeader + "\n")
        #expect(TerminalReport(result, language: language).text.contains("once"))
    }

    @Test("the CSV tables have their headers, a row a candle or trade, and numbers that read back")
    func csv() throws {
        let result = try Self.result()
        let csv = CSVReport(result)
        let trades = csv.trades.split(separator: "\n")
        #expect(
            trades[0]
                == "id,side,qty,entry_time,entry_price,exit_time,exit_price,fees,profit,profit_pct,bars,reason,"
                + "mae_pct,mfe_pct"
        )
        #expect(trades.count == result.trades.count + 1)
        let fields = trades[1].split(separator: ",")
        #expect(fields[0] == "1")
        #expect(fields[1] == "long")
        #expect(Int64(fields[3]) == result.trades[0].entryTime.milliseconds)
        #expect(String(fields[4]) == result.trades[0].entryPrice.description)
        let equity = csv.equity.split(separator: "\n")
        #expect(equity[0] == "time,equity,drawdown")
        #expect(equity.count == result.range.count + 1)
        let last = equity[equity.count - 1].split(separator: ",")
        #expect(Double(last[1]) == result.finalEquity)
        let deepest = equity.dropFirst().compactMap { Double($0.split(separator: ",")[2]) }.max() ?? 0
        #expect(abs(deepest * 100 - result.performance.drawdown.percent) < 1e-9)
    }

    @Test("plots have a column for each name and a row for each candle")
    func plots() throws {
        let source = """
            local S = Strategy { name = "plots", timeframe = "1m", warmup = 0 }
            function S:on_candle()
              plot("close", self.close[0])
              if #self.close == 3 then plot("a,b", 1.5) end
            end
            return S
            """
        let result = try Scripts.run(source, ContractTests.rising) { $0.keepsPlots = true }
        #expect(
            CSVReport(result).plots == """
                time,close,"a,b"
                \(Scripts.minute(0)),100,
                \(Scripts.minute(1)),101,
                \(Scripts.minute(2)),103,1.5
                \(Scripts.minute(3)),105,

                """)
    }

    @Test("the terminal table is aligned, in the language asked for, and coloured only when asked")
    func terminal() throws {
        let result = try Self.result()
        let plain = TerminalReport(result, language: .french).text
        #expect(plain.contains("Rendement annuel (CAGR)"))
        #expect(!plain.contains("\u{1b}"))
        #expect(TerminalReport(result, language: .english, usesColours: true).text.contains("\u{1b}["))
        let english = TerminalReport(result, language: .english).text.split(
            separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(english.firstIndex { $0.hasPrefix("Starting cash") })
        let widths = english[start..<start + 10].map(\.count)
        #expect(Set(widths).count == 1)
        #expect(widths[0] <= 80)
    }

    @Test("monthly returns compound to the whole return")
    func monthly() throws {
        let result = try Self.result()
        let months = result.monthlyReturns.years.flatMap { $0.months.compactMap { $0 } }
        #expect(months.count > 1)
        let product = months.reduce(1) { $0 * (1 + $1 / 100) }
        #expect(abs((product - 1) * 100 - (result.performance.returnPct ?? .nan)) < 1e-9)
        let years = result.monthlyReturns.years.reduce(1) { $0 * (1 + $1.total / 100) }
        #expect(abs(years - product) < 1e-9)
    }

    @Test("buy and hold pays its entry and is marked at the last close")
    func holding() throws {
        let result = try Scripts.run(Scripts.buying(at: 99), ContractTests.rising) { options in
            options.fees = try Scripts.fee("0.001")
        }
        // 10000 / (100 x 1.001) x 105
        #expect(result.holding.finalEquity.isNear(10_000 / 100.1 * 105))
    }
}
