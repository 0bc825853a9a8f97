import TestSupport
import Testing

@Suite("What live trading is compared with")
struct ParityReferenceTests {
    @Test(
        "every strategy of the comparison trades on the real market",
        .enabled(if: SharedData.isThere, SharedData.absence))
    func realMarketIsBusy() throws {
        let market = try ParityMarket.real()
        #expect(market.ticks.count == 12_477 && market.minutes.count == 3559)
        for script in try ParityScript.all() {
            let reference = try ParityReference(script, market)
            // Three days are too few for the slowest one.
            #expect(reference.fills.count > 4 || script.name == "multi_timeframe_pullback", "\(script)")
        }
    }

    @Test("every strategy of the comparison trades on the synthetic market")
    func syntheticMarketIsBusy() throws {
        let market = try ParityMarket.synthetic(seed: ParityTests.seed, days: 30)
        for script in try ParityScript.slow() {
            let reference = try ParityReference(script, market)
            #expect(reference.fills.count >= 4, "\(script)")
        }
    }
}
