/// An amount of the base asset.
public struct Quantity: Hashable, Comparable, Sendable {
    public var value: FixedDecimal
    public static let zero = Quantity(.zero)

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
    public static func < (left: Quantity, right: Quantity) -> Bool { left.value < right.value }

    @inlinable
    public static func + (left: Quantity, right: Quantity) -> Quantity { Quantity(left.value + right.value) }

    @inlinable
    public static func - (left: Quantity, right: Quantity) -> Quantity { Quantity(left.value - right.value) }

    @inlinable
    public static func += (left: inout Quantity, right: Quantity) { left.value += right.value }

    @inlinable
    public static func -= (left: inout Quantity, right: Quantity) { left.value -= right.value }

    public func rounded(toStep step: Quantity, rounding: FixedDecimal.Rounding) -> Quantity {
        Quantity(value.rounded(toStep: step.value, rounding: rounding))
    }
}

extension Quantity: CustomStringConvertible {
    public var description: String { value.description }
}
