import Glibc
import Wording

/// The system's error numbers that a connection meets, in words.
enum SystemReason {
    static func message(_ number: Int32) -> Message {
        switch number {
        case ECONNREFUSED:
            Message(
                "connection refused, nothing listens there",
                fr: "connexion refusée, rien n'écoute à cette adresse")
        case ECONNRESET, EPIPE:
            Message("the other side reset it", fr: "l'autre côté l'a coupée")
        case ENETUNREACH, EHOSTUNREACH:
            Message("there is no route to it", fr: "il n'y a pas de route jusque-là")
        case ETIMEDOUT:
            Message("it does not answer", fr: "pas de réponse")
        case EMFILE, ENFILE:
            Message("this process has too many open files", fr: "ce processus a trop de fichiers ouverts")
        case 0:
            Message("the connection was not made", fr: "la connexion n'a pas été établie")
        default:
            systemWords(number)
        }
    }

    /// The system's words exist in one language only.
    private static func systemWords(_ number: Int32) -> Message {
        let text = strerror(number).map { String(cString: $0) } ?? "\(number)"
        return Message(text, fr: text)
    }
}
