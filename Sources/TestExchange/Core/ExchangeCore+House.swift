import Market

/// The house: it plays the reference prices, fills what they go through, and keeps the books filled around them.
extension ExchangeCore {
    /// The most steps of prices that one call of `advance` plays.
    public static let mostStepsPerAdvance = 100_000

    /// Lets time pass: plays the prices up to it, ends bars, fills up thin quotes.
    ///
    /// Answers false when there was more to play than one call may, or more events wait than may: `now` is then the
    /// time of the last price that was played, and the next call goes on from there.
    @discardableResult
    public func advance(to time: Timestamp) -> Bool {
        var steps = 0
        while let (market, due) = nextDue(), due <= time {
            guard steps < Self.mostStepsPerAdvance, hasRoomForEvents else { return false }
            if let tick = market.feed.next() { play(tick, market) }
            steps += 1
        }
        move(to: time)
        for market in records {
            market.klines.advance(to: now) { emit(.klineClosed(market.id, $0, $1)) }
            guard isOpen(market) else { continue }
            if let since = market.thinSince, now.milliseconds - since.milliseconds >= market.house.refillDelay {
                quote(market)
                flush(market)
            }
        }
        return true
    }

    private func nextDue() -> (MarketRecord, Timestamp)? {
        var first: (MarketRecord, Timestamp)?
        for market in records {
            guard let time = market.feed.nextTime() else { continue }
            if first.map({ time < $0.1 }) ?? true { first = (market, time) }
        }
        return first
    }

    /// Whether a market's replay has prices left; a manual one never has.
    public func hasMorePrices(_ market: MarketID) -> Bool {
        guard records.indices.contains(market.rawValue) else { return false }
        return records[market.rawValue].feed.nextTime() != nil
    }

    /// Sets the reference price of a market by hand, with a trade of at least a lot there. It works beside a replay,
    /// whose next price then leads on.
    public func setPrice(
        _ price: FixedDecimal, volume: FixedDecimal = .zero, taker: Side? = nil, of id: MarketID, now: Timestamp
    ) throws(ExchangeRefusal) {
        move(to: now)
        let market = try record(id)
        let (ticks, rest) = price.units.quotientAndRemainder(dividingBy: market.definition.tick.units)
        guard rest == 0, ticks > 0, ticks <= Int128(OrderTerms.mostUnits) else { throw .filter("PRICE_FILTER") }
        let lots = volume.units / market.definition.lot.units
        guard lots >= 0, lots <= Int128(OrderTerms.mostUnits) else { throw .filter("LOT_SIZE") }
        let tick = ReferenceTick(
            time: self.now, price: Int64(ticks), lots: max(1, Int64(lots)),
            taker: taker ?? (Int64(ticks) >= market.reference ? .buy : .sell))
        play(tick, market)
    }

    /// Changes how the house makes a market, from now on.
    public func setHouse(_ settings: HouseSettings, of id: MarketID, now: Timestamp) throws(ExchangeRefusal) {
        move(to: now)
        let market = try record(id)
        market.house = settings
        if isOpen(market) { quote(market) }
        flush(market)
    }

    private func play(_ tick: ReferenceTick, _ market: MarketRecord) {
        move(to: tick.time)
        market.klines.advance(to: now) { emit(.klineClosed(market.id, $0, $1)) }
        market.reference = tick.price
        // A closed market sees the price move, but trades nothing.
        guard isOpen(market) else { return }
        withdraw(market, bidsFrom: tick.price, asksTo: tick.price)
        meet(tick, market)
        quote(market)
        runTriggers(market)
        flush(market)
    }

    /// Fills the resting orders that the price goes through, then those it touches, then prints what is left of the
    /// volume at the price.
    private func meet(_ tick: ReferenceTick, _ market: MarketRecord) {
        // A file may claim any volume.
        var printed = min(tick.lots, market.mostLots(at: tick.price))
        let held = heldPrices(market)
        let lowestBid = held.bid.map { $0 + 1 } ?? Int64.min
        let highestAsk = held.ask.map { $0 - 1 } ?? Int64.max
        // Selling to bids above the price, buying from asks below it: whole, whatever the volume.
        printed -= sweep(.sell, limit: max(tick.price + 1, lowestBid), OrderTerms.mostUnits, market)
        printed -= sweep(.buy, limit: min(tick.price - 1, highestAsk), OrderTerms.mostUnits, market)
        if market.house.fillsAtTouch {
            if printed > 0, lowestBid <= tick.price { printed -= sweep(.sell, limit: tick.price, printed, market) }
            if printed > 0, highestAsk >= tick.price { printed -= sweep(.buy, limit: tick.price, printed, market) }
        }
        guard tick.lots > 0, printed > 0 || market.last != tick.price else { return }
        let lots = max(printed, 1)
        let quote = market.value(Int128(tick.price) * Int128(lots), rounding: .down)
        _ = record(price: tick.price, lots: lots, quote: quote, taker: tick.taker, market)
    }

    /// The house takes from users; the lots that it took.
    private func sweep(_ side: Side, limit: Int64, _ lots: Int64, _ market: MarketRecord) -> Int64 {
        guard lots > 0, market.book.crosses(side, limit: limit) else { return 0 }
        let taker = BookTaker(side: side, owner: house.number, limit: limit, quantity: lots)
        let outcome = market.book.match(taker)
        for match in market.book.matches { settle(match, taker: nil, side: side, market) }
        if let ended = market.tape.endAggregate() { emit(.aggregateTrade(ended)) }
        return lots - outcome.remaining
    }

    /// The best prices of orders that the house leaves alone for a while.
    private func heldPrices(_ market: MarketRecord) -> (bid: Int64?, ask: Int64?) {
        guard !market.held.isEmpty else { return (nil, nil) }
        var bid: Int64?
        var ask: Int64?
        for (id, until) in market.held {
            guard until > now, let order = market.resting[id], let price = order.limitTicks else {
                market.held[id] = nil
                continue
            }
            if order.state.side == .buy { bid = max(bid ?? price, price) } else { ask = min(ask ?? price, price) }
        }
        return (bid, ask)
    }

    // MARK: Quotes

    /// The house has one order at each price; its number tells side and price, and is below 0.
    private static func quoteID(_ side: Side, _ price: Int64) -> Int64 {
        -(price * 2 + (side == .buy ? 0 : 1)) - 1
    }

    /// Takes out the house's bids at a price and above, and its asks at a price and below.
    private func withdraw(_ market: MarketRecord, bidsFrom: Int64, asksTo: Int64) {
        if let bids = market.houseBids, bidsFrom <= bids.upperBound {
            for price in max(bidsFrom, bids.lowerBound)...bids.upperBound {
                market.book.remove(Self.quoteID(.buy, price))
            }
        }
        if let asks = market.houseAsks, asksTo >= asks.lowerBound {
            for price in asks.lowerBound...min(asksTo, asks.upperBound) {
                market.book.remove(Self.quoteID(.sell, price))
            }
        }
    }

    /// Brings the house's quotes to where and how large they are to be. They never cross an order of a user.
    func quote(_ market: MarketRecord) {
        market.thinSince = nil
        let half = max(market.house.halfSpreadTicks, 1)
        let count = Int64(min(max(market.house.levels, 0), 1000))
        let lots = Int64(
            min(
                max(market.house.quantityPerLevel.units / market.definition.lot.units, 0),
                Int128(OrderTerms.mostUnits)))
        var bid = market.reference - half
        var ask = market.reference + half
        if let lowest = market.book.best(.sell, besides: house.number) { bid = min(bid, lowest - 1) }
        if let highest = market.book.best(.buy, besides: house.number) { ask = max(ask, highest + 1) }
        let isWanted = count > 0 && lots > 0
        let bids = isWanted && bid >= 1 ? max(bid - count + 1, 1)...bid : nil
        let asks = isWanted ? ask...(ask + count - 1) : nil
        // First out, then in: quotes that move up must not meet those that have not moved yet.
        dropQuotes(.buy, market.houseBids, besides: bids, market)
        dropQuotes(.sell, market.houseAsks, besides: asks, market)
        market.houseBids = bids
        market.houseAsks = asks
        if let bids { for price in bids { fillQuote(.buy, price, lots, market) } }
        if let asks { for price in asks { fillQuote(.sell, price, lots, market) } }
    }

    private func dropQuotes(
        _ side: Side, _ old: ClosedRange<Int64>?, besides new: ClosedRange<Int64>?, _ market: MarketRecord
    ) {
        guard let old else { return }
        for price in old where !(new?.contains(price) ?? false) {
            market.book.remove(Self.quoteID(side, price))
        }
    }

    private func fillQuote(_ side: Side, _ price: Int64, _ lots: Int64, _ market: MarketRecord) {
        let id = Self.quoteID(side, price)
        if let resting = market.book.order(id) {
            guard resting.quantity != lots else { return }
            market.book.remove(id)
        }
        market.book.add(id: id, owner: house.number, side: side, price: price, quantity: lots)
    }

    // MARK: Partial fills on demand

    /// Cuts the next orders that would meet the house to a part of what they ask for.
    ///
    /// What is left of a limit order rests, and the house leaves it alone for `hold` milliseconds; what is left of any
    /// other order expires as it would in a thin book. Orders of other users in the book are not held back.
    public func forcePartialFills(
        fraction: FixedDecimal, orders: Int, hold: Int64 = 0, account: AccountID? = nil
    ) {
        let fraction = min(max(fraction, .zero), 1)
        forced =
            orders > 0
            ? ForcedPartialFills(fraction: fraction, orders: orders, hold: max(hold, 0), account: account) : nil
    }

    /// Thins the house's quotes for an order that is to be filled in part only.
    func cutLiquidity(for order: LiveOrder, _ taker: BookTaker, _ market: MarketRecord) {
        // Nothing is nothing: an order that fills whole or not at all cannot fill in part.
        guard order.state.timeInForce != .fillOrKill else { return }
        guard var forced, forced.account.map({ $0 == order.owner.id }) ?? true else { return }
        let best = taker.side == .buy ? market.book.bestAsk : market.book.bestBid
        let available = market.book.available(taker).quantity
        guard let best, available > 0 else { return }
        let wanted = min(taker.quantity, order.openLots > 0 ? order.openLots : available)
        let part = Int64(Int128(wanted) * forced.fraction.units / FixedDecimal.unitsPerOne)
        let lots = min(max(part, 1), available)
        if taker.side == .buy {
            withdraw(market, bidsFrom: .max, asksTo: .max)
        } else {
            withdraw(market, bidsFrom: .min, asksTo: .min)
        }
        // What users offer at prices as good comes first and counts.
        let others = market.book.available(taker).quantity
        if others < lots {
            market.book.add(
                id: Self.quoteID(taker.side.opposite, best), owner: house.number, side: taker.side.opposite,
                price: best, quantity: lots - others)
        }
        market.thinSince = market.thinSince ?? now
        if order.limitTicks != nil {
            market.held[order.state.id.rawValue] = Timestamp(milliseconds: now.milliseconds + forced.hold)
        }
        forced.orders -= 1
        self.forced = forced.orders > 0 ? forced : nil
    }
}
