import Foundation

/// The sockets this process holds, as the system tells.
enum OpenSockets {
    /// Sockets of this process that are connected to a port of loopback.
    static func count(toPort port: Int) throws -> Int {
        let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
        let remote = ":" + String(UInt16(port), radix: 16, uppercase: true).leftPadded(to: 4)
        var inodes: Set<String> = []
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            if fields.count > 9, fields[2].hasSuffix(remote) { inodes.insert("socket:[\(fields[9])]") }
        }
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { file in
            // One that was closed since the listing is no longer open.
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(file)")).map(inodes.contains)
                ?? false
        }
    }
}

extension String {
    fileprivate func leftPadded(to length: Int) -> String {
        String(repeating: "0", count: max(0, length - count)) + self
    }
}
