// Amounts, prices and names of symbols are texts in every encoding, so that no reader makes Doubles of them.

extension FixedDecimal: Codable {
    public init(from decoder: any Decoder) throws {
        let field = try decoder.singleValueContainer()
        let text = try field.decode(String.self)
        guard let value = FixedDecimal(text) else {
            throw DecodingError.dataCorruptedError(
                in: field, debugDescription: "\(quotedForMessage(text)): expected an exact decimal")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var field = encoder.singleValueContainer()
        try field.encode(description)
    }
}

extension Quantity: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(try FixedDecimal(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
    }
}

extension Price: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(try FixedDecimal(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
    }
}

extension Money: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(try FixedDecimal(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
    }
}

extension Symbol: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var field = encoder.singleValueContainer()
        try field.encode(description)
    }
}

/// Milliseconds since the epoch.
extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var field = encoder.singleValueContainer()
        try field.encode(milliseconds)
    }
}
