import Foundation

/// Debian's Chromium, which opens a page without a window and gives back what the page has become.
struct Browser {
    struct Visit: CustomStringConvertible {
        let status: Int32
        /// The page after its scripts ran, as HTML.
        let page: String
        /// What the page's console said: errors of scripts and everything that the policy refused.
        let complaints: [String]

        /// Without the page, which would bury the failure of a test.
        var description: String { "visit with status \(status), \(page.count) characters, \(complaints)" }

        func has(_ text: String) -> Bool { page.contains(text) }

        func count(_ text: String) -> Int { page.components(separatedBy: text).count - 1 }
    }

    enum Trouble: Error {
        case tookTooLong(error: String)
    }

    static let program = "/usr/bin/chromium"
    static let reason = "needs the package chromium"

    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

    /// A visit takes two or three seconds; the rest is for a machine that builds at the same time.
    static let patience = DispatchTimeInterval.seconds(60)

    /// Opens a page from disk, `fragment` behind its address. The browser's profile lives as long as the visit.
    static func open(_ page: String, fragment: String = "") throws -> Visit {
        // Short: the browser puts a Unix socket below it, whose path has at most 107 bytes.
        let name = "browser-" + UUID().uuidString.prefix(8)
        let folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Left-over files in the temporary directory do no harm.
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "report.html")
        try Data(page.utf8).write(to: file)
        // Files, not pipes: no amount of text fills them up while nobody reads.
        let output = folder.appending(path: "out")
        let error = folder.appending(path: "err")
        for stream in [output, error] { try Data().write(to: stream) }

        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update",
            "--user-data-dir=" + folder.appending(path: "profile").path, "--window-size=1280,2000",
            // Virtual milliseconds, which pass as fast as the page has nothing to do.
            "--virtual-time-budget=5000", "--enable-logging=stderr", "--v=0", "--dump-dom",
            file.absoluteString + fragment,
        ]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: error)
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        guard ended.wait(timeout: .now() + patience) == .success else {
            kill(process.processIdentifier, SIGKILL)
            // Nothing survives the signal, so this bound is never reached.
            _ = ended.wait(timeout: .now() + .seconds(5))
            throw Trouble.tookTooLong(error: try text(of: error))
        }
        return Visit(
            // A signal that ended it counts as a shell counts it.
            status: process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0),
            page: try text(of: output),
            complaints: try text(of: error).split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init))
    }

    private static func text(of file: URL) throws -> String {
        String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
}
