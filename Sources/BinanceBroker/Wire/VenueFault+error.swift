import Broker
import Wording

/// What a call would change at the venue, and so what its loss means.
enum CallEffect: Sendable, Hashable {
    /// Asks only: may be asked again.
    case none
    /// Places or cancels: its outcome is unknown once it may have arrived.
    case changesOrders
}

extension VenueFault {
    /// The fault for the caller of the broker.
    func error(effect: CallEffect) -> BrokerError {
        if let code, let known = known(code, effect: effect) { return known }
        switch status {
        case 401:
            return unauthorised("the key is not accepted", "la clé n'est pas acceptée")
        case 403 where code == nil:
            return .retryable(
                words(
                    "its firewall turned the request away (403); too many requests, or a word in it that it forbids",
                    "son pare-feu a écarté la requête (403) : trop de requêtes, ou un mot interdit"),
                after: .seconds(60))
        case 418:
            return .retryable(
                words("this address is banned for some time (418)", "cette adresse est bannie un temps (418)"),
                after: wait ?? .seconds(120))
        case 429:
            return .retryable(
                words("too many requests (429)", "trop de requêtes (429)"), after: wait ?? .seconds(60))
        case 451:
            return .rejected(
                .other,
                words("it serves no one at this place (451)", "elle ne sert personne depuis ce lieu (451)"))
        case 500...599:
            return unknownOutcome(
                effect, words("it failed to answer (\(status))", "elle n'a pas su répondre (\(status))"))
        default:
            return .rejected(.other, words("the request is refused (\(status))", "la requête est refusée (\(status))"))
        }
    }

    private var wait: Duration? { retryAfter }

    /// `Binance: what it means: "its own words (code)"`.
    private func words(_ english: String, _ french: String) -> Message {
        let number = code.map { " (\($0))" } ?? ""
        let said = text.isEmpty || (code == nil && isPage) ? "" : text + number
        let page = code == nil && isPage
        return Message(
            "Binance: \(english)" + (said.isEmpty ? "" : ": \(said)")
                + (page ? "; the answer is a web page, not JSON" : ""),
            fr: "Binance : \(french)" + (said.isEmpty ? "" : " : \(said)")
                + (page ? " ; la réponse est une page web, pas du JSON" : ""))
    }

    private var isPage: Bool { text.hasPrefix("<") }

    private func unauthorised(_ english: String, _ french: String) -> BrokerError {
        .unauthorised(words(english, french))
    }

    private func unknownOutcome(_ effect: CallEffect, _ message: Message) -> BrokerError {
        switch effect {
        case .none: .retryable(message, after: wait)
        case .changesOrders: .outcomeUnknown(message)
        }
    }

    private func rejected(_ kind: BrokerError.Rejection, _ english: String, _ french: String) -> BrokerError {
        .rejected(kind, words(english, french))
    }

    private func known(_ code: Int, effect: CallEffect) -> BrokerError? {
        switch code {
        case -1000, -1001, -1006, -1007:
            unknownOutcome(
                effect, words("it does not know what became of the request", "elle ignore le sort de la requête"))
        case -1002: unauthorised("the call needs a key", "l'appel exige une clé")
        case -1003, -1015, -1034:
            .retryable(
                words("too many requests", "trop de requêtes"), after: wait ?? .seconds(status == 418 ? 120 : 60))
        case -1008: .retryable(words("it is overloaded", "elle est surchargée"), after: wait ?? .seconds(5))
        case -1021:
            .retryable(
                words("the time of the request is refused", "l'heure de la requête est refusée"), after: .seconds(1))
        case -1022:
            unauthorised(
                "the signature is wrong: is the secret right?", "la signature est fausse : le secret est-il le bon ?")
        case -2014: unauthorised("the API key is malformed", "la clé d'API est mal formée")
        case -2015:
            unauthorised(
                "the key is unknown, or this IP address or this action is not allowed to it",
                "la clé est inconnue, ou cette adresse IP ou cette action ne lui est pas permise")
        case -1016, -1020, -1116: .unsupported(words("it does not do this", "elle ne fait pas cela"))
        case -1120: .unsupported(words("it has no such timeframe", "elle n'a pas cette unité de temps"))
        case -1121: rejected(.unknownSymbol, "no such symbol", "symbole inconnu")
        case -1220: rejected(.marketClosed, "the market is in another state", "le marché est dans un autre état")
        case -1111: rejected(.offStep, "too many decimals", "trop de décimales")
        case -1013, -2010, -2011: orderRefusal
        case -2013: rejected(.unknownOrder, "no such order", "ordre inconnu")
        // Not `.unknownOrder`: it exists, without an execution, and is over.
        case -2026:
            rejected(.other, "the order is too old and no longer kept", "l'ordre est trop ancien et n'est plus gardé")
        case -2039: rejected(.other, "the two names are of two orders", "les deux noms désignent deux ordres")
        default: nil
        }
    }

    /// What -1013, -2010 and -2011 mean stands in their words only, and the same words come under either number.
    private static let phrases: [(String, BrokerError.Rejection)] = [
        ("insufficient balance", .insufficientBalance), ("unknown order", .unknownOrder),
        ("duplicate order", .duplicateOrder), ("market is closed", .marketClosed),
        ("would trigger immediately", .wouldTrigger), ("immediately match and take", .wouldTake),
        ("relationship of the prices", .wouldTrigger), ("is zero or less", .outOfRange),
        // The names of filters, of which one is the end of another.
        ("market_lot_size", .outOfRange), ("lot_size", .offStep), ("price_filter", .offStep),
        ("notional", .outOfRange), ("percent_price", .outOfRange), ("max_position", .outOfRange),
        ("invalid quantity", .outOfRange), ("invalid price", .outOfRange),
    ]

    private var orderRefusal: BrokerError {
        let lowered = text.lowercased()
        if lowered.contains("not supported for this symbol") {
            return .unsupported(words("the market takes no such orders", "le marché n'accepte pas de tels ordres"))
        }
        if lowered.contains("may not place or cancel orders") {
            return unauthorised("the account may not trade", "le compte ne peut pas négocier")
        }
        let kind = Self.phrases.first { lowered.contains($0.0) }?.1 ?? .other
        return lowered.hasPrefix("filter failure")
            ? rejected(kind, "the order breaks a rule of the market", "l'ordre enfreint une règle du marché")
            : rejected(kind, "the order is refused", "l'ordre est refusé")
    }
}
