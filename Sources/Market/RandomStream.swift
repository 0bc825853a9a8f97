/// Random numbers that are the same on every machine for one seed: xoshiro256** by Blackman and Vigna, its state
/// filled by splitmix64, as its authors advise.
public struct RandomStream: RandomNumberGenerator, Sendable {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    public init(seed: UInt64) {
        var state = seed
        func mix() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        a = mix()
        b = mix()
        c = mix()
        d = mix()
    }

    public mutating func next() -> UInt64 {
        let product = b &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << 45) | (d >> 19)
        return result
    }

    /// A number from 0 up to but not including 1, in steps of 2^-53.
    public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number from a nearly normal distribution of mean 0 and deviation 1, never beyond 6 either way: the sum of
    /// twelve uniform ones (Irwin-Hall), which needs no function whose last bit differs between machines.
    public mutating func bell() -> Double {
        var sum = 0.0
        // Four numbers of 16 bits out of each draw.
        for _ in 0..<3 {
            let bits = next()
            sum += Double(bits & 0xFFFF) + Double((bits >> 16) & 0xFFFF)
            sum += Double((bits >> 32) & 0xFFFF) + Double(bits >> 48)
        }
        return (sum + 6) / 65_536 - 6
    }
}
