/// An amount of the quote currency.
public struct Money: Hashable, Comparable, Sendable {
    public var value: FixedDecimal
    public static let zero = Money(.zero)

    @inlinable
    public init(_ value: FixedDecimal) {
        self.value = value
    }

    /// The shortest decimal of the number, rounded to 10^-12; nothing for NaN, infinities and beyond 10^24.
    public init?(_ double: Double, rounding: FixedDecimal.Rounding) {
        guard let value = FixedDecimal(double, rounding: rounding) else { return nil }
        self.value = value
    }

    @inlinable
    public static func < (left: Money, right: Money) -> Bool { left.value < right.value }

    @inlinable
    public static func + (left: Money, right: Money) -> Money { Money(left.value + right.value) }

    @inlinable
    public static func - (left: Money, right: Money) -> Money { Money(left.value - right.value) }

    @inlinable
    public static prefix func - (amount: Money) -> Money { Money(-amount.value) }

    @inlinable
    public static func += (left: inout Money, right: Money) { left.value += right.value }

    @inlinable
    public static func -= (left: inout Money, right: Money) { left.value -= right.value }

    /// A part of this amount, such as a fee: `amount.fraction(0.001)`.
    public func fraction(
        _ fraction: FixedDecimal, rounding: FixedDecimal.Rounding
    ) throws(FixedDecimal.Failure) -> Money {
        Money(try value.multiplied(by: fraction, rounding: rounding))
    }

    /// The quantity that this amount buys at a price, before any step.
    public func quantity(
        at price: Price, rounding: FixedDecimal.Rounding
    ) throws(FixedDecimal.Failure) -> Quantity {
        Quantity(try value.divided(by: price.value, rounding: rounding))
    }
}

extension Money: CustomStringConvertible {
    public var description: String { value.description }
}
