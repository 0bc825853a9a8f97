import Broker
import Market
import Storage
import Trading
import Wording

/// What happened, in a sentence in both languages.
enum ActivityWords {
    /// `ema_cross BTC/USDT 1m bought 0.05 BTC/USDT at 20012.5`.
    static func text(_ fill: FillStanding) -> Message {
        let who = fill.strategy ?? fill.owner
        let what = "\(fill.quantity) \(fill.symbol)"
        return fill.side == .buy
            ? Message("\(who): bought \(what) at \(fill.price)", fr: "\(who) : acheté \(what) à \(fill.price)")
            : Message("\(who): sold \(what) at \(fill.price)", fr: "\(who) : vendu \(what) à \(fill.price)")
    }

    /// `ema_cross BTC/USDT 1m: sell 0.05 BTC/USDT, stop 19600: open`.
    static func text(_ standing: OrderStanding) -> Message {
        let order = standing.order
        let who = standing.strategy.map { "\($0)" } ?? order.request.clientID.text
        let what = OrderWords.line(order.request)
        let state = self.state(order.state)
        return Message("\(who): \(what): \(state.english)", fr: "\(who) : \(what) : \(state.french)")
    }

    private static func state(_ state: OrderState) -> Message {
        switch state {
        case .pendingNew: Message("being sent", fr: "en cours d'envoi")
        case .open: Message("open", fr: "en attente")
        case .partiallyFilled: Message("partly filled", fr: "partiellement exécuté")
        case .cancelInFlight: Message("being cancelled", fr: "en cours d'annulation")
        case .filled: Message("filled", fr: "exécuté")
        case .cancelled(let reason):
            reason.map { Message("cancelled: \($0.english)", fr: "annulé : \($0.french)") }
                ?? Message("cancelled", fr: "annulé")
        case .rejected(let reason): Message("refused: \(reason.english)", fr: "refusé : \(reason.french)")
        case .expired: Message("expired", fr: "expiré")
        }
    }
}
