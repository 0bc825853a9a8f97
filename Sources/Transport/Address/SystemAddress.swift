import Glibc

enum SystemAddress {
    /// Whether a host is an IPv4 or IPv6 address rather than a name.
    static func isNumeric(_ host: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }
}
