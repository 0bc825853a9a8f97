import Market

/// The venue's two units of time: a number is in microseconds when it is too large for milliseconds.
enum WireTime {
    /// Milliseconds reach this in the year 5138, microseconds passed it in 1973.
    private static let smallestInMicroseconds: Int64 = 100_000_000_000_000

    static func milliseconds(of number: Int64) -> Int64 {
        number >= smallestInMicroseconds ? number / 1000 : number
    }

    static func microseconds(of number: Int64) -> Int64 {
        number >= smallestInMicroseconds ? number : number * 1000
    }
}
