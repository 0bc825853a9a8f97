import Wording

/// Why a server's certificate was not accepted.
public enum CertificateProblem: String, Sendable, Hashable, CaseIterable {
    case expired
    case notYetValid
    /// It was made for other names.
    case wrongHost
    /// Neither the system nor the extra file knows who signed it, or it signed itself.
    case unknownAuthority
    /// Anything else: revoked, a broken chain, a forbidden use.
    case other

    /// A sentence about `peer`.
    func message(peer: String) -> Message {
        switch self {
        case .expired:
            Message(
                "the certificate of \(peer) has expired: nothing was sent",
                fr: "le certificat de \(peer) a expiré : rien n'a été envoyé")
        case .notYetValid:
            Message(
                "the certificate of \(peer) is not valid yet (is this machine's clock right?): nothing was sent",
                fr: "le certificat de \(peer) n'est pas encore valable (l'horloge de cette machine est-elle juste ?) : "
                    + "rien n'a été envoyé")
        case .wrongHost:
            Message(
                "the certificate of \(peer) was made for another host: nothing was sent",
                fr: "le certificat de \(peer) a été établi pour un autre hôte : rien n'a été envoyé")
        case .unknownAuthority:
            Message(
                "the certificate of \(peer) is signed by an authority this machine does not know: nothing was sent",
                fr: "le certificat de \(peer) est signé par une autorité que cette machine ne connaît pas : "
                    + "rien n'a été envoyé")
        case .other:
            Message(
                "the certificate of \(peer) was not accepted: nothing was sent",
                fr: "le certificat de \(peer) n'a pas été accepté : rien n'a été envoyé")
        }
    }
}
