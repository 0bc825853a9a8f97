import Market

/// What an account has of one asset.
public struct Balance: Sendable, Hashable {
    public var asset: String
    public var free: FixedDecimal
    /// Held back by open orders.
    public var locked: FixedDecimal

    public init(asset: String, free: FixedDecimal, locked: FixedDecimal) {
        self.asset = asset
        self.free = free
        self.locked = locked
    }

    public var total: FixedDecimal { free + locked }
}
