import Market

/// A market at work: its book, its waiting orders, its tape, its bars, its feed.
final class MarketRecord {
    let id: MarketID
    var definition: MarketDefinition
    var house: HouseSettings
    var book = OrderBook()
    var triggers = TriggerBook()
    var tape: TradeTape
    var klines: KlineBook
    var average = RollingAverage()
    var feed: PriceFeed
    /// The orders of accounts that lie in the book, by number.
    var resting: [Int64: LiveOrder] = [:]
    private var lastOrderID: Int64 = 0
    var lastPreventedMatchID: Int64 = -1
    /// The last price, in ticks; the reference price until something is traded.
    var last: Int64
    var lastQuantity = FixedDecimal.zero
    /// Where the house quotes around.
    var reference: Int64
    /// The prices of the house's bids and asks, as far as they may lie in the book.
    var houseBids: ClosedRange<Int64>?
    var houseAsks: ClosedRange<Int64>?
    /// Since when the house's quotes are thinner than wanted; nil when they are not.
    var thinSince: Timestamp?
    /// Orders that the house does not meet until their time, after a forced partial fill.
    var held: [Int64: Timestamp] = [:]
    var lastDepthUpdateID: Int64 = 0
    var lastBookTicker: MarketData.BookTicker?

    init(
        id: MarketID, _ setup: MarketSetup, _ settings: ExchangeSettings, start: Timestamp
    ) throws(ExchangeSetupError) {
        self.id = id
        definition = setup.definition
        house = setup.house
        feed = try PriceFeed(setup.source, setup.definition, steps: setup.house.ticksPerCandle, start: start)
        tape = TradeTape(bound: settings.tradesKept)
        klines = KlineBook(
            start: start, history: feed.history, bound: settings.klinesKept,
            fillsQuietBars: settings.fillsQuietBars)
        last = feed.startPrice
        reference = feed.startPrice
    }

    func takeOrderID() -> OrderID {
        lastOrderID += 1
        return OrderID(lastOrderID)
    }

    func price(_ ticks: Int64) -> FixedDecimal {
        FixedDecimal(units: Int128(ticks) * definition.tick.units)
    }

    func quantity(_ lots: Int64) -> FixedDecimal {
        FixedDecimal(units: Int128(lots) * definition.lot.units)
    }

    /// What ticks times lots come to in quote, exactly.
    private func exactValue(_ product: Int128) -> FixedDecimal {
        FixedDecimal(units: product * (definition.tick.units * definition.lot.units / FixedDecimal.unitsPerOne))
    }

    /// What ticks times lots come to in quote, rounded to the digits of the quote asset: down for what is paid, up for
    /// what is set aside.
    func value(_ product: Int128, rounding: FixedDecimal.Rounding) -> FixedDecimal {
        exactValue(product).rounded(toStep: quoteStep, rounding: rounding)
    }

    var quoteStep: FixedDecimal { .step(digits: definition.quotePrecision) }

    var baseStep: FixedDecimal { .step(digits: definition.basePrecision) }

    /// The largest value of one order or one printed trade, in quote: 10^15.
    static let mostValue = FixedDecimal(1_000_000_000_000_000)

    /// The most lots that are worth no more than that at a price.
    func mostLots(at ticks: Int64) -> Int64 {
        Int64(min(budget(Self.mostValue) / Int128(max(ticks, 1)), Int128(OrderTerms.mostUnits)))
    }

    /// The most ticks times lots that an amount of quote pays for.
    func budget(_ amount: FixedDecimal) -> Int128 {
        let unit = definition.tick.units * definition.lot.units / FixedDecimal.unitsPerOne
        return amount.units / unit
    }

    var lastPrice: FixedDecimal { price(last) }

    /// The average price of the last minutes; nil when nothing was traded in them.
    func averagePrice(at time: Timestamp) -> FixedDecimal? {
        guard let (notional, quantity) = average.average(at: time) else { return nil }
        // Sums of 128 bits over five minutes of one market are far from their limit.
        let (whole, overflow) = notional.multipliedReportingOverflow(by: definition.tick.units)
        guard !overflow else { return lastPrice }
        return FixedDecimal(units: whole / quantity).rounded(toStep: quoteStep, rounding: .nearest)
    }
}
