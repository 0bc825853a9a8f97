import Foundation
import Testing
import TestSupport

@testable import Engine

@Suite("A running strategy before a venue with faults")
struct DeskPropertyTests {
    /// More with ARISTOBOT_DESK_SEEDS.
    static var seeds: Range<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["ARISTOBOT_DESK_SEED"].flatMap(UInt64.init) ?? 1
        return first..<first + (environment["ARISTOBOT_DESK_SEEDS"].flatMap(UInt64.init) ?? 150)
    }

    @Test("ends with every order known, every fill booked once and every lot protected")
    func everyFault() throws {
        let seen = try check(faults: .all)
        #expect(seen.crashes > Self.seeds.count && seen.trades > Self.seeds.count)
    }

    @Test("ends so without faults too")
    func noFault() throws {
        let seen = try check(faults: .none)
        #expect(seen.crashes == 0 && seen.trades > Self.seeds.count)
    }

    /// How often processes died, and how many trades were closed.
    private func check(faults: DeskSession.Faults) throws -> (crashes: Int, trades: Int) {
        var failed = 0
        var seen = (crashes: 0, trades: 0)
        for seed in Self.seeds where failed < 5 {
            var session = try DeskSession(seed: seed, faults: faults)
            session.runMinutes(25)
            seen.crashes += session.crashes
            seen.trades += session.trades.count
            guard !session.problems.isEmpty else { continue }
            failed += 1
            Issue.record("seed \(seed): \(session.problems.joined(separator: "; "))")
            guard ProcessInfo.processInfo.environment["ARISTOBOT_DESK_LOG"] != nil else { continue }
            var again = try DeskSession(seed: seed, faults: faults)
            again.isLogging = true
            again.runMinutes(25)
            print(again.log.joined(separator: "\n"))
        }
        return seen
    }
}
