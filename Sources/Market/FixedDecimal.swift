/// An exact decimal number: a count of 10^-12 in 128 bits.
///
/// Orders, fills, fees and balances are counted with it; candles and indicators are `Double`. The two crossings are
/// `init?(_:rounding:)` from a `Double` and `double`.
///
/// A value that comes from outside (text, a `Double`) or from a product or quotient has a magnitude of at most
/// `limit`, 10^24; a larger one is an error there. Sums are exact and not limited: 128 bits hold 170 times `limit`,
/// and `adding(_:)` answers an error where `+` would end the program.
public struct FixedDecimal: Hashable, Sendable {
    /// What to do with the part of a result that is finer than can be kept.
    public enum Rounding: Sendable, Hashable {
        /// Toward zero.
        case down
        /// Away from zero.
        case up
        /// To the nearest, a half to the even neighbour.
        case nearest
    }

    public enum Failure: Error, Hashable {
        /// The magnitude of the result is above `limit`.
        case overflow
        case divisionByZero
    }

    /// How many units of `units` make 1: 10^12.
    public static let unitsPerOne: Int128 = 1_000_000_000_000
    /// The largest magnitude that parsing, multiplying and dividing answer, 10^24.
    public static let limit = FixedDecimal(units: unitsPerOne * unitsPerOne * unitsPerOne)
    public static let zero = FixedDecimal(units: 0)

    /// The count of 10^-12.
    public var units: Int128

    @inlinable
    public init(units: Int128) {
        self.units = units
    }

    @inlinable public var isZero: Bool { units == 0 }
    @inlinable public var isPositive: Bool { units > 0 }
    @inlinable public var isNegative: Bool { units < 0 }

    public var magnitude: FixedDecimal {
        units < 0 ? FixedDecimal(units: -units) : self
    }
}

extension FixedDecimal: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) {
        units = Int128(value) * Self.unitsPerOne
    }

    public init(_ value: Int) {
        units = Int128(value) * Self.unitsPerOne
    }
}

extension FixedDecimal: Comparable {
    @inlinable
    public static func < (left: FixedDecimal, right: FixedDecimal) -> Bool {
        left.units < right.units
    }
}

extension FixedDecimal {
    @inlinable
    public static func + (left: FixedDecimal, right: FixedDecimal) -> FixedDecimal {
        FixedDecimal(units: left.units + right.units)
    }

    @inlinable
    public static func - (left: FixedDecimal, right: FixedDecimal) -> FixedDecimal {
        FixedDecimal(units: left.units - right.units)
    }

    @inlinable
    public static prefix func - (value: FixedDecimal) -> FixedDecimal {
        FixedDecimal(units: -value.units)
    }

    @inlinable
    public static func += (left: inout FixedDecimal, right: FixedDecimal) {
        left.units += right.units
    }

    @inlinable
    public static func -= (left: inout FixedDecimal, right: FixedDecimal) {
        left.units -= right.units
    }

    /// The sum, or `overflow` when it is above `limit`.
    public func adding(_ other: FixedDecimal) throws(Failure) -> FixedDecimal {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        guard !overflow, sum.magnitude <= Self.limit.units.magnitude else { throw .overflow }
        return FixedDecimal(units: sum)
    }

    /// The product, rounded to 10^-12.
    public func multiplied(by other: FixedDecimal, rounding: Rounding) throws(Failure) -> FixedDecimal {
        try Self.scaled(units, by: other.units, over: Self.unitsPerOne, rounding: rounding)
    }

    /// The quotient, rounded to 10^-12.
    public func divided(by other: FixedDecimal, rounding: Rounding) throws(Failure) -> FixedDecimal {
        guard other.units != 0 else { throw .divisionByZero }
        return try Self.scaled(units, by: Self.unitsPerOne, over: other.units, rounding: rounding)
    }

    /// `self * numerator / denominator` with one rounding at the end.
    public func scaled(
        by numerator: FixedDecimal, over denominator: FixedDecimal, rounding: Rounding
    ) throws(Failure) -> FixedDecimal {
        guard denominator.units != 0 else { throw .divisionByZero }
        return try Self.scaled(units, by: numerator.units, over: denominator.units, rounding: rounding)
    }

    /// The multiple of `step` that the rounding leads to. A step of zero or less leaves the value as it is.
    public func rounded(toStep step: FixedDecimal, rounding: Rounding) -> FixedDecimal {
        guard step.units > 0, units != 0 else { return self }
        let unit = step.units.magnitude
        let (quotient, remainder) = units.magnitude.quotientAndRemainder(dividingBy: unit)
        var steps = quotient
        if Self.roundsAway(quotient: quotient, remainder: remainder, divisor: unit, rounding) { steps += 1 }
        let (product, overflow) = steps.multipliedReportingOverflow(by: unit)
        // Only a value beyond `limit` can be rounded up out of 128 bits; it stays as it is.
        guard !overflow, product <= Int128.max.magnitude else { return self }
        return FixedDecimal(units: units < 0 ? -Int128(product) : Int128(product))
    }

    private static func scaled(
        _ left: Int128, by right: Int128, over divisor: Int128, rounding: Rounding
    ) throws(Failure) -> FixedDecimal {
        let negative = ((left < 0) != (right < 0)) != (divisor < 0)
        let unit = divisor.magnitude
        let (quotient, remainder): (UInt128, UInt128)
        let (product, wide) = left.magnitude.multipliedReportingOverflow(by: right.magnitude)
        if !wide {
            (quotient, remainder) = product.quotientAndRemainder(dividingBy: unit)
        } else {
            let full = left.magnitude.multipliedFullWidth(by: right.magnitude)
            // The quotient needs more than 128 bits exactly when the high half reaches the divisor.
            guard full.high < unit else { throw .overflow }
            (quotient, remainder) = unit.dividingFullWidth(full)
        }
        guard quotient <= limit.units.magnitude else { throw .overflow }
        var units = Int128(quotient)
        if roundsAway(quotient: quotient, remainder: remainder, divisor: unit, rounding) { units += 1 }
        guard units <= limit.units else { throw .overflow }
        return FixedDecimal(units: negative ? -units : units)
    }

    /// Whether the magnitude is to be raised by one unit, for a remainder below the divisor.
    static func roundsAway(quotient: UInt128, remainder: UInt128, divisor: UInt128, _ rounding: Rounding) -> Bool {
        guard remainder != 0 else { return false }
        switch rounding {
        case .down: return false
        case .up: return true
        case .nearest:
            let rest = divisor - remainder
            return remainder > rest || (remainder == rest && quotient & 1 == 1)
        }
    }
}
