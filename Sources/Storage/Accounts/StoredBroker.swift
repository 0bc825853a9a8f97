import Broker
import Market

/// An account at a venue as a user has entered it. Its keys are asked for apart, by `BrokerRepository.credentials`.
public struct StoredBroker: Sendable, Hashable {
    public var id: BrokerID
    public var user: UserID
    /// The user's own word for it; unique among his.
    public var name: String
    public var venue: VenueName
    public var settings: BrokerSettings
    public var hasCredentials: Bool
    /// Another one after other keys were entered; tells nothing of them. Nil without keys.
    public var keysMark: String?
    /// At most one of a user.
    public var isDefault: Bool
    public var createdAt: Timestamp
}

/// What a connector needs besides keys. Kept as JSON, so a field that is missing takes its default.
public struct BrokerSettings: Sendable, Hashable {
    /// The venue's own place for trying out.
    public var isTestnet: Bool
    /// Another place than the venue's own.
    public var baseURL: String?
    /// What only one kind of broker knows, such as the fee of a paper account.
    public var options: [String: String]

    public init(isTestnet: Bool = false, baseURL: String? = nil, options: [String: String] = [:]) {
        self.isTestnet = isTestnet
        self.baseURL = baseURL
        self.options = options
    }
}

extension BrokerSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case isTestnet = "testnet"
        case baseURL = "base_url"
        case options
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        isTestnet = try values.decodeIfPresent(Bool.self, forKey: .isTestnet) ?? false
        baseURL = try values.decodeIfPresent(String.self, forKey: .baseURL)
        options = try values.decodeIfPresent([String: String].self, forKey: .options) ?? [:]
    }
}
