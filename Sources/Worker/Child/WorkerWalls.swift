import CWorkerWalls
import Wording

/// The walls that stand around a worker process, by its own word before it reads anything of a user's.
public struct WorkerWalls: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    private init(_ wall: aw_wall) {
        rawValue = UInt32(wall.rawValue)
    }

    /// It dies with whoever started it.
    public static let deathSignal = WorkerWalls(AW_DEATH_SIGNAL)
    public static let noNewPrivileges = WorkerWalls(AW_NO_NEW_PRIVILEGES)
    /// Memory, files, processes and core dumps are limited.
    public static let limits = WorkerWalls(AW_LIMITS)
    public static let userNamespace = WorkerWalls(AW_USER_NAMESPACE)
    public static let networkNamespace = WorkerWalls(AW_NETWORK_NAMESPACE)
    public static let mountNamespace = WorkerWalls(AW_MOUNT_NAMESPACE)
    public static let ipcNamespace = WorkerWalls(AW_IPC_NAMESPACE)
    /// Its root is an empty directory that is deleted.
    public static let emptyRoot = WorkerWalls(AW_EMPTY_ROOT)
    /// The kernel refuses it every file.
    public static let landlock = WorkerWalls(AW_LANDLOCK)
    /// No capability, and nobody's user where the system lets it be.
    public static let noCapabilities = WorkerWalls(AW_NO_CAPABILITIES)
    /// A handful of system calls are let through, none of them opens anything.
    public static let systemCalls = WorkerWalls(AW_SYSTEM_CALLS)

    public static let all: WorkerWalls = [
        .deathSignal, .noNewPrivileges, .limits, .userNamespace, .networkNamespace, .mountNamespace, .ipcNamespace,
        .emptyRoot, .landlock, .noCapabilities, .systemCalls,
    ]

    /// Raises every wall but the last around this process, which has one thread. Answers those that stand.
    package static func raise(memoryBytes: UInt64) -> WorkerWalls {
        WorkerWalls(rawValue: aw_raise_walls(memoryBytes))
    }

    /// Leaves only the system calls that computing and talking over the socket take.
    package static func seal(socket: Int32) -> WorkerWalls {
        WorkerWalls(rawValue: aw_seal(socket))
    }

    /// Whether it can reach no file and no network, by the filter of system calls or by namespaces and file walls.
    public var isTight: Bool {
        let hasNoFiles = contains(.emptyRoot) || contains(.landlock)
        return contains(.limits)
            && (contains(.systemCalls) || (hasNoFiles && contains(.networkNamespace) && contains(.noCapabilities)))
    }

    /// The names of the walls that stand, for logs and the doctor: stable, in English.
    public var names: [String] {
        Self.titles.filter { contains($0.wall) }.map(\.title)
    }

    /// The names of those that do not stand. A process of root's needs no user namespace.
    public var missing: [String] {
        let unneeded: WorkerWalls = contains(.networkNamespace) ? .userNamespace : []
        return Self.titles.filter { !contains($0.wall) && !unneeded.contains($0.wall) }.map(\.title)
    }

    private static let titles: [(wall: WorkerWalls, title: String)] = [
        (.systemCalls, "system-calls"), (.limits, "limits"), (.noNewPrivileges, "no-new-privileges"),
        (.noCapabilities, "no-capabilities"), (.emptyRoot, "empty-root"), (.landlock, "landlock"),
        (.networkNamespace, "network-namespace"), (.mountNamespace, "mount-namespace"),
        (.ipcNamespace, "ipc-namespace"), (.userNamespace, "user-namespace"), (.deathSignal, "death-signal"),
    ]
}
