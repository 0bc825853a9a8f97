import Broker
import Foundation
import Market
import TestSupport
import Testing

@testable import aristobot

@Suite("The demonstration's plan")
struct DemoPlanTests {
    @Test("the program holds every example, byte for byte")
    func embedded() throws {
        let directory = PackageRoot.url.appendingPathComponent("strategies")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".lua") }
        #expect(ExampleStrategies.names == files.map { String($0.dropLast(4)) }.sorted())
        for name in ExampleStrategies.names {
            let data = try Data(contentsOf: directory.appendingPathComponent(name + ".lua"))
            #expect(ExampleStrategies.source(name).map { Data($0) } == data, "\(name)")
        }
        #expect(ExampleStrategies.source("none") == nil)
    }

    @Test("its entries are examples on timeframes of the heartbeat, with parameters that the strategies have")
    func entries() throws {
        let program = try Program()
        for entry in DemoPlan.entries {
            #expect(ExampleStrategies.names.contains(entry.example))
            #expect(Timeframe.heartbeat.contains(entry.timeframe))
            let parameters = entry.parameters.flatMap { ["--param", "\($0.key)=\($0.value)"] }
            let answer = try program.run(
                [
                    "backtest", "\(Program.root)/strategies/\(entry.example).lua", "--synthetic", "1", "--candle-count",
                    "2000",
                    "--timeframe", entry.timeframe.rawValue,
                ] + parameters)
            #expect(answer.status == 0, "\(entry.example): \(answer.error)")
        }
    }

    @Test("a session's market is named after its second, and known by its name")
    func market() throws {
        let name = DemoPlan.marketName(at: Timestamp(milliseconds: 1_700_049_600_999))
        #expect(name == "demo-20231115120000")
        #expect(DemoPlan.isMarketName(try #require(VenueName(name))))
        for other in ["binance", "demo-2023111512000", "demo-2023111512000x", "venue-20231115120000"] {
            #expect(!DemoPlan.isMarketName(try #require(VenueName(other))))
        }
    }
}
