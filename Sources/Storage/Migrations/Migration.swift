import Crypto

/// One step of the database's schema: numbered, never changed once it has been applied anywhere.
public struct Migration: Sendable, Hashable {
    /// Steps are applied in rising order of it.
    public let number: Int
    public let name: String
    /// SQL, one statement each; all of them run in one transaction.
    public let statements: [String]

    public init(number: Int, name: String, statements: [String]) {
        self.number = number
        self.name = name
        self.statements = statements
    }

    /// SHA-256 over the statements, in hexadecimal.
    public var checksum: String {
        var hash = SHA256()
        for statement in statements {
            hash.update(data: Array(statement.utf8))
            // No statement holds a NUL, so two different lists never read as the same bytes.
            hash.update(data: [0])
        }
        let digits = Array("0123456789abcdef".utf8)
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Everything that the program's schema consists of.
    public static let all: [Migration] = [
        accounts, candles, strategies, trading, system, paper, engine, events, runners,
    ]
}
