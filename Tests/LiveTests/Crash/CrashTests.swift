import Foundation
import Testing

@Suite("An engine that is killed")
struct CrashTests {
    /// Of one series.
    private static let kills = number("LIVE_CRASH_KILLS") ?? 52
    /// How many series run side by side, and how often; `LIVE_CRASH_ROUNDS` makes thousands of kills of it.
    private static let series = 4
    private static let rounds = number("LIVE_CRASH_ROUNDS") ?? 1
    /// The seed of the first series; the others count on from there.
    private static let firstSeed = number("LIVE_CRASH_SEED") ?? 20_260

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

    @Test(
        "at any step of an order's life leaves no order lost or doubled, and books that agree to the last digit",
        .timeLimit(.minutes(5 * rounds)), arguments: 0..<series)
    func survives(_ number: Int) async throws {
        for round in 0..<Self.rounds {
            try await survives(seed: UInt64(Self.firstSeed + round * Self.series + number))
        }
    }

    private func survives(seed: UInt64) async throws {
        let outcome = try await CrashSeries(seed: seed, kills: Self.kills).run()
        print(
            "crash series, seed \(seed): \(outcome.kills) kills (\(outcome.steps)), \(outcome.orders) orders, "
                + "\(outcome.fills) fills")
        let found = (outcome.differences + outcome.story.suffix(40)).joined(separator: "\n")
        #expect(outcome.differences.isEmpty, "seed \(seed)\n\(found)")
        #expect(outcome.kills >= Self.kills, "seed \(seed)")
        let steps = outcome.steps.keys.filter { $0 != "any" }
        #expect(Self.kills < 52 || steps.count >= 6, "seed \(seed): engines died at \(steps.sorted()) only")
        #expect(outcome.orders > Self.kills && outcome.fills > Self.kills / 2, "seed \(seed)")
    }
}
