import Broker
import Crypto
import Foundation
import Wording

/// Reads an Ed25519 private key out of PEM (PKCS#8, RFC 8410), as `openssl genpkey -algorithm ed25519` writes it.
enum PrivateKeyText {
    static func ed25519(_ pem: String) throws(BrokerError) -> Curve25519.Signing.PrivateKey {
        guard let der = body(of: pem, label: "PRIVATE KEY") else {
            let other = ["RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY"]
                .first { pem.contains("-----BEGIN \($0)-----") }
            throw refusal(
                other.map {
                    Message("it is a \($0)", fr: "c'est « \($0) »")
                } ?? Message("its PEM text is damaged", fr: "son texte PEM est abîmé"))
        }
        guard let seed = seed(inside: der) else {
            throw refusal(
                Message("it is of another kind, RSA perhaps", fr: "elle est d'un autre type, RSA peut-être"))
        }
        do {
            return try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw refusal(Message("its PEM text is damaged", fr: "son texte PEM est abîmé"))
        }
    }

    private static func refusal(_ why: Message) -> BrokerError {
        .unauthorised(
            Message(
                "the private key is not an unencrypted Ed25519 key in PKCS#8 PEM: \(why.english)",
                fr: "la clé privée n'est pas une clé Ed25519 non chiffrée en PEM PKCS#8 : \(why.french)"))
    }

    private static func body(of pem: String, label: String) -> [UInt8]? {
        guard let begin = pem.range(of: "-----BEGIN \(label)-----"),
            let end = pem.range(of: "-----END \(label)-----", range: begin.upperBound..<pem.endIndex)
        else { return nil }
        // A PEM pasted into an environment variable often has the two characters \n in place of line ends.
        let text = pem[begin.upperBound..<end.lowerBound].replacingOccurrences(of: "\\n", with: "")
            .filter { !$0.isWhitespace }
        return Data(base64Encoded: text).map(Array.init)
    }

    /// The 32 bytes inside `OneAsymmetricKey { version, AlgorithmIdentifier { 1.3.101.112 }, OCTET STRING { OCTET
    /// STRING } … }`. A public key or attributes may follow.
    private static func seed(inside der: [UInt8]) -> [UInt8]? {
        let afterVersion: [UInt8] = [0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
        guard der.count >= 48, der[0] == 0x30, Int(der[1]) == der.count - 2, der[2] == 0x02, der[3] == 0x01,
            der[4] <= 1, Array(der[5..<16]) == afterVersion
        else { return nil }
        return Array(der[16..<48])
    }
}
