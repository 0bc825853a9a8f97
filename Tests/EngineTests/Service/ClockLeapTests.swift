import Market
import Testing

@testable import Engine

@Suite struct ClockLeapTests {
    private static let noon: Int64 = 1_700_000_000_000
    private let leap = ClockLeap(wall: Timestamp(milliseconds: noon))

    private func ahead(_ wall: Duration, after passed: Duration) -> Duration? {
        let (seconds, _) = wall.components
        return leap.ahead(wall: Timestamp(milliseconds: Self.noon + seconds * 1000), after: passed)
    }

    @Test func `a clock that goes with the time, however long, has not leapt`() {
        for days in [0, 1, 30, 4000] {
            let time = Duration.seconds(days * 86_400)
            #expect(ahead(time, after: time) == nil)
            #expect(ahead(time + .seconds(86_400), after: time) == nil)
        }
    }

    @Test func `one that is more than a day ahead of the time that passed has`() {
        #expect(ahead(.seconds(86_401), after: .zero) == .seconds(86_401))
        #expect(ahead(.seconds(400 * 86_400), after: .seconds(3600)) == .seconds(400 * 86_400 - 3600))
        // Set right again, everything is as before.
        #expect(ahead(.seconds(7200), after: .seconds(7200)) == nil)
    }

    @Test func `one that goes back has not: what it would delete is too little`() {
        #expect(ahead(.seconds(-400 * 86_400), after: .seconds(3600)) == nil)
    }

    @Test func `a clock that shows nonsense is ahead, and no trap`() {
        #expect(leap.ahead(wall: Timestamp(milliseconds: .max), after: .zero) != nil)
        #expect(leap.ahead(wall: Timestamp(milliseconds: .min), after: .zero) == nil)
    }
}
