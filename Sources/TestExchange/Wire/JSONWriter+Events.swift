import Market

/// The events of market streams; times follow the writer's unit.
extension JSONWriter {
    mutating func event(trade: MarketData.Trade, symbol: String, at time: Timestamp) {
        object { writer in
            writer.field("e", "trade")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.field("t", trade.id.rawValue)
            writer.field("p", trade.price)
            writer.field("q", trade.quantity)
            writer.field("T", trade.time)
            writer.field("m", trade.buyerIsMaker)
            writer.field("M", true)
        }
    }

    mutating func event(aggregateTrade trade: MarketData.AggregateTrade, symbol: String, at time: Timestamp) {
        object { writer in
            writer.field("e", "aggTrade")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.field("a", trade.id.rawValue)
            writer.field("p", trade.price)
            writer.field("q", trade.quantity)
            writer.field("f", trade.firstTradeID.rawValue)
            writer.field("l", trade.lastTradeID.rawValue)
            writer.field("T", trade.time)
            writer.field("m", trade.buyerIsMaker)
            writer.field("M", true)
        }
    }

    mutating func event(
        kline: Kline, interval: KlineInterval, isClosed: Bool, symbol: String, at time: Timestamp
    ) {
        object { writer in
            writer.field("e", "kline")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.object("k") { writer in
                writer.field("t", kline.openTime)
                writer.lastInstant("T", kline.closeTime)
                writer.field("s", symbol)
                writer.field("i", interval.rawValue)
                writer.field("f", kline.firstTradeID?.rawValue ?? -1)
                writer.field("L", kline.lastTradeID?.rawValue ?? -1)
                writer.field("o", kline.open)
                writer.field("c", kline.close)
                writer.field("h", kline.high)
                writer.field("l", kline.low)
                writer.field("v", kline.volume)
                writer.field("n", kline.tradeCount)
                writer.field("x", isClosed)
                writer.field("q", kline.quoteVolume)
                writer.field("V", kline.takerBuyVolume)
                writer.field("Q", kline.takerBuyQuoteVolume)
                writer.field("B", "0")
            }
        }
    }

    /// The last millisecond of a bar, or its last microsecond.
    private mutating func lastInstant(_ name: StaticString, _ time: Timestamp) {
        field(name, time.milliseconds * timeScale + (timeScale - 1))
    }

    mutating func row(_ kline: Kline) {
        array { writer in
            writer.value(kline.openTime)
            writer.value(kline.open)
            writer.value(kline.high)
            writer.value(kline.low)
            writer.value(kline.close)
            writer.value(kline.volume)
            writer.value(kline.closeTime.milliseconds * writer.timeScale + (writer.timeScale - 1))
            writer.value(kline.quoteVolume)
            writer.value(kline.tradeCount)
            writer.value(kline.takerBuyVolume)
            writer.value(kline.takerBuyQuoteVolume)
            writer.value("0")
        }
    }

    mutating func event(miniTicker ticker: MarketData.Ticker, symbol: String, at time: Timestamp) {
        object { writer in
            writer.field("e", "24hrMiniTicker")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.field("c", ticker.last)
            writer.field("o", ticker.open)
            writer.field("h", ticker.high)
            writer.field("l", ticker.low)
            writer.field("v", ticker.volume)
            writer.field("q", ticker.quoteVolume)
        }
    }

    mutating func event(ticker: MarketData.Ticker, symbol: String, at time: Timestamp) {
        object { writer in
            writer.field("e", "24hrTicker")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.movement(of: ticker)
            writer.field("x", ticker.previousClose)
            writer.field("c", ticker.last)
            writer.field("Q", ticker.lastQuantity)
            writer.field("b", ticker.book.bid?.price ?? .zero)
            writer.field("B", ticker.book.bid?.quantity ?? .zero)
            writer.field("a", ticker.book.ask?.price ?? .zero)
            writer.field("A", ticker.book.ask?.quantity ?? .zero)
            writer.statistics(of: ticker)
        }
    }

    mutating func event(
        rolling ticker: MarketData.Ticker, window: StreamName.RollingWindow, symbol: String, at time: Timestamp
    ) {
        object { writer in
            writer.field("e", window.rawValue + "Ticker")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.movement(of: ticker)
            writer.field("c", ticker.last)
            writer.statistics(of: ticker)
        }
    }

    private mutating func movement(of ticker: MarketData.Ticker) {
        field("p", ticker.change)
        key("P")
        percent(ticker.changePercent)
        field("w", ticker.weightedAverage)
    }

    private mutating func statistics(of ticker: MarketData.Ticker) {
        field("o", ticker.open)
        field("h", ticker.high)
        field("l", ticker.low)
        field("v", ticker.volume)
        field("q", ticker.quoteVolume)
        field("O", ticker.openTime)
        field("C", ticker.closeTime)
        field("F", ticker.firstTradeID?.rawValue ?? -1)
        field("L", ticker.lastTradeID?.rawValue ?? -1)
        field("n", ticker.tradeCount)
    }

    /// A percentage: three digits after the point.
    mutating func percent(_ value: FixedDecimal) {
        let sign = value.isNegative ? "-" : ""
        let thousandths = value.units.magnitude / 1_000_000_000
        let fraction = String(thousandths % 1000)
        self.value(sign + "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction)
    }

    mutating func event(bookTicker book: MarketData.BookTicker, symbol: String) {
        object { writer in
            writer.field("u", book.updateID)
            writer.field("s", symbol)
            writer.field("b", book.bid?.price ?? .zero)
            writer.field("B", book.bid?.quantity ?? .zero)
            writer.field("a", book.ask?.price ?? .zero)
            writer.field("A", book.ask?.quantity ?? .zero)
        }
    }

    mutating func event(depth update: MarketData.DepthUpdate, symbol: String, at time: Timestamp) {
        object { writer in
            writer.field("e", "depthUpdate")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.field("U", update.firstUpdateID)
            writer.field("u", update.lastUpdateID)
            writer.levels("b", update.bids)
            writer.levels("a", update.asks)
        }
    }

    mutating func depth(_ depth: MarketData.Depth) {
        object { writer in
            writer.field("lastUpdateId", depth.lastUpdateID)
            writer.levels("bids", depth.bids)
            writer.levels("asks", depth.asks)
        }
    }

    private mutating func levels(_ name: StaticString, _ levels: [MarketData.Level]) {
        array(name) { writer in
            for level in levels {
                writer.array { writer in
                    writer.value(level.price)
                    writer.value(level.quantity)
                }
            }
        }
    }

    mutating func event(
        averagePrice: FixedDecimal, minutes: Int, symbol: String, closeTime: Timestamp, at time: Timestamp
    ) {
        object { writer in
            writer.field("e", "avgPrice")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.field("i", "\(minutes)m")
            writer.field("w", averagePrice)
            writer.field("T", closeTime)
        }
    }
}
