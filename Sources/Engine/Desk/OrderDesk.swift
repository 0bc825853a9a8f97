/// Stands for the bookkeeping of orders at the venue.
public struct OrderDesk: Sendable, Hashable, Codable {
    public init() {}
}
