import Market

/// What the desk remembers about an order of the core, besides what it has sent for it.
struct OrderNote: Sendable, Hashable, Codable {
    /// How often something was sent for it: the number of the next attempt.
    var attempts = 0
    /// How often the venue has refused or ended what was sent for it, since it was last amended.
    var refusals = 0
    /// The revision of the core's order that `refusals` counts for.
    var revision = 0
    /// When the desk first saw it.
    var decidedAt: Timestamp
    /// Its level was touched: what is left of it is to go out now.
    var isDue = false
    /// Nothing is sent for it before.
    var notBefore: Timestamp?
}
