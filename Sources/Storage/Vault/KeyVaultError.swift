import Wording

/// Why a secret could not be sealed or opened. No case holds anything of it.
public enum KeyVaultError: ExplainedError, Hashable {
    /// `ARISTOBOT_SECRET_KEY` is not set, and something is sealed or to be sealed.
    case missingSecret
    case secretTooShort(length: Int)
    /// Sealed under another secret. Keys are told apart by their names, which say nothing of the secrets.
    case otherKey(sealedUnder: String, have: String)
    /// The bytes were changed, or moved here from another row.
    case damaged
    /// Not written by this program, or by a later one.
    case unknownFormat

    public var message: Message {
        switch self {
        case .missingSecret:
            Message(
                "\(KeyVault.environmentName) is not set: it is needed to keep keys of brokers; "
                    + "make one with 'openssl rand -hex 32' and keep it apart from the database",
                fr: "\(KeyVault.environmentName) n'est pas définie : elle est nécessaire pour garder les clés des "
                    + "brokers ; créez-en une avec 'openssl rand -hex 32' et gardez-la à part de la base")
        case .secretTooShort(let length):
            Message(
                "\(KeyVault.environmentName) has \(length) bytes: expected \(KeyVault.shortestSecret) or more; "
                    + "make one with 'openssl rand -hex 32'",
                fr: "\(KeyVault.environmentName) a \(length) octets : attendu \(KeyVault.shortestSecret) ou plus ; "
                    + "créez-en une avec 'openssl rand -hex 32'")
        case .otherKey(let sealed, let have):
            Message(
                "the stored keys were sealed under another \(KeyVault.environmentName) (named \(sealed)) "
                    + "than the one that is set (\(have)): set the former one, or enter the keys again",
                fr: "les clés gardées ont été scellées sous une autre \(KeyVault.environmentName) (nommée \(sealed)) "
                    + "que celle qui est définie (\(have)) : définissez l'ancienne, ou saisissez les clés à nouveau")
        case .damaged:
            Message(
                "a stored key does not open: its bytes were changed, or belong to another broker; enter it again",
                fr: "une clé gardée ne s'ouvre pas : ses octets ont été modifiés, ou sont ceux d'un autre broker ; "
                    + "saisissez-la à nouveau")
        case .unknownFormat:
            Message(
                "a stored key has a form that this program does not know: a newer one may have written it",
                fr: "une clé gardée a une forme que ce programme ne connaît pas : un plus récent l'a peut-être écrite")
        }
    }
}
