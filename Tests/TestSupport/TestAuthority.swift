import Foundation

/// A certificate authority of one test, made by the `openssl` command; gone with its directory.
public final class TestAuthority: Sendable {
    /// A server's certificate and key, as PEM files.
    public struct Identity: Sendable {
        public let certificate: String
        public let key: String
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// PEM file of the authority's own certificate: what a client is told to trust.
    public let file: String
    private let directory: ScratchDirectory
    private let key: String

    public init() throws {
        directory = try ScratchDirectory()
        file = directory.file("authority.pem")
        key = directory.file("authority.key")
        try Self.openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out", file, "-days", "30", "-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE",
        ])
    }

    /// For one that all tests of a process share: nothing else outlives its last use by a test.
    public func removeAtEnd() throws { try ScratchWatch.removeAtEnd(directory.path) }

    /// A certificate for host names and addresses; one for -1 days has expired.
    public func identity(_ hosts: [String] = ["localhost", "127.0.0.1"], days: Int = 30) throws -> Identity {
        let name = UUID().uuidString
        let identity = Identity(certificate: directory.file("\(name).pem"), key: directory.file("\(name).key"))
        let request = directory.file("\(name).csr")
        try Self.openssl([
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
            identity.key, "-out", request, "-subj", "/CN=\(hosts[0])",
        ])
        let kind = { (host: String) in host.allSatisfy { $0.isNumber || $0 == "." || $0 == ":" } ? "IP" : "DNS" }
        let names = hosts.map { "\(kind($0)):\($0)" }.joined(separator: ",")
        let extensions = try directory.write(
            "subjectAltName=\(names)\nbasicConstraints=critical,CA:FALSE\n", as: "\(name).ext")
        try Self.openssl([
            "x509", "-req", "-in", request, "-CA", file, "-CAkey", key, "-CAcreateserial", "-days", "\(days)",
            "-extfile", extensions, "-out", identity.certificate,
        ])
        return identity
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        // Read before the wait: a full pipe would stop the command.
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "openssl \(arguments[0]): \(String(decoding: text, as: UTF8.self))")
        }
    }
}
