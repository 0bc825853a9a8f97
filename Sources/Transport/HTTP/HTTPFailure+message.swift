import Wording

extension HTTPFailure {
    public var message: Message { messageBeforeSending ?? messageAfterSending }

    /// Nil for what may happen after the request went out.
    private var messageBeforeSending: Message? {
        switch self {
        case .badRequest(let message):
            message
        case .busy(let limit):
            Message(
                "\(limit) requests are under way already, the most there may be: this one was not sent",
                fr: "\(limit) requêtes sont déjà en cours, le maximum : celle-ci n'a pas été envoyée")
        case .unresolved(let host):
            Message(
                "the host \(host) was not found: is the name right, and does this machine reach a name server?",
                fr: "l'hôte \(host) est introuvable : le nom est-il juste, et un serveur de noms est-il joignable ?")
        case .unreachable(let peer, let reason):
            Message(
                "no connection to \(peer): \(reason.english)", fr: "pas de connexion à \(peer) : \(reason.french)")
        case .untrusted(let peer, let problem):
            problem.message(peer: peer)
        case .secureConnectionFailed(let peer, let detail):
            Message(
                "no secure connection to \(peer), is it a TLS server? (\(detail))",
                fr: "pas de connexion sûre à \(peer), est-ce un serveur TLS ? (\(detail))")
        case .badAuthorities(let path):
            Message(
                "the file of extra authorities \(path) cannot be used: expected certificates in PEM",
                fr: "le fichier d'autorités supplémentaires \(path) est inutilisable : attendu des certificats PEM")
        default:
            nil
        }
    }

    private var messageAfterSending: Message {
        switch self {
        case .timedOut(let peer, let after, false):
            Message(
                "no connection to \(peer) within \(after.inWords): the request was not sent",
                fr: "pas de connexion à \(peer) en \(after.inWords) : la requête n'a pas été envoyée")
        case .timedOut(let peer, let after, true):
            Message(
                "no whole reply from \(peer) within \(after.inWords), though the request was sent",
                fr: "pas de réponse complète de \(peer) en \(after.inWords), alors que la requête est partie")
        case .connectionLost(let peer, let detail, let sent):
            Message(
                "the connection to \(peer) broke: \(detail.english)\(Self.outcome(sent).english)",
                fr: "la connexion à \(peer) s'est rompue : \(detail.french)\(Self.outcome(sent).french)")
        case .notHTTP(let peer):
            Message(
                "\(peer) answered with something that is not HTTP: is it the right port?",
                fr: "\(peer) a répondu autre chose que du HTTP : est-ce le bon port ?")
        case .bodyTooLarge(let peer, let limit):
            Message(
                "the reply of \(peer) has over \(limit) bytes, the most that is read",
                fr: "la réponse de \(peer) dépasse \(limit) octets, le maximum qui soit lu")
        case .headersTooLarge(let peer, let limit):
            Message(
                "the header of the reply of \(peer) has over \(limit) bytes, the most that is read",
                fr: "l'en-tête de la réponse de \(peer) dépasse \(limit) octets, le maximum qui soit lu")
        case .cancelled(let peer, let sent):
            Message(
                "the request to \(peer) was given up\(Self.outcome(sent).english)",
                fr: "la requête vers \(peer) a été abandonnée\(Self.outcome(sent).french)")
        case .closed(let peer, let sent):
            Message(
                "the client was closed before \(peer) answered\(Self.outcome(sent).english)",
                fr: "le client a été fermé avant la réponse de \(peer)\(Self.outcome(sent).french)")
        case .other(let peer, let detail, let sent):
            Message(
                "the request to \(peer) failed: \(detail)\(Self.outcome(sent).english)",
                fr: "la requête vers \(peer) a échoué : \(detail)\(Self.outcome(sent).french)")
        default:
            Message("the request failed", fr: "la requête a échoué")
        }
    }

    private static func outcome(_ sent: Bool) -> Message {
        sent
            ? Message("; whether the request was carried out is unknown", fr: " ; on ignore si elle a été exécutée")
            : Message("; it was not sent", fr: " ; elle n'a pas été envoyée")
    }
}

extension Duration {
    /// `1.5 s`, `250 ms`; the same in both languages but for the decimal sign, which a unit this small rarely needs.
    var inWords: String {
        let milliseconds = wholeMilliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }

    /// Rounded up, so that a wait never ends early; held within an Int64 of milliseconds by the range of Duration.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? (seconds < 0 ? .min : .max) : scaled.addingReportingOverflow(rest).partialValue
    }
}
