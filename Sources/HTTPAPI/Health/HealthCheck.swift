import Wording

/// One thing that has to be right for a process to do its work, such as its database.
public struct HealthCheck: Sendable {
    /// Lower case, such as `database`.
    public let name: String
    /// It comes to an end by itself within a few seconds, whatever is wrong.
    let examine: @Sendable () async -> HealthFinding

    public init(_ name: String, _ examine: @escaping @Sendable () async -> HealthFinding) {
        self.name = name
        self.examine = examine
    }
}

/// What a check found.
public struct HealthFinding: Sendable, Hashable {
    public let isFine: Bool
    public let detail: Message

    public init(_ isFine: Bool, _ detail: Message) {
        self.isFine = isFine
        self.detail = detail
    }

    public static func fine(_ english: String, fr french: String) -> HealthFinding {
        HealthFinding(true, Message(english, fr: french))
    }

    public static func wrong(_ english: String, fr french: String) -> HealthFinding {
        HealthFinding(false, Message(english, fr: french))
    }
}
