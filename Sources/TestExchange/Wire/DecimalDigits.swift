import Market

/// The decimal digits of whole numbers and amounts, without a text in between.
enum DecimalDigits {
    /// Digits after the point that the venue always writes.
    static let precision = 8
}

extension [UInt8] {
    mutating func appendDigits(of number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        appendDigits(of: number.magnitude)
    }

    mutating func appendDigits(of number: UInt64) {
        var rest = number
        // 20 digits hold the largest number.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var at = 20
            repeat {
                at -= 1
                digits[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: digits[at..<20])
        }
    }

    /// `1.50000000`: 8 digits after the point, up to 12 where the value is finer than the venue ever makes it.
    mutating func appendDecimal(_ decimal: FixedDecimal) {
        if decimal.units < 0 { append(UInt8(ascii: "-")) }
        let (whole, fraction) = decimal.units.magnitude.quotientAndRemainder(
            dividingBy: FixedDecimal.unitsPerOne.magnitude)
        if let small = UInt64(exactly: whole) {
            appendDigits(of: small)
        } else {
            append(contentsOf: Array(whole.description.utf8))
        }
        append(UInt8(ascii: "."))
        var rest = UInt64(truncatingIfNeeded: fraction)
        var unit: UInt64 = 100_000_000_000
        for place in 0..<12 {
            if place >= DecimalDigits.precision && rest == 0 { break }
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / unit))
            rest %= unit
            unit /= 10
        }
    }
}
