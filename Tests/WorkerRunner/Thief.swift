import Foundation
import Glibc
import Worker

/// Tries, from inside a worker process, what its walls are there to prevent; one line an attempt.
enum Thief {
    /// The outcome of each attempt behind the walls.
    static func report(sealed: Bool) -> String {
        let fork = function("fork", as: (@convention(c) () -> pid_t).self)
        let own = getppid()
        var walls = WorkerWalls.raise(memoryBytes: 1 << 30)
        if sealed { walls.formUnion(.seal(socket: 3)) }
        var lines = ["walls: \(walls.names.joined(separator: " "))"]
        func attempt(_ name: String, _ body: () -> Bool) {
            errno = 0
            let done = body()
            lines.append("\(name): \(done ? "DONE" : "refused")")
        }
        attempt("read /etc/passwd") { open("/etc/passwd", O_RDONLY) >= 0 }
        attempt("read /proc/self/environ") { open("/proc/self/environ", O_RDONLY) >= 0 }
        attempt("list /") { opendir("/") != nil && readdir(opendir("/")) != nil }
        attempt("write a file") { open("loot", O_WRONLY | O_CREAT, 0o600) >= 0 }
        attempt("connect") { connects() }
        attempt("make a unix socket") { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) >= 0 }
        attempt("fork") { (fork?() ?? -1) >= 0 }
        attempt("run a program") { runs() }
        attempt("kill the parent") { kill(own, 0) == 0 }
        attempt("raise a limit") {
            var much = rlimit(rlim_cur: 1 << 40, rlim_max: 1 << 40)
            return setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &much) == 0
        }
        attempt("take 2 GiB") { takes(2 << 30) }
        attempt("take 64 MiB") { takes(64 << 20) }
        attempt("make memory executable") {
            mmap(nil, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
        }
        attempt("make memory executable later") {
            guard let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                memory != MAP_FAILED
            else { return false }
            return mprotect(memory, 4096, PROT_READ | PROT_EXEC) == 0
        }
        if sealed {
            // The kernel's rarer corners: calls that no strategy needs, though others of their name are let through.
            let requeue = 12
            var word: Int32 = 0
            let futex = function("syscall", as: (@convention(c) (Int, UnsafeMutableRawPointer?, Int, Int) -> Int).self)
            attempt("requeue a futex") {
                errno = 0
                _ = futex?(futexNumber, &word, requeue, 1)
                return errno != EPERM
            }
        }
        return lines.joined(separator: "\n")
    }

    /// What was handed down: descriptors and environment.
    static func inherited() -> String {
        let open = (0..<1_024).filter { fcntl(Int32($0), F_GETFD) >= 0 }
        let targets = open.map { descriptor -> String in
            // A descriptor without a name has none to show.
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
            return "\(descriptor)=\(target?.prefix { $0 != ":" } ?? "?")"
        }
        var count = 0
        while environ[count] != nil { count += 1 }
        return "descriptors: \(targets.joined(separator: " "))\nenvironment: \(count)"
    }

    #if arch(x86_64)
        private static let futexNumber = 202
    #else
        private static let futexNumber = 98
    #endif

    private static func connects() -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(9).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // A refusal by the other end would mean that the network was there.
        return result == 0 || errno == ECONNREFUSED
    }

    private static func runs() -> Bool {
        var child: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
        defer { free(words[0]) }
        return posix_spawn(&child, "/bin/true", nil, nil, &words, environ) == 0
    }

    private static func takes(_ bytes: Int) -> Bool {
        guard let memory = malloc(bytes) else { return false }
        free(memory)
        return true
    }

    private static func function<Function>(_ name: String, as type: Function.Type) -> Function? {
        guard let symbol = dlsym(nil, name) else { return nil }
        return unsafeBitCast(symbol, to: type)
    }
}
