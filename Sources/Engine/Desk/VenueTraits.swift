import Broker
import Market

/// What the desk has to know about the venue that its orders go to.
public struct VenueTraits: Sendable, Hashable {
    public var orderKinds: Set<OrderKindName>
    /// One-cancels-the-other pairs of a stop and a target.
    public var hasOrderPairs: Bool
    /// The most that one market order takes: a larger sale goes in parts.
    public var maximumMarketQuantity: Quantity?
    /// How long after a send could last have left the venue's "unknown order" counts as "never sent".
    public var unknownSettle: Duration
    public var baseAsset: String
    public var quoteAsset: String

    /// Long enough for a request that was on its way when its sender died.
    public static let usualSettle = Duration.seconds(10)

    public init(
        orderKinds: Set<OrderKindName>, hasOrderPairs: Bool, maximumMarketQuantity: Quantity? = nil,
        unknownSettle: Duration = VenueTraits.usualSettle, baseAsset: String, quoteAsset: String
    ) {
        self.orderKinds = orderKinds
        self.hasOrderPairs = hasOrderPairs
        self.maximumMarketQuantity = maximumMarketQuantity
        self.unknownSettle = unknownSettle
        self.baseAsset = baseAsset
        self.quoteAsset = quoteAsset
    }

    /// What one market of a broker allows.
    public init(
        _ instrument: Instrument, _ capabilities: BrokerCapabilities,
        unknownSettle: Duration = VenueTraits.usualSettle
    ) {
        self.init(
            orderKinds: instrument.orderKinds.intersection(capabilities.orderKinds),
            hasOrderPairs: instrument.hasOrderPairs && capabilities.hasOrderPairs,
            maximumMarketQuantity: [instrument.maximumMarketQuantity, instrument.rules.maximumQuantity]
                .compactMap { $0 }.min(),
            unknownSettle: unknownSettle, baseAsset: instrument.symbol.base, quoteAsset: instrument.symbol.quote)
    }
}
