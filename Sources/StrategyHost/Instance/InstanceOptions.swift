/// How an instance is made, besides its script and its candles.
public struct InstanceOptions: Sendable {
    public var limits = InstanceLimits()
    /// Seeds `random()` together with the candle, so that a decision can be run again bit for bit.
    public var seed: UInt64 = 0
    /// Overrides of the parameters, as text.
    public var parameters: [String: String] = [:]

    public init(seed: UInt64 = 0, parameters: [String: String] = [:], limits: InstanceLimits = InstanceLimits()) {
        self.seed = seed
        self.parameters = parameters
        self.limits = limits
    }
}
