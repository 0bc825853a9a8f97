/// What balances are counted in, such as `BTC`; the exact spelling of the exchange.
public struct Asset: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let name: String

    public init(_ name: String) {
        self.name = name
    }

    public static func < (left: Asset, right: Asset) -> Bool { left.name < right.name }

    public var description: String { name }
}
