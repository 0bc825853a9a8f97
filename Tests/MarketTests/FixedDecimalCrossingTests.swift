import Market
import Testing

/// The fast ways between `Double` and decimal answer what the slow ones do.
@Suite struct FixedDecimalCrossingTests {
    @Test("the crossing from Double is the number's shortest text, for short and long numbers")
    func crossingIsTheText() {
        var numbers = Numbers(state: 20_260_101)
        for _ in 0..<3_000 {
            let number = numbers.next()
            for rounding in [FixedDecimal.Rounding.down, .up, .nearest] {
                let expected = FixedDecimal(number.description, rounding: rounding)
                #expect(FixedDecimal(number, rounding: rounding) == expected, "\(number)")
            }
        }
        #expect(FixedDecimal(-0.0, rounding: .up) == .zero)
    }

    @Test("the crossing to Double is the nearest one, for few and many digits")
    func backIsTheNearest() {
        var numbers = Numbers(state: 77)
        for _ in 0..<3_000 {
            let value = FixedDecimal(units: numbers.units())
            #expect(value.double == Double(value.description), "\(value)")
        }
    }

    /// Numbers of every length and size, the same on every run.
    private struct Numbers {
        var state: UInt64

        mutating func bits() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }

        mutating func next() -> Double {
            let digits = Double(Int64(bits() >> (11 + bits() % 50)))
            let scales = [1, 1e1, 1e2, 1e4, 1e8, 1e9, 1e12, 1e20]
            let number = digits / scales[Int(bits() % 8)]
            return bits() % 2 == 0 ? number : -number
        }

        mutating func units() -> Int128 {
            let low = Int128(bits() >> (bits() % 64))
            switch bits() % 4 {
            case 0: return low
            case 1: return low * 10_000
            case 2: return -low * 1_000_000_000
            default: return low * Int128(bits() >> 34)
            }
        }
    }
}
