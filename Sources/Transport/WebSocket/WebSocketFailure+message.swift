import Wording

extension WebSocketFailure {
    public var message: Message { messageOfConnecting ?? messageOfConnection }

    /// Nil for what happens once the connection is there.
    private var messageOfConnecting: Message? {
        switch self {
        case .badAddress(let message):
            message
        case .unresolved(let host):
            HTTPFailure.unresolved(host: host).message
        case .unreachable(let peer, let reason):
            HTTPFailure.unreachable(peer: peer, reason).message
        case .untrusted(let peer, let problem):
            problem.message(peer: peer)
        case .secureConnectionFailed(let peer, let detail):
            HTTPFailure.secureConnectionFailed(peer: peer, detail: detail).message
        case .badAuthorities(let path):
            HTTPFailure.badAuthorities(path: path).message
        case .connectTimedOut(let peer, let after):
            Message(
                "no WebSocket connection to \(peer) within \(after.inWords)",
                fr: "pas de connexion WebSocket à \(peer) en \(after.inWords)")
        case .refused(let peer, let response):
            Message(
                "\(peer) refused the WebSocket connection: status \(response.status)\(Self.waiting(response).english)",
                fr: "\(peer) a refusé la connexion WebSocket, statut \(response.status)\(Self.waiting(response).french)"
            )
        case .notWebSocket(let peer):
            Message(
                "\(peer) did not answer as a WebSocket server: are port and path right?",
                fr: "\(peer) n'a pas répondu en serveur WebSocket : le port et le chemin sont-ils justes ?")
        default:
            nil
        }
    }

    private static func waiting(_ response: HTTPResponse) -> Message {
        guard let after = response.headers.retryAfter else { return Message("", fr: "") }
        return Message(", to be tried again after \(after.inWords)", fr: ", à réessayer après \(after.inWords)")
    }

    private var messageOfConnection: Message {
        switch self {
        case .protocolViolation(let peer, let what):
            Message(
                "\(peer) broke the WebSocket protocol: \(what.english)",
                fr: "\(peer) a enfreint le protocole WebSocket : \(what.french)")
        case .messageTooLarge(let peer, let limit):
            Message(
                "a message of \(peer) has over \(limit) bytes, the most that is read",
                fr: "un message de \(peer) dépasse \(limit) octets, le maximum qui soit lu")
        case .closedByPeer(let peer, let code, let reason):
            Message(
                "\(peer) closed the connection (code \(code.map(String.init) ?? "none")\(Self.quoted(reason)))",
                fr: "\(peer) a fermé la connexion (code \(code.map(String.init) ?? "aucun")\(Self.quoted(reason)))")
        case .connectionLost(let peer, let detail):
            Message(
                "the connection to \(peer) broke: \(detail.english)",
                fr: "la connexion à \(peer) s'est rompue : \(detail.french)")
        case .silent(let peer, let time, false):
            Message(
                "\(peer) has been silent for \(time.inWords), a ping included",
                fr: "\(peer) est muet depuis \(time.inWords), ping compris")
        case .silent(let peer, let time, true):
            Message(
                "\(peer) stopped in the middle of a frame, \(time.inWords) ago",
                fr: "\(peer) s'est arrêté au milieu d'une trame, il y a \(time.inWords)")
        case .backlog(let peer, let limit):
            Message(
                "\(limit) bytes wait to be sent to \(peer), the most that may: this message was not sent",
                fr: "\(limit) octets attendent de partir vers \(peer), le maximum : ce message n'a pas été envoyé")
        case .cancelled:
            Message("the wait for the connection was given up", fr: "l'attente de la connexion a été abandonnée")
        case .notConnected:
            Message(
                "there is no connection at the moment: the message was not sent",
                fr: "il n'y a pas de connexion en ce moment : le message n'a pas été envoyé")
        case .notReady(let what):
            what
        default:
            Message("the connection is closed", fr: "la connexion est fermée")
        }
    }

    /// A server's words, cut: they go to a person's eyes.
    private static func quoted(_ reason: String) -> String {
        reason.isEmpty ? "" : ", \"\(reason.prefix(123))\""
    }
}
