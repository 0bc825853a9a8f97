import Foundation
import Market
import StrategyHost
import TestSupport
import Testing
import Trading

@testable import Backtest

/// Every strategy of `strategies/` over the synthetic market and over real candles, compared with the recorded results
/// in `Tests/BacktestTests/Golden/golden.txt`.
///
/// A change that is meant to change results is recorded with `ARISTOBOT_RECORD_GOLDEN=1 swift test --filter Golden`;
/// the difference of the table then belongs into the commit, with the reason.
@Suite("The example strategies give their recorded results", .serialized)
struct GoldenTests {
    /// One line of the table: strategy, history, candles, trades, fees, final equity, hash.
    struct Line: Equatable {
        let strategy: String
        let history: String
        let figures: [String]

        var text: String { ([strategy, history] + figures).joined(separator: " ") }
    }

    enum History: String, CaseIterable {
        case synthetic, real
    }

    static let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    static var table: URL { folder.appending(path: "golden.txt") }
    static var records: Bool { ProcessInfo.processInfo.environment["ARISTOBOT_RECORD_GOLDEN"] == "1" }

    static func strategies() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: PackageRoot.url.appending(path: "strategies").path)
            .filter { $0.hasSuffix(".lua") }.sorted()
    }

    @Test("all of them, over both histories")
    func golden() throws {
        let names = try Self.strategies()
        #expect(names.count >= 8)
        let recorded = try Self.recorded()
        var lines: [Line] = []
        if !SharedData.isThere { print("skipped the real history: \(SharedData.absence)") }
        for name in names {
            for history in History.allCases {
                if history == .real, !SharedData.isThere { continue }
                let line = try Self.run(name, history)
                lines.append(line)
                guard !Self.records else { continue }
                let expected = recorded.first { $0.strategy == name && $0.history == history.rawValue }
                #expect(line == expected, "\(line.text)\nrecorded: \(expected?.text ?? "nothing")")
            }
        }
        if Self.records { try Self.record(lines) }
    }

    private static func run(_ name: String, _ history: History) throws -> Line {
        let source = try Data(contentsOf: PackageRoot.url.appending(path: "strategies").appending(path: name))
        let script = try StrategyScript(name: name, bytes: Array(source))
        let declaration = try StrategyInstance.declaration(of: script)
        var options = BacktestOptions()
        options.fees = try Scripts.fee("0.001")
        options.slippage = Scripts.decimal("0.0001")
        let bitcoin = try Symbol("BTC/USDT")
        // A strategy that reads bitcoin beside its own candles trades ether.
        let traded = declaration.symbols.contains(bitcoin) ? try Symbol("ETH/USDT") : bitcoin
        let symbols = [traded] + declaration.symbols
        let series = try symbols.map { symbol in
            switch history {
            case .synthetic:
                SyntheticMarket.generate(
                    .init(seed: 42, symbol: symbol, timeframe: declaration.timeframe, count: 6000))
            case .real: try real(symbol, declaration.timeframe)
            }
        }
        let result = try Backtest.run(script, series: series, options: options)
        #expect(result.ending == .complete)
        #expect(result.failures == 0, "\(name): \(result.notes.entries.prefix(3))")
        return Line(
            strategy: name, history: history.rawValue,
            figures: [
                "\(result.range.count)", "\(result.trades.count)", "\(result.performance.fees)",
                "\(result.finalEquity)", result.hashText,
            ])
    }

    /// Quarters of an hour where the strategy wants them, else hours.
    private static func real(_ symbol: Symbol, _ timeframe: Timeframe) throws -> CandleSeries {
        let file = "binance_\(symbol.base.lowercased())\(symbol.quote.lowercased())"
        if timeframe < .h1, symbol.base == "BTC" {
            return try SharedData.candles("\(file)_15m.csv.gz", symbol: symbol.description, 40_000..<50_000)
        }
        return try SharedData.candles("\(file)_1h.csv.gz", symbol: symbol.description, 40_000..<50_000)
    }

    private static func recorded() throws -> [Line] {
        guard FileManager.default.fileExists(atPath: table.path) else { return [] }
        return try String(contentsOf: table, encoding: .utf8).split(separator: "\n").compactMap { text in
            guard !text.hasPrefix("#") else { return nil }
            let fields = text.split(separator: " ").map(String.init)
            return Line(strategy: fields[0], history: fields[1], figures: Array(fields[2...]))
        }
    }

    private static func record(_ lines: [Line]) throws {
        let head = "# strategy history candles trades fees final_equity hash; see GoldenTests.swift\n"
        try (head + lines.map { $0.text + "\n" }.joined()).write(to: table, atomically: true, encoding: .utf8)
    }
}
