import Market
import Wording

/// Whether a market trades; raw values are the names on the wire.
public enum MarketStatus: String, Sendable, Hashable, CaseIterable {
    case trading = "TRADING"
    case endOfDay = "END_OF_DAY"
    case halt = "HALT"
    case pause = "BREAK"
    /// Orders may be canceled but not placed.
    case cancelOnly = "CANCEL_ONLY"
}

/// What one market trades, and by which rules.
public struct MarketDefinition: Sendable, Hashable {
    /// The exchange's own spelling, such as `BTCUSDT`.
    public var name: String
    public var base: Asset
    public var quote: Asset
    public var status = MarketStatus.trading
    /// Prices are multiples of it.
    public var tick: FixedDecimal
    /// Quantities are multiples of it. `tick` times `lot` must be a multiple of 10^-12.
    public var lot: FixedDecimal
    /// Digits after the point that amounts of an asset have on the wire and in balances.
    public var basePrecision = 8
    public var quotePrecision = 8
    public var filters: [SymbolFilter]
    public var orderKinds: Set<OrderKind> = Set(OrderKind.allCases)
    public var allowsOCO = true
    public var allowsOTO = true
    public var allowsQuoteQuantity = true
    public var allowsTrailingStop = true
    public var allowsCancelReplace = true
    public var allowsAmend = true
    public var defaultSelfTradePrevention = SelfTradePrevention.expireMaker
    public var allowedSelfTradePrevention: Set<SelfTradePrevention> = Set(SelfTradePrevention.allCases)

    /// A market with the filters that Binance's large markets have, their sizes taken from tick and lot.
    public init(
        name: String, base: Asset, quote: Asset, tick: FixedDecimal, lot: FixedDecimal, minimumNotional: FixedDecimal
    ) {
        self.name = name
        self.base = base
        self.quote = quote
        self.tick = tick
        self.lot = lot
        filters = Self.usualFilters(tick: tick, lot: lot, minimumNotional: minimumNotional)
    }

    static func usualFilters(
        tick: FixedDecimal, lot: FixedDecimal, minimumNotional: FixedDecimal
    ) -> [SymbolFilter] {
        let largestPrice = min(FixedDecimal(units: tick.units * 100_000_000), FixedDecimal(1_000_000_000))
        let largestQuantity = min(FixedDecimal(units: lot.units * 900_000_000), FixedDecimal(9_000_000_000))
        let five = FixedDecimal(5)
        let fifth = FixedDecimal(units: FixedDecimal.unitsPerOne / 5)
        return [
            .price(minimum: tick, maximum: largestPrice, tick: tick),
            .lotSize(minimum: lot, maximum: largestQuantity, step: lot),
            .icebergParts(100),
            .marketLotSize(minimum: .zero, maximum: largestQuantity, step: .zero),
            .trailingDelta(minimumAbove: 10, maximumAbove: 2000, minimumBelow: 10, maximumBelow: 2000),
            .percentPriceBySide(bidUp: five, bidDown: fifth, askUp: five, askDown: fifth, averageMinutes: 5),
            .notional(
                minimum: minimumNotional, minimumAppliesToMarket: true, maximum: 9_000_000,
                maximumAppliesToMarket: false, averageMinutes: 5),
            .maximumOrders(200),
            .maximumOrderLists(20),
            .maximumAlgoOrders(5),
            .maximumAmendments(10),
        ]
    }
}

extension MarketDefinition {
    /// Bitcoin and ether in dollars, ether in bitcoin, with the steps that Binance has for them.
    public static let usual: [MarketDefinition] = [
        MarketDefinition(
            name: "BTCUSDT", base: Asset("BTC"), quote: Asset("USDT"), tick: FixedDecimal(units: 10_000_000_000),
            lot: FixedDecimal(units: 10_000_000), minimumNotional: 5),
        MarketDefinition(
            name: "ETHUSDT", base: Asset("ETH"), quote: Asset("USDT"), tick: FixedDecimal(units: 10_000_000_000),
            lot: FixedDecimal(units: 100_000_000), minimumNotional: 5),
        MarketDefinition(
            name: "ETHBTC", base: Asset("ETH"), quote: Asset("BTC"), tick: FixedDecimal(units: 10_000_000),
            lot: FixedDecimal(units: 100_000_000), minimumNotional: FixedDecimal(units: 100_000_000)),
    ]

    /// Orders that show a part of themselves are not made: `icebergQty` is refused as unsupported.
    public var allowsIceberg: Bool { false }

    /// Why the exchange cannot hold this market; nil when it can.
    public var defect: Message? {
        guard tick.isPositive, lot.isPositive else {
            return Message(
                "market \(name): tick \(tick) and lot \(lot) must be above 0",
                fr: "marché \(name) : le pas de prix \(tick) et le pas de quantité \(lot) doivent être supérieurs à 0")
        }
        // The book multiplies ticks by lots; a unit finer than an exact amount could not be settled.
        let (product, overflow) = tick.units.multipliedReportingOverflow(by: lot.units)
        guard !overflow, product % FixedDecimal.unitsPerOne == 0 else {
            return Message(
                "market \(name): tick \(tick) times lot \(lot) is no multiple of 10^-12",
                fr: "marché \(name) : \(tick) fois \(lot) n'est pas un multiple de 10^-12")
        }
        guard base != quote, !name.isEmpty, (0...12).contains(basePrecision), (0...12).contains(quotePrecision) else {
            return Message(
                "market \(name): needs a name, two assets and precisions from 0 to 12",
                fr: "marché \(name) : il faut un nom, deux actifs et des précisions de 0 à 12")
        }
        return nil
    }
}
