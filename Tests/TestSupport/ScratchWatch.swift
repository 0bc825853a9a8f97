import Foundation
import Glibc

/// Removes a scratch directory, and the server in it if there is one, when this process ends, after `kill -9` too.
///
/// A shell in a session of its own reads from a pipe that nobody writes to: the end of this process closes it.
public enum ScratchWatch {
    private struct Failure: Error {
        let text: String
    }

    public static func removeAtEnd(_ directory: String) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(text: String(cString: strerror(errno))) }
        // Closed in children, or the pipe would outlive this process in one of them.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "exec setsid /bin/sh -c \"$1\" sh \"$2\"", "sh",
            """
            cat > /dev/null
            pid=$(head -n 1 "$1/postgres/data/postmaster.pid" 2> /dev/null)
            if [ -n "$pid" ]; then
                kill -QUIT "$pid"
                for turn in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2> /dev/null || break; sleep 0.2; done
                kill -KILL "$pid" 2> /dev/null
            fi
            rm -rf "$1"
            """,
            directory,
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // The writing end stays open until the process ends: that is the signal.
    }
}
