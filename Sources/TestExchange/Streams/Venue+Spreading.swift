import Market

/// From the exchange's events to the streams that follow them.
extension Venue {
    /// Takes the exchange's events and sends each to whom it concerns.
    func spread() {
        for event in core.drainEvents() {
            switch event {
            case .trade(let trade): tell(trade)
            case .aggregateTrade(let trade): tell(trade)
            case .bookTicker(let book): tell(book)
            case .klineClosed(let market, let interval, let kline): tell(market, interval, kline)
            case .execution(let report):
                giveBack(report)
                let symbol = symbol(report.order.market)
                let now = core.now
                tell(report.order.account, "executionReport") { writer in
                    writer.event(execution: report, symbol: symbol, at: now)
                }
            case .accountPosition(let position):
                let now = core.now
                tell(position.account, "outboundAccountPosition") { $0.event(position: position, at: now) }
            case .balanceUpdate(let update):
                let now = core.now
                tell(update.account, "balanceUpdate") { $0.event(balance: update, at: now) }
            case .listStatus(let list):
                let symbol = symbol(list.market)
                let now = core.now
                tell(list.account, "listStatus") { $0.event(list: list, symbol: symbol, at: now) }
            case .marketStatus: break
            }
        }
    }

    func symbol(_ market: MarketID) -> String {
        symbols[market.rawValue]
    }

    private func tell(_ trade: MarketData.Trade) {
        for topic in marketTopics[trade.market.rawValue] where topic.name.kind == .trade {
            let now = core.now
            publish(topic) { writer in writer.event(trade: trade, symbol: topic.name.symbol, at: now) }
        }
    }

    private func tell(_ trade: MarketData.AggregateTrade) {
        for topic in marketTopics[trade.market.rawValue] where topic.name.kind == .aggregateTrade {
            let now = core.now
            publish(topic) { writer in writer.event(aggregateTrade: trade, symbol: topic.name.symbol, at: now) }
        }
    }

    private func tell(_ book: MarketData.BookTicker) {
        for topic in marketTopics[book.market.rawValue] where topic.name.kind == .bookTicker {
            publish(topic) { writer in writer.event(bookTicker: book, symbol: topic.name.symbol) }
        }
    }

    private func tell(_ market: MarketID, _ interval: KlineInterval, _ kline: Kline) {
        for topic in marketTopics[market.rawValue] {
            guard case .kline(interval, _) = topic.name.kind else { continue }
            let now = core.now
            publish(topic) { writer in
                writer.event(kline: kline, interval: interval, isClosed: true, symbol: topic.name.symbol, at: now)
            }
        }
    }

    /// Sends an event of a market stream as the faults want it.
    func publish(_ topic: StreamTopic, _ event: @escaping (inout JSONWriter) -> Void) {
        if faults.entries.isEmpty {
            topic.publish(event)
        } else {
            topic.publish(faults.meet("STREAM \(topic.name.text)").effect, event)
        }
    }

    // MARK: Orders that count as unfilled

    /// The first fill of an order gives its count back; so the set holds open orders only.
    private func giveBack(_ report: ExecutionReport) {
        let order = report.order
        let key = UnfilledOrder(market: order.market, order: order.id)
        if report.kind == .new {
            if orderCounters[order.account] != nil { unfilled[order.account, default: []].insert(key) }
            return
        }
        let wasUnfilled = unfilled[order.account]?.remove(key) != nil
        if report.kind == .trade, wasUnfilled {
            orderCounters[order.account]?.giveBack(1, at: wireNow)
        } else if wasUnfilled, order.status.isOpen {
            unfilled[order.account]?.insert(key)
        }
    }
}
