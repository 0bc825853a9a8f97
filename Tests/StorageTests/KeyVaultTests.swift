import Broker
import Postgres
import TestSupport
import Testing
import Wording

@testable import Storage

@Suite struct KeyVaultTests {
    private let place = KeyVault.Purpose.broker(UserID(1), BrokerID(2))

    @Test(arguments: ["", "x", String(repeating: "é\n", count: 2000)])
    func `what was sealed opens in its place`(text: String) throws {
        let vault = try ScratchStore.vault()
        let sealed = try vault.seal(Secret(text), for: place)
        #expect(try vault.open(sealed, for: place) == Secret(text))
        #expect(try vault.seal(Secret(text), for: place) != sealed, "a nonce is used once")
    }

    @Test func `what was sealed for one place does not open in another`() throws {
        let vault = try ScratchStore.vault()
        let sealed = try vault.seal(Secret("key"), for: place)
        for other in [
            KeyVault.Purpose.broker(UserID(1), BrokerID(3)), .broker(UserID(2), BrokerID(2)), .assistant(UserID(1)),
            .broker(UserID(12), BrokerID(2)),
        ] {
            #expect(throws: KeyVaultError.damaged) { try vault.open(sealed, for: other) }
        }
    }

    @Test func `no changed byte goes unseen`() throws {
        let vault = try ScratchStore.vault()
        let sealed = try vault.seal(Secret("some key"), for: place)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: KeyVaultError.self) { try vault.open(changed, for: place) }
        }
        for length in 0..<sealed.count {
            #expect(throws: KeyVaultError.self) { try vault.open(Array(sealed.prefix(length)), for: place) }
        }
    }

    @Test func `another secret is told from damage, in words`() throws {
        let sealed = try ScratchStore.vault().seal(Secret("key"), for: place)
        let other = try ScratchStore.vault(String(repeating: "b", count: 32))
        let error = #expect(throws: KeyVaultError.self) { try other.open(sealed, for: place) }
        #expect(error == .otherKey(sealedUnder: try ScratchStore.vault().keyName, have: other.keyName))
        #expect(error?.message.english.contains("another ARISTOBOT_SECRET_KEY") == true)
    }

    @Test func `a secret that is missing or short is refused`() {
        #expect(throws: KeyVaultError.missingSecret) { try KeyVault(environment: [:]) }
        #expect(throws: KeyVaultError.secretTooShort(length: 31)) {
            try KeyVault(environment: [KeyVault.environmentName: String(repeating: "a", count: 31)])
        }
        #expect(throws: Never.self) { try KeyVault(secret: Secret(String(repeating: "a", count: 32))) }
    }

    /// Computed by another implementation: HKDF over Python's `hmac`, AES-GCM of its `cryptography`.
    @Test func `a stored secret of an earlier build still opens`() throws {
        let vault = try KeyVault(secret: Secret("0123456789abcdef0123456789abcdef"))
        #expect(vault.keyName == Self.knownName)
        #expect(try vault.open(Self.known, for: place) == Secret("hello vault"))
    }

    static let knownName = "4165b374996413ff"
    static let known: [UInt8] = [
        0x01, 0x41, 0x65, 0xB3, 0x74, 0x99, 0x64, 0x13, 0xFF, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
        0x07, 0x08, 0x09, 0x0A, 0x0B, 0xB9, 0x34, 0xE9, 0x73, 0x75, 0xE0, 0x0C, 0xBF, 0x01, 0x6E, 0xD4,
        0x2D, 0x7C, 0x43, 0x4D, 0xA6, 0x0A, 0xED, 0xF6, 0x0C, 0xE1, 0x68, 0x36, 0x2F, 0xF5, 0xFB, 0x77,
    ]

    @Test func `keys are sealed anew under another secret, all or none, and again without harm`() async throws {
        try await ScratchStore.with { store in
            let old = try ScratchStore.vault()
            let new = try ScratchStore.vault("another secret that is long enough as well")
            let user = try await store.users.add("dev")
            try await store.users.setAssistant("local", key: Secret("assistant"), user.id)
            for name in ["one", "two"] {
                _ = try await store.brokers.add(
                    user.id, name: name, venue: .binance,
                    credentials: BrokerCredentials(key: name, secret: Secret("of \(name)")))
            }
            #expect(try await store.rotateKeys(from: old, to: new) == 3)
            #expect(try await store.rotateKeys(from: old, to: new) == 0)
            let renewed = Store(store.pool, vault: new)
            for broker in try await renewed.brokers.list(user.id) {
                let credentials = try await renewed.brokers.credentials(user.id, broker.id)
                #expect(credentials?.secret == Secret("of \(broker.name)"))
            }
            #expect(try await renewed.users.assistantKey(user.id) == Secret("assistant"))
            let brokers = try await store.brokers.list(user.id)
            await #expect(throws: KeyVaultError.self) {
                try await store.brokers.credentials(user.id, brokers[0].id)
            }

            // One that does not open stops the whole.
            let third = try ScratchStore.vault("a third secret that is long enough as well")
            try await store.pool.execute(
                "UPDATE brokers SET credentials = set_byte(credentials, 30, 255 - get_byte(credentials, 30)) "
                    + "WHERE id = \(brokers[1].id.number)")
            await #expect(throws: KeyVaultError.damaged) { try await store.rotateKeys(from: new, to: third) }
            #expect(try await renewed.users.assistantKey(user.id) == Secret("assistant"))
        }
    }
}
