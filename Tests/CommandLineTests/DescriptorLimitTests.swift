import Glibc
import Testing

@testable import aristobot

@Suite("Open files and connections")
struct DescriptorLimitTests {
    @Test("A service asks for as many as the system lets it have")
    func raised() throws {
        func limit() -> rlimit {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            return limit
        }
        let most = min(limit().rlim_max, DescriptorLimit.most)
        var lower = limit()
        lower.rlim_cur = most - 1
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &lower)
        #expect(DescriptorLimit.raise() == most)
        #expect(limit().rlim_cur == most)
        #expect(DescriptorLimit.raise() == most, "there is nothing left to ask for")
    }
}
