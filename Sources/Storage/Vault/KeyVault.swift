import Crypto
import Foundation
import Wording

/// Seals secrets before they go into the database: AES-256 in GCM under a key derived from `ARISTOBOT_SECRET_KEY` by
/// HKDF (RFC 5869, SHA-256).
///
/// A sealed secret is bound to its place: the user and the row are authenticated with it, so that a ciphertext moved to
/// another row does not open. It begins with the name of its key, so that a wrong key is told from damage.
public struct KeyVault: Sendable {
    /// What a secret is for; part of what is authenticated.
    public enum Purpose: Sendable, Hashable {
        case broker(UserID, BrokerID)
        case assistant(UserID)

        var associatedData: Data {
            switch self {
            case .broker(let user, let broker): Data("aristobot broker \(user)/\(broker)".utf8)
            case .assistant(let user): Data("aristobot assistant \(user)".utf8)
            }
        }
    }

    public static let environmentName = "ARISTOBOT_SECRET_KEY"
    /// In bytes; 32 random ones are 64 hexadecimal digits.
    public static let shortestSecret = 32

    private static let format: UInt8 = 1
    private static let nameLength = 8
    private static let nonceLength = 12
    private static let tagLength = 16
    private static let headerLength = 1 + nameLength + nonceLength

    /// Names the key without telling anything about it; 16 hexadecimal digits.
    public var keyName: String { Self.text(name) }

    private let key: SymmetricKey
    private let name: [UInt8]

    public init(secret: Secret) throws(KeyVaultError) {
        let bytes = Data(secret.exposed.utf8)
        guard !bytes.isEmpty else { throw .missingSecret }
        guard bytes.count >= Self.shortestSecret else { throw .secretTooShort(length: bytes.count) }
        let material = SymmetricKey(data: bytes)
        func derive(_ info: String, _ length: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: material, salt: Data("aristobot key vault".utf8), info: Data(info.utf8),
                outputByteCount: length)
        }
        key = derive("seal v1", 32)
        name = derive("name v1", Self.nameLength).withUnsafeBytes { Array($0) }
    }

    /// The vault of the secret in the environment; throws when there is none.
    public init(environment: [String: String]) throws(KeyVaultError) {
        try self.init(secret: Secret(environment[Self.environmentName] ?? ""))
    }

    public func seal(_ secret: Secret, for purpose: Purpose) throws(KeyVaultError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(
                Data(secret.exposed.utf8), using: key, authenticating: purpose.associatedData)
            return [Self.format] + name + Array(box.nonce) + box.ciphertext + box.tag
        } catch {
            // Sealing fails for keys of a wrong size only, and ours has 256 bits.
            throw .damaged
        }
    }

    public func open(_ sealed: [UInt8], for purpose: Purpose) throws(KeyVaultError) -> Secret {
        let sealedUnder = try Self.keyName(of: sealed)
        guard sealedUnder == keyName else { throw .otherKey(sealedUnder: sealedUnder, have: keyName) }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: sealed[(1 + Self.nameLength)..<Self.headerLength]),
                ciphertext: sealed[Self.headerLength..<(sealed.count - Self.tagLength)],
                tag: sealed[(sealed.count - Self.tagLength)...])
            let plain = try AES.GCM.open(box, using: key, authenticating: purpose.associatedData)
            return Secret(String(decoding: plain, as: UTF8.self))
        } catch {
            throw .damaged
        }
    }

    /// The name of the key that something was sealed under.
    static func keyName(of sealed: [UInt8]) throws(KeyVaultError) -> String {
        guard sealed.first == format, sealed.count >= headerLength + tagLength else { throw .unknownFormat }
        return text(Array(sealed[1...nameLength]))
    }

    /// The vault, where one is needed.
    static func required(_ vault: KeyVault?) throws(KeyVaultError) -> KeyVault {
        guard let vault else { throw .missingSecret }
        return vault
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
