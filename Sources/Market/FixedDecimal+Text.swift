extension FixedDecimal: CustomStringConvertible, LosslessStringConvertible {
    /// Reads `1.5`, `-3`, `.25` or `2.9e-7` exactly.
    ///
    /// Nothing is answered for any other text, for a digit finer than 10^-12 other than zero, and for a magnitude
    /// above `limit`.
    public init?(_ text: String) {
        self.init(text, rounding: nil)
    }

    /// Reads a decimal text, rounding what is finer than 10^-12; without a rounding nothing finer is accepted.
    public init?(_ text: String, rounding: Rounding?) {
        var text = text
        let parsed = text.withUTF8 { FixedDecimal.parse($0, rounding: rounding) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// The first crossing from `Double`: the shortest decimal that reads back as this number, rounded to 10^-12.
    ///
    /// `70000.07` becomes exactly 70000.07. NaN, infinities and magnitudes above `limit` answer nothing.
    public init?(_ double: Double, rounding: Rounding) {
        guard double.isFinite else { return nil }
        if let short = Self.shortDecimal(double) {
            self = short
            return
        }
        self.init(double.description, rounding: rounding)
    }

    private static let powersOfTen: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]

    /// The number's shortest decimal when it has at most 15 digits, 8 of them after the point: nearly every price and
    /// amount, several times faster than by its text.
    ///
    /// Different decimals of at most 15 digits never read as the same Double, so one that reads back as the number is
    /// its shortest. Both sides of the division are exact, so it reads back exactly as the text would.
    private static func shortDecimal(_ double: Double) -> FixedDecimal? {
        for power in powersOfTen {
            let scaled = double * power
            guard scaled.magnitude < 1e15 else { return nil }
            // To the nearest without a call of the C library.
            let digits = Int64(scaled + (scaled < 0 ? -0.5 : 0.5))
            guard Double(digits) / power == double else { continue }
            return FixedDecimal(units: Int128(digits) * Int128(1_000_000_000_000 / Int64(power)))
        }
        return nil
    }

    /// The second crossing, to `Double`: the nearest one.
    public var double: Double {
        let magnitude = units.magnitude
        let result: Double
        if magnitude < 1 << 53 {
            // Both are exact in a Double, so the one division rounds once.
            result = Double(UInt64(magnitude)) / 1e12
        } else if let low = UInt64(exactly: magnitude), low % 10_000 == 0, low / 10_000 < 1 << 53 {
            // Up to 18 million with at most 8 digits after the point: exact again.
            result = Double(low / 10_000) / 1e8
        } else {
            // At least 88 bits of quotient; the last of the 64 kept says whether anything followed.
            let shift = magnitude.leadingZeroBitCount
            let (quotient, remainder) = (magnitude << UInt128(shift)).quotientAndRemainder(
                dividingBy: Self.unitsPerOne.magnitude)
            let excess = 64 - quotient.leadingZeroBitCount
            let kept = UInt64(truncatingIfNeeded: quotient >> UInt128(excess))
            let lost = remainder != 0 || quotient & ((1 << UInt128(excess)) - 1) != 0
            result = Double(sign: .plus, exponent: excess - shift, significand: Double(kept | (lost ? 1 : 0)))
        }
        return units < 0 ? -result : result
    }

    /// The shortest plain decimal: `-1.5`, `0.00000029`, `70000`.
    public var description: String {
        let (whole, fraction) = units.magnitude.quotientAndRemainder(dividingBy: Self.unitsPerOne.magnitude)
        var text = (units < 0 ? "-" : "") + String(whole)
        guard fraction != 0 else { return text }
        var digits = Array(String(fraction).utf8)
        digits.insert(contentsOf: repeatElement(48, count: 12 - digits.count), at: 0)
        while digits.last == 48 { digits.removeLast() }
        text += "." + String(decoding: digits, as: UTF8.self)
        return text
    }

    /// 38 digits always fit into 128 bits.
    private static let mostDigits = 38

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, rounding: Rounding?) -> FixedDecimal? {
        var at = 0
        var negative = false
        if at < bytes.count, bytes[at] == 45 || bytes[at] == 43 {
            negative = bytes[at] == 45
            at += 1
        }
        var mantissa: UInt128 = 0
        var digits = 0
        var exponent = 0
        var sawDigit = false
        var sawPoint = false
        var lost = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 46, !sawPoint {
                sawPoint = true
            } else if byte >= 48, byte <= 57 {
                sawDigit = true
                if digits < mostDigits {
                    mantissa = mantissa * 10 + UInt128(byte - 48)
                    if mantissa != 0 { digits += 1 }
                    if sawPoint { exponent -= 1 }
                } else {
                    if byte != 48 { lost = true }
                    if !sawPoint { exponent += 1 }
                }
            } else {
                break
            }
            at += 1
        }
        guard sawDigit else { return nil }
        if at < bytes.count {
            guard let written = parseExponent(bytes, from: at) else { return nil }
            exponent += written
        }
        guard let units = scale(mantissa, byPowerOfTen: exponent + 12, lost: lost, rounding: rounding) else {
            return nil
        }
        return FixedDecimal(units: negative ? -units : units)
    }

    /// Reads `e-7` up to the end. Exponents are held to 5 digits: far beyond `limit` either way.
    private static func parseExponent(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard bytes[start] | 0x20 == 0x65 else { return nil }
        var at = start + 1
        var negative = false
        if at < bytes.count, bytes[at] == 45 || bytes[at] == 43 {
            negative = bytes[at] == 45
            at += 1
        }
        guard at < bytes.count else { return nil }
        var value = 0
        while at < bytes.count {
            guard bytes[at] >= 48, bytes[at] <= 57 else { return nil }
            value = min(value * 10 + Int(bytes[at] - 48), 99_999)
            at += 1
        }
        return negative ? -value : value
    }

    private static func scale(
        _ mantissa: UInt128, byPowerOfTen power: Int, lost: Bool, rounding: Rounding?
    ) -> Int128? {
        if mantissa == 0 && !lost { return 0 }
        if power >= 0 {
            // With digits lost the mantissa has 38 of them and is beyond the limit here.
            guard power <= mostDigits else { return nil }
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: powerOfTen(power))
            guard !overflow, product <= limit.units.magnitude else { return nil }
            return Int128(product)
        }
        let divisor = -power <= mostDigits ? powerOfTen(-power) : UInt128.max
        let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: divisor)
        guard quotient <= limit.units.magnitude else { return nil }
        guard remainder != 0 || lost else { return Int128(quotient) }
        guard let rounding else { return nil }
        var units = Int128(quotient)
        switch rounding {
        case .down: break
        case .up: units += 1
        case .nearest:
            // Digits lost past a remainder of exactly one half make it more than a half.
            let tieBroken = lost && remainder == divisor - remainder
            if tieBroken || roundsAway(quotient: quotient, remainder: remainder, divisor: divisor, .nearest) {
                units += 1
            }
        }
        return units <= limit.units ? units : nil
    }

    private static func powerOfTen(_ power: Int) -> UInt128 {
        var result: UInt128 = 1
        for _ in 0..<power { result *= 10 }
        return result
    }
}
