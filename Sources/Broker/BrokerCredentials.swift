import Wording

/// What signs the calls of an account.
public struct BrokerCredentials: Sendable, Hashable {
    /// Public part: the name of the key at the venue.
    public let key: String
    /// HMAC secret, or a private key in PEM (PKCS#8).
    public let secret: Secret

    public init(key: String, secret: Secret) {
        self.key = key
        self.secret = secret
    }
}
