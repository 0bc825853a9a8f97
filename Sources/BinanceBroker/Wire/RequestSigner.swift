import Broker
import Crypto
import Foundation
import Wording

/// Signs the calls of an account, with an HMAC secret or an Ed25519 private key.
struct RequestSigner: Sendable {
    private enum Method: Sendable {
        case hmac(SymmetricKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    /// The public part, sent with every call.
    let key: String
    private let method: Method

    /// A secret that begins with `-----BEGIN` is a private key (PKCS#8), any other one an HMAC secret.
    ///
    /// `.unauthorised` for keys that cannot be right, before anything is sent.
    init(_ credentials: BrokerCredentials) throws(BrokerError) {
        key = credentials.key
        guard !key.isEmpty, key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .unauthorised(
                Message(
                    "the API key is empty or has characters that no key of Binance has: copy it again",
                    fr: "la clé d'API est vide ou contient des caractères qu'aucune clé de Binance ne contient : "
                        + "recopiez-la"))
        }
        let secret = credentials.secret.exposed
        guard secret.contains("-----BEGIN") else {
            guard !secret.isEmpty, secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw .unauthorised(
                    Message(
                        "the API secret is empty or has characters that no secret of Binance has: copy it again",
                        fr: "le secret d'API est vide ou contient des caractères qu'aucun secret de Binance ne "
                            + "contient : recopiez-le"))
            }
            method = .hmac(SymmetricKey(data: Array(secret.utf8)))
            return
        }
        method = .ed25519(try PrivateKeyText.ed25519(secret))
    }

    /// Whether a WebSocket API connection can be logged on once for all its calls: with Ed25519 keys only.
    var canLogOn: Bool {
        switch method {
        case .hmac: false
        case .ed25519: true
        }
    }

    /// Hexadecimal for HMAC, base64 for Ed25519; not percent-encoded.
    func signature(of payload: String) throws(BrokerError) -> String {
        switch method {
        case .hmac(let key):
            return Self.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(payload.utf8), using: key))
        case .ed25519(let key):
            do {
                return try key.signature(for: Array(payload.utf8)).base64EncodedString()
            } catch {
                throw .unauthorised(
                    Message(
                        "the private key cannot sign: is it whole?",
                        fr: "la clé privée ne peut pas signer : est-elle entière ?"))
            }
        }
    }

    /// The query or form of a REST call, with its signature last.
    func signedQuery(_ parameters: WireParameters) throws(BrokerError) -> String {
        let payload = parameters.query
        return payload + "&signature=" + PercentEncoding.encoded(try signature(of: payload))
    }

    /// The parameters of a call of the WebSocket API: the key and the signature belong to them.
    func signedParameters(_ parameters: WireParameters) throws(BrokerError) -> WireParameters {
        var signed = parameters
        signed.add("apiKey", key)
        signed.add("signature", try signature(of: signed.sortedText))
        return signed
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
