import Postgres

extension Store {
    /// Seals every secret anew, under another key; all of them or none. Answers how many there were.
    ///
    /// What is sealed under `new` already is left as it is, so an interrupted change of keys can be asked for again.
    public func rotateKeys(from old: KeyVault, to new: KeyVault) async throws -> Int {
        try await pool.transaction { connection in
            var count = 0
            let brokers = try await connection.query(
                "SELECT id, user_id, credentials FROM brokers WHERE credentials IS NOT NULL ORDER BY id FOR UPDATE")
            for row in brokers {
                let user = UserID(try row.int64("user_id"))
                let id = BrokerID(try row.int64("id"))
                guard
                    let sealed = try Self.resealed(try row.bytes("credentials"), .broker(user, id), from: old, to: new)
                else { continue }
                try await connection.execute(
                    """
                    UPDATE brokers SET credentials = \(sealed)
                    WHERE user_id = \(user.number) AND id = \(id.number)
                    """)
                count += 1
            }
            let users = try await connection.query(
                "SELECT id, ai_key FROM users WHERE ai_key IS NOT NULL ORDER BY id FOR UPDATE")
            for row in users {
                let user = UserID(try row.int64("id"))
                guard let sealed = try Self.resealed(try row.bytes("ai_key"), .assistant(user), from: old, to: new)
                else { continue }
                try await connection.execute("UPDATE users SET ai_key = \(sealed) WHERE id = \(user.number)")
                count += 1
            }
            return count
        }
    }

    private static func resealed(
        _ sealed: [UInt8], _ purpose: KeyVault.Purpose, from old: KeyVault, to new: KeyVault
    ) throws(KeyVaultError) -> [UInt8]? {
        guard try KeyVault.keyName(of: sealed) != new.keyName else { return nil }
        return try new.seal(try old.open(sealed, for: purpose), for: purpose)
    }
}
