import Market
import TestSupport
import Testing

@Suite("Exact decimals")
struct FixedDecimalTests {
    @Test(
        "text is read exactly and printed in its shortest plain form",
        arguments: [
            ("0", "0"), ("-0", "0"), ("1.5", "1.5"), ("+1.50", "1.5"), (".25", "0.25"), ("3.", "3"),
            ("2.9e-7", "0.00000029"),
            ("1E3", "1000"), ("-0.000000000001", "-0.000000000001"), ("70000.07", "70000.07"),
            ("1000000000000000000000000", "1000000000000000000000000"), ("0.1000000000000000000000", "0.1"),
            ("0e99999999999999999999", "0"), ("00000000000000000000000000000000000000000000001.5", "1.5"),
        ])
    func readsText(text: String, expected: String) {
        #expect(FixedDecimal(text)?.description == expected)
    }

    @Test(
        "text that is no decimal, too fine or too large is refused",
        arguments: [
            "", "-", ".", "e5", "1e", "1e+", "1,5", "1.5.2", " 1", "1 ", "0x10", "nan", "inf", "0.0000000000001",
            "1000000000000000000000001", "1e25", "1e99999999999", "1e-99999999999", "½", "1\0",
        ])
    func refusesText(text: String) {
        #expect(FixedDecimal(text) == nil)
    }

    @Test("a Double crosses as the shortest decimal that reads back as it")
    func crossesFromDouble() {
        #expect(FixedDecimal(70000.07, rounding: .down)?.description == "70000.07")
        #expect(FixedDecimal(0.1 + 0.2, rounding: .nearest)?.description == "0.3")
        #expect(FixedDecimal(0.1 + 0.2, rounding: .up)?.description == "0.300000000001")
        #expect(FixedDecimal(-1e-13, rounding: .up)?.description == "-0.000000000001")
        #expect(FixedDecimal(Double.leastNonzeroMagnitude, rounding: .down)?.description == "0")
        #expect(FixedDecimal(5e-13, rounding: .nearest)?.description == "0")
        #expect(FixedDecimal(1.5e-12, rounding: .nearest)?.description == "0.000000000002")
        for bad in [Double.nan, .infinity, -.infinity, 1e25, -.greatestFiniteMagnitude] {
            #expect(FixedDecimal(bad, rounding: .nearest) == nil)
        }
    }

    @Test("crossing to Double answers the nearest one, as reading the printed text does")
    func crossesToDouble() {
        var random = SeededNumbers(seed: 7)
        for _ in 0..<20_000 {
            let shift = Int128(random.next() % 100)
            let units = (Int128(random.next()) << 37 | Int128(random.next() >> 30)) >> shift
            let value = FixedDecimal(units: random.next() & 1 == 0 ? units : -units)
            #expect(value.double == Double(value.description), "seed 7, \(value)")
        }
    }

    @Test("every Double of twelve decimals or fewer comes back from its decimal")
    func doubleRoundTrip() {
        var random = SeededNumbers(seed: 11)
        for _ in 0..<20_000 {
            let double = Double(random.next() % 1_000_000_000_000) / 100_000_000
            #expect(FixedDecimal(double, rounding: .down)?.double == double, "seed 11")
        }
    }

    @Test("products and quotients round as told")
    func rounding() throws {
        let third = try FixedDecimal(1).divided(by: 3, rounding: .nearest)
        #expect(third.description == "0.333333333333")
        #expect(try FixedDecimal(2).divided(by: 3, rounding: .nearest).description == "0.666666666667")
        #expect(try FixedDecimal(2).divided(by: 3, rounding: .down).description == "0.666666666666")
        #expect(try FixedDecimal(-1).divided(by: 3, rounding: .up).description == "-0.333333333334")
        let unit = FixedDecimal(units: 1)
        let half = try #require(FixedDecimal("0.5"))
        #expect(try unit.multiplied(by: half, rounding: .nearest) == .zero)
        #expect(try FixedDecimal(units: 3).multiplied(by: half, rounding: .nearest).units == 2)
        #expect(try unit.multiplied(by: half, rounding: .up) == unit)
        #expect(try FixedDecimal(100).scaled(by: 2, over: 3, rounding: .down).description == "66.666666666666")
    }

    @Test("wide products are exact where 128 bits do not hold them on the way")
    func wideProducts() throws {
        let big = try #require(FixedDecimal("123456789012.345678901234"))
        let product = try big.multiplied(by: big, rounding: .down)
        #expect(product.description == "15241578753238836750495.211342784374")
        #expect(try product.divided(by: big, rounding: .nearest) == big)
    }

    @Test("what does not fit answers an error")
    func overflow() {
        #expect(throws: FixedDecimal.Failure.overflow) {
            try FixedDecimal.limit.multiplied(by: 2, rounding: .down)
        }
        #expect(throws: FixedDecimal.Failure.overflow) {
            try FixedDecimal.limit.multiplied(by: FixedDecimal.limit, rounding: .down)
        }
        #expect(throws: FixedDecimal.Failure.overflow) {
            try FixedDecimal.limit.divided(by: FixedDecimal(units: 1), rounding: .down)
        }
        #expect(throws: FixedDecimal.Failure.divisionByZero) { try FixedDecimal(1).divided(by: 0, rounding: .down) }
        #expect(throws: FixedDecimal.Failure.overflow) { try FixedDecimal.limit.adding(FixedDecimal(units: 1)) }
    }

    @Test("rounding to a step answers multiples of it")
    func steps() throws {
        let step = try #require(FixedDecimal("0.05"))
        let value = try #require(FixedDecimal("1.13"))
        #expect(value.rounded(toStep: step, rounding: .down).description == "1.1")
        #expect(value.rounded(toStep: step, rounding: .up).description == "1.15")
        #expect((-value).rounded(toStep: step, rounding: .up).description == "-1.15")
        #expect(try #require(FixedDecimal("1.125")).rounded(toStep: step, rounding: .nearest).description == "1.1")
        #expect(value.rounded(toStep: .zero, rounding: .up) == value)
    }
}
