import Crypto
import Foundation
import Wording

/// What a client signs with, as the venue knows it.
public enum KeyMaterial: Sendable {
    /// HMAC-SHA256 with this secret.
    case hmac(Secret)
    /// The 32 bytes of an Ed25519 public key.
    case ed25519([UInt8])

    /// A public key as base64 of its 32 bytes, or in PEM (SubjectPublicKeyInfo); nil for anything else.
    public static func ed25519(text: String) -> KeyMaterial? {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        guard let der = Data(base64Encoded: lines.joined().filter { !$0.isWhitespace }) else { return nil }
        // The 12 bytes before the key: SEQUENCE, algorithm 1.3.101.112, BIT STRING of 33 bytes (RFC 8410).
        let head: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        if der.count == 32 { return .ed25519(Array(der)) }
        guard der.count == 44, der.starts(with: head) else { return nil }
        return .ed25519(Array(der.suffix(32)))
    }
}

/// A key of an account: what it may do and how its signatures are checked.
struct AccountKey: Sendable {
    enum Check: Sendable {
        case hmac(SymmetricKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    let check: Check
    var isRevoked = false
    /// False for a key that may only look.
    var mayTrade: Bool

    init?(_ material: KeyMaterial, mayTrade: Bool = true) {
        self.mayTrade = mayTrade
        switch material {
        case .hmac(let secret): check = .hmac(SymmetricKey(data: Array(secret.exposed.utf8)))
        case .ed25519(let bytes):
            // The only failure is a key of the wrong length, which the caller words.
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return nil }
            check = .ed25519(key)
        }
    }

    var isEd25519: Bool {
        if case .ed25519 = check { true } else { false }
    }

    /// Whether the signature (hexadecimal for HMAC, base64 for Ed25519) is this key's for the payload.
    func isValid(signature: String, payload: some Collection<UInt8>) -> Bool {
        let payload = Array(payload)
        switch check {
        case .hmac(let key):
            guard let code = Self.hexadecimal(signature) else { return false }
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: payload, using: key)
        case .ed25519(let key):
            guard let bytes = Data(base64Encoded: signature) else { return false }
            return key.isValidSignature(bytes, for: payload)
        }
    }

    /// 32 bytes written as 64 digits of either case.
    private static func hexadecimal(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for at in stride(from: 0, to: 64, by: 2) {
            guard let high = Character(Unicode.Scalar(digits[at])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[at + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
