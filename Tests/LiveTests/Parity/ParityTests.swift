import Market
import TestSupport
import Testing

@Suite("Live trading does what a backtest does", .timeLimit(.minutes(10)))
struct ParityTests {
    @Test(
        "over three days of real trades: the same orders, fills and prices",
        .enabled(if: SharedData.isThere, SharedData.absence))
    func realTrades() async throws {
        let market = try ParityMarket.real()
        try await compare(market, try ParityScript.all())
    }

    /// Of the synthetic month.
    static let seed: UInt64 = 31

    @Test("over a synthetic month in which the connection breaks every day")
    func syntheticMonth() async throws {
        let seed = Self.seed
        let market = try ParityMarket.synthetic(seed: seed, days: 30)
        var numbers = SeededNumbers(seed: seed)
        let first = market.minutes[0].openTime.milliseconds / 60_000
        let outages = (0..<30).map { day in
            let start = first + Int64(day * 1440 + 10 + numbers.below(1300))
            return start...start + Int64(numbers.below(90))
        }
        let outcome = try await compare(market, try ParityScript.slow(), outages)
        #expect(outcome.fetches >= 30, "seed \(seed)")
    }

    @discardableResult
    private func compare(
        _ market: ParityMarket, _ scripts: [ParityScript], _ outages: [ClosedRange<Int64>] = []
    ) async throws -> ParityLive.Outcome {
        let outcome = try await ParityLive.run(market, scripts, outages: outages)
        #expect(outcome.differingMinutes == 0)
        #expect(outcome.alerts == [])
        for (place, script) in scripts.enumerated() {
            let reference = try ParityReference(script, market)
            compare("\(script), fills", outcome.fills[place], reference.fills)
            compare("\(script), orders", outcome.orders[place], reference.orders)
            #expect(outcome.positions[place] == reference.position.value, "\(script)")
        }
        return outcome
    }

    private func compare<Told: Equatable>(_ what: String, _ live: [Told], _ backtest: [Told]) {
        guard live != backtest else { return }
        let at = zip(live, backtest).enumerated().first { $1.0 != $1.1 }?.offset ?? min(live.count, backtest.count)
        Issue.record(
            """
            \(what): \(live.count) live, \(backtest.count) in the backtest; from number \(at) on
            live     \(live.dropFirst(at).prefix(4))
            backtest \(backtest.dropFirst(at).prefix(4))
            """)
    }
}
