import Market
import Wording

/// Somebody who has rows of his own.
public struct User: Sendable, Hashable {
    public var id: UserID
    public var name: String
    public var language: Language
    /// A name of the time zone database, such as `Europe/Paris`.
    public var displayTimezone: String
    /// What answers "make me a strategy"; its key is asked for by `UserRepository.assistantKey`.
    public var assistant: String?
    public var isActive: Bool
    public var createdAt: Timestamp

    public static let shortestName = 2
    public static let longestName = 32

    /// A lower-case letter, then lower-case letters, digits, `-` and `_`.
    public static func checkName(_ name: String) throws(StorageError) {
        let bytes = Array(name.utf8)
        let isSound =
            (shortestName...longestName).contains(bytes.count) && (97...122).contains(bytes[0])
            && bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
        guard !isSound else { return }
        let shown = quotedForMessage(name)
        throw .invalid(
            Message(
                "\(shown) is not a user name: expected \(shortestName) to \(longestName) of a-z, 0-9, - and _, "
                    + "the first a letter",
                fr: "\(shown) n'est pas un nom d'utilisateur : attendu \(shortestName) à \(longestName) caractères "
                    + "parmi a-z, 0-9, - et _, le premier une lettre"))
    }
}
