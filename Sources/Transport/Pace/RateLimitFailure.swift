import Wording

/// Why a request may not even wait for its turn; nothing was sent.
public enum RateLimitFailure: ExplainedError, Hashable {
    case full(waiting: Int)
    case impossible(RateLimitWindow, cost: Int)
    case cancelled
    case closed

    public var message: Message {
        switch self {
        case .full(let waiting):
            Message(
                "\(waiting) requests wait for the venue's rate limit already, the most that may: try later",
                fr:
                    "\(waiting) requêtes attendent déjà la limite de débit de la place, le maximum : réessayez"
            )
        case .impossible(let window, let cost):
            Message(
                "the request costs \(cost) \(window.unit), but the venue allows \(window.limit) in "
                    + "\(window.length.inWords)",
                fr: "la requête coûte \(cost) \(window.unit), mais la place en autorise \(window.limit) par "
                    + "\(window.length.inWords)")
        case .cancelled:
            Message(
                "the request was given up while it waited for the venue's rate limit",
                fr: "la requête a été abandonnée pendant l'attente de la limite de débit de la place")
        case .closed:
            Message(
                "the connection to the venue was closed while the request waited for its rate limit",
                fr: "la connexion à la place a été fermée pendant que la requête attendait la limite de débit")
        }
    }
}
