import Foundation
import Testing

@Suite("An engine that is killed", .timeLimit(.minutes(5)))
struct CrashTests {
    /// Kills of one series; `LIVE_CRASH_KILLS` makes it longer.
    private static let kills = number("LIVE_CRASH_KILLS") ?? 52
    /// The seed of the first series; `LIVE_CRASH_SEED` names another one, `LIVE_CRASH_SERIES` how many there are.
    private static let firstSeed = number("LIVE_CRASH_SEED") ?? 20_260
    private static let series = number("LIVE_CRASH_SERIES") ?? 4

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

    @Test(
        "at any step of an order's life leaves no order lost or doubled, and books that agree to the last digit",
        arguments: 0..<series)
    func survives(_ number: Int) async throws {
        let seed = UInt64(Self.firstSeed + number)
        let outcome = try await CrashSeries(seed: seed, kills: Self.kills).run()
        print(
            "crash series, seed \(seed): \(outcome.kills) kills (\(outcome.steps)), \(outcome.orders) orders, "
                + "\(outcome.fills) fills")
        let found = (outcome.differences + outcome.story.suffix(40)).joined(separator: "\n")
        #expect(outcome.differences.isEmpty, "seed \(seed)\n\(found)")
        #expect(outcome.kills >= Self.kills, "seed \(seed)")
        #expect(outcome.orders > Self.kills && outcome.fills > Self.kills / 2, "seed \(seed)")
    }
}
