import Wording

/// Whose strategies a worker runs: the number of a user. Workers of two tenants are two processes.
public struct TenantNumber: Hashable, Sendable, CustomStringConvertible {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    public var description: String { "\(number)" }
}

/// What happens to workers, for logs and metrics; told on a thread of the executor, which it must not hold up.
public enum WorkerEvent: Sendable {
    case started(TenantNumber, pid: Int32, walls: WorkerWalls)
    /// It died or was killed; what it held is loaded into the next one.
    case lost(TenantNumber, pid: Int32, reason: Message)
    /// One batch was answered.
    case decided(TenantNumber, items: Int, nanoseconds: Int64)
    /// A strategy has killed so many workers that it is not asked any more until it is loaded anew.
    case banned(TenantNumber, InstanceNumber)
}
