/// Reads numbers out of lines of text without making strings of them.
///
/// Every function expects that a byte other than a digit follows somewhere, as the newline at the end of a line does.
enum DecimalScanner {
    /// 10^0 to 10^22: each of them is exact in a `Double`.
    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The powers at a fixed address for a loop over many numbers.
    static func withPowersOfTen<Result, Failure: Error>(
        _ body: (UnsafePointer<Double>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try powersOfTen.withUnsafeBufferPointer { (powers) throws(Failure) -> Result in
            guard let base = powers.baseAddress else { preconditionFailure("the table has 23 elements") }
            return try body(base)
        }
    }

    /// A number without sign and exponent, with few enough digits for one exact division; the answer is correctly
    /// rounded because both sides of the division are exact.
    ///
    /// Answers NaN, with `at` left anywhere, for all other text: `slowDouble` decides about that.
    @inline(__always)
    static func fastDouble(_ at: inout UnsafePointer<UInt8>, _ powers: UnsafePointer<Double>) -> Double {
        let start = at
        var mantissa: UInt64 = 0
        var digit = UInt64(at.pointee &- 48)
        while digit < 10 {
            mantissa = mantissa &* 10 &+ digit
            at += 1
            digit = UInt64(at.pointee &- 48)
        }
        let whole = at - start
        guard at.pointee == 46 else {
            // 15 digits stay below 2^53.
            return whole > 0 && whole <= 15 ? Double(mantissa) : .nan
        }
        at += 1
        let point = at
        digit = UInt64(at.pointee &- 48)
        while digit < 10 {
            mantissa = mantissa &* 10 &+ digit
            at += 1
            digit = UInt64(at.pointee &- 48)
        }
        let fraction = at - point
        // 19 digits stay below 2^64, so the mantissa has not wrapped round; a lone point is no number.
        guard whole + fraction <= 19, mantissa <= 1 << 53, whole > 0 || fraction > 0 else { return .nan }
        return Double(mantissa) / powers[fraction]
    }

    /// Any decimal number from `start` up to `end`: sign, fraction and exponent allowed; nothing for other text.
    static func slowDouble(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Double? {
        guard isDecimal(start, end) else { return nil }
        return Double(String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self))
    }

    /// The longest number that is looked at, in bytes.
    static let longestNumber = 400

    private static func isDecimal(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        guard end - start <= longestNumber else { return false }
        var at = start
        if at < end, at.pointee == 45 || at.pointee == 43 { at += 1 }
        var digits = skipDigits(&at, end)
        if at < end, at.pointee == 46 {
            at += 1
            digits += skipDigits(&at, end)
        }
        guard digits > 0 else { return false }
        guard at < end else { return true }
        guard at.pointee | 0x20 == 0x65 else { return false }
        at += 1
        if at < end, at.pointee == 45 || at.pointee == 43 { at += 1 }
        return skipDigits(&at, end) > 0 && at == end
    }

    private static func skipDigits(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
        let start = at
        while at < end, at.pointee >= 48, at.pointee <= 57 { at += 1 }
        return at - start
    }

    /// A count of milliseconds of 1 to 15 digits; -1 for anything else.
    @inline(__always)
    static func time(_ at: inout UnsafePointer<UInt8>) -> Int64 {
        let start = at
        var value: Int64 = 0
        var digit = Int64(at.pointee &- 48)
        while digit < 10 {
            value = value &* 10 &+ digit
            at += 1
            digit = Int64(at.pointee &- 48)
        }
        let digits = at - start
        return digits > 0 && digits <= 15 ? value : -1
    }
}
