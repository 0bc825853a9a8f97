/// How long to wait before the next try to connect: doubling, with a limit, and a random part, so that many clients do
/// not come back in the same instant.
struct Backoff {
    static let first: Duration = .milliseconds(50)
    static let limit: Duration = .seconds(2)

    private(set) var failures = 0

    mutating func succeed() {
        failures = 0
    }

    /// The pause after one more failure: between half and the whole of the step; `fraction` is random, from 0 to 1.
    mutating func fail(fraction: Double) -> Duration {
        failures += 1
        // Past 2^6 steps the limit holds anyway.
        let step = min(Self.limit, Self.first * (1 << min(failures - 1, 6)))
        return step * (0.5 + 0.5 * min(max(fraction, 0), 1))
    }
}
