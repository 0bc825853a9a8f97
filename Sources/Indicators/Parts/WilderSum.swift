/// Wilder's running sum of directional movement: the plain sum of the first `period - 1` values, then
/// `sum - sum / period + value`. The sum is known from the first value on; who uses it counts the warm-up.
struct WilderSum {
    private let keep: Double
    private(set) var sum = 0.0

    init(period: Int) { keep = Double(period - 1) / Double(period) }

    @inline(__always)
    mutating func reset() { sum = 0 }

    /// Adds a value of the warm-up.
    @inline(__always)
    mutating func seed(_ value: Double) { sum += value }

    @inline(__always)
    mutating func step(_ value: Double) { sum = sum * keep + value }
}
