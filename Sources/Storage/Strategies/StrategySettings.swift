import Trading

/// What a user has set for a running strategy besides its parameters; the JSON of `ActiveStrategy.settings`. A key that
/// is missing is a limit that is off.
public struct StrategySettings: Sendable, Hashable, Codable {
    public var risk: RiskLimits

    public init(risk: RiskLimits = .none) {
        self.risk = risk
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        risk = try values.decodeIfPresent(RiskLimits.self, forKey: .risk) ?? .none
    }

    /// Reads a JSON object; a `StorageError` where it is none.
    public init(text: String) throws {
        self = try JSONText.decode(Self.self, text)
    }

    /// The JSON object.
    public var text: String {
        get throws { try JSONText.encode(self) }
    }
}
