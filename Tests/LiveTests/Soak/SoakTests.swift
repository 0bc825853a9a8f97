import Foundation
import Testing

@Suite("An engine at work for long")
struct SoakTests {
    /// A minute of the market takes less than half a second, on a busy machine too.
    private static let limit = 15 + plan().minutes / 120

    /// `LIVE_SOAK_MINUTES` makes it longer, with the program of `LIVE_SOAK_PROGRAM`; `LIVE_SOAK_SEED` sets what comes.
    /// `Benchmarks/soak/run` does thirty days.
    private static func plan() -> Soak.Plan {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["LIVE_SOAK_SEED"].flatMap(UInt64.init) ?? 4242
        if let minutes = environment["LIVE_SOAK_MINUTES"].flatMap(Int.init) {
            let program = environment["LIVE_SOAK_PROGRAM"] ?? "LiveRunner"
            return Soak.Plan(seed: seed, minutes: minutes, limit: nil, faults: 1, program: program)
        }
        return Soak.Plan(seed: seed, minutes: 1440, limit: .seconds(20), faults: 8)
    }

    @Test(
        "keeps its books, its memory and its connections while everything around it fails now and then",
        .timeLimit(.minutes(limit)))
    func soak() async throws {
        let plan = Self.plan()
        let outcome = try await Soak(plan: plan).run()
        let faults = outcome.faults.sorted { $0.key < $1.key }.map { "\($0.value) x \($0.key)" }
        print(
            """
            soak of \(outcome.minutes) minutes, \(outcome.missed) missed, seed \(plan.seed): \
            \(outcome.orders) orders, \(outcome.fills) fills, \
            \(outcome.faults.values.reduce(0, +)) faults of \(faults.count) kinds; \
            \(outcome.early.map { "\($0)" } ?? "-") early, \(outcome.late.map { "\($0)" } ?? "-") at the end
            """)
        #expect(
            outcome.differences.isEmpty,
            "seed \(plan.seed): \(faults.joined(separator: "\n"))\n\(outcome.lastWords)")
        #expect(outcome.minutes > 20 && outcome.fills > 5, "seed \(plan.seed)")
        let idle = zip([0] + outcome.days, outcome.days).filter { $1 < $0 + 20 }
        #expect(idle.isEmpty, "seed \(plan.seed): it hardly traded on some days, fills by day: \(outcome.days)")
        let early = try #require(outcome.early)
        let late = try #require(outcome.late)
        #expect(late.residentKibibytes < early.residentKibibytes * 13 / 10 + 16_384, "\(early); \(late)")
        #expect(late.files <= early.files + 8 && late.threads <= early.threads + 8, "\(early); \(late)")
    }
}
