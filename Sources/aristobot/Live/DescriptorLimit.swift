import Glibc

/// How many files and connections this process may have open at once: each worker, stream and connection takes some.
enum DescriptorLimit {
    /// More than that no engine needs.
    static let most: rlim_t = 65_536

    /// Asks for as many as the system lets a process of this user have. Answers how many there are then; nil when the
    /// system does not say.
    @discardableResult
    static func raise() -> rlim_t? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        let wanted = min(limit.rlim_max, most)
        guard limit.rlim_cur < wanted else { return limit.rlim_cur }
        let former = limit.rlim_cur
        limit.rlim_cur = wanted
        return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? wanted : former
    }
}
