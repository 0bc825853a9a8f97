/// Quote currency for one unit of base.
public struct Price: Hashable, Comparable, Sendable {
    public var value: FixedDecimal

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
    public static func < (left: Price, right: Price) -> Bool { left.value < right.value }

    @inlinable
    public static func - (left: Price, right: Price) -> Price { Price(left.value - right.value) }

    /// This price plus a fraction of itself: `raised(by: 0.001)` is 0.1 % more, a negative fraction lowers.
    public func raised(
        by fraction: FixedDecimal, rounding: FixedDecimal.Rounding
    ) throws(FixedDecimal.Failure) -> Price {
        Price(try value.multiplied(by: try FixedDecimal(1).adding(fraction), rounding: rounding))
    }

    public func rounded(toTick tick: Price, rounding: FixedDecimal.Rounding) -> Price {
        Price(value.rounded(toStep: tick.value, rounding: rounding))
    }

    /// What that quantity costs at this price.
    public func notional(
        of quantity: Quantity, rounding: FixedDecimal.Rounding
    ) throws(FixedDecimal.Failure) -> Money {
        Money(try value.multiplied(by: quantity.value, rounding: rounding))
    }
}

extension Price: CustomStringConvertible {
    public var description: String { value.description }
}
