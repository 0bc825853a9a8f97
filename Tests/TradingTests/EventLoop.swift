import Market
import Trading

/// A core and the fill model joined as a broker's adapter would join them: by their public calls, one event at a time.
struct EventLoop {
    private(set) var core: TradingCore
    private var matching: Matching
    /// Everything the core was told, and what it answered.
    private(set) var events: [TradingEvent] = []
    private(set) var answers: [[TradingAction]] = []
    private(set) var trades: [ClosedTrade] = []

    init(_ settings: TradingSettings, cash: Money) {
        core = TradingCore(settings, cash: cash)
        matching = Matching(settings)
    }

    mutating func tell(_ event: TradingEvent) {
        let actions = core.handle(event)
        events.append(event)
        answers.append(actions)
        for action in actions {
            switch action {
            case .place(let order):
                matching.place(order)
                tell(.orderAccepted(order.id))
            case .amend(let order): matching.amend(order)
            case .cancel(let id):
                matching.cancel(id)
                tell(.orderCancelled(id, nil))
            case .notify(.positionClosed(let trade)): trades.append(trade)
            case .notify, .journal: break
            }
        }
    }

    mutating func advance(_ candle: Candle, index: Int) {
        matching.begin(
            MatchingBar(
                open: candle.open, high: candle.high, low: candle.low, close: candle.close, time: candle.openTime,
                index: index))
        while let event = matching.nextAtOpen(core.ledger) { take(event) }
        while let event = matching.nextInside(core.ledger) { take(event) }
        tell(.candleClosed(candle, index: index))
    }

    mutating func decide(_ intents: [Intent]) {
        let point = core.lastDecisionPoint
        tell(.intents(intents, at: point))
        if core.settings.marketFill == .sameClose { fillAtClose() }
    }

    mutating func finish() {
        tell(.endOfData(at: core.lastDecisionPoint))
        fillAtClose()
    }

    private mutating func fillAtClose() {
        let point = core.lastDecisionPoint
        matching.begin(
            MatchingBar(
                open: point.close, high: point.close, low: point.close, close: point.close, time: point.time,
                index: point.index))
        while let event = matching.nextAtClose(core.ledger) { take(event) }
    }

    private mutating func take(_ event: MatchingEvent) {
        switch event {
        case .filled(let fill, let cut):
            if let cut { tell(.orderCut(fill.order, to: cut.quantity, cut.reason)) }
            tell(.filled(fill))
        case .refused(let id, let reason): tell(.orderRejected(id, reason))
        case .triggered: break
        }
    }
}
