import Foundation
import TestSupport

/// The built `aristobot`, run as a user runs it, in a directory of its own.
struct Program {
    struct Answer {
        let status: Int32
        let output: String
        let error: String

        var lines: [Substring] { output.split(separator: "\n") }
        var errorLines: [Substring] { error.split(separator: "\n") }
    }

    enum Trouble: Error {
        case tookTooLong([String], error: String)
        case unexpected(String)
    }

    /// No call of these tests needs a tenth of it.
    static let patience = DispatchTimeInterval.seconds(120)

    /// The program lies beside the bundle of the tests.
    static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("aristobot").path
    }()

    /// The package, for its example strategies.
    static let root = PackageRoot.url.path

    let directory: ScratchDirectory
    /// The data directory of its commands, apart from their working directory.
    let home: ScratchDirectory
    /// What every run has in its environment.
    private let always: [String: String]

    /// - Parameter database: the `DATABASE_URL` of its commands; without one they have a private server below `home`.
    init(database: String? = nil) throws {
        directory = try ScratchDirectory()
        home = try ScratchDirectory()
        var always = ["ARISTOBOT_HOME": home.path]
        always["DATABASE_URL"] = database
        self.always = always
    }

    /// Runs the program to its end; the environment is empty but for `always` and what is given.
    func run(_ arguments: [String], _ environment: [String: String] = [:], input: String? = nil) throws -> Answer {
        let running = try start(arguments, environment, input: input)
        return try running.wait()
    }

    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Answer {
        try run(arguments, environment)
    }

    func start(
        _ arguments: [String], _ environment: [String: String] = [:], input: String? = nil, isHeard: Bool = false
    ) throws -> RunningProgram {
        try RunningProgram(
            arguments, always.merging(environment) { $1 }, in: directory, input: input, isHeard: isHeard)
    }

    func file(_ name: String) -> String {
        directory.file(name)
    }

    @discardableResult
    func write(_ text: String, as name: String) throws -> String {
        try directory.write(text, as: name)
    }
}

/// A run that has begun. Its streams go to files, which no amount of text fills up.
final class RunningProgram {
    private let arguments: [String]
    private let process = Process()
    private let ended = DispatchSemaphore(value: 0)
    private let streams: ScratchDirectory
    /// Its two streams, where lines are waited for while it runs.
    private let heard: FileHandle?
    private var waiting: [UInt8] = []

    init(
        _ arguments: [String], _ environment: [String: String], in directory: ScratchDirectory, input: String? = nil,
        isHeard: Bool = false
    ) throws {
        self.arguments = arguments
        streams = try ScratchDirectory()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
        process.standardInput = FileHandle.nullDevice
        if let input {
            process.standardInput = try FileHandle(
                forReadingFrom: URL(fileURLWithPath: try streams.write(input, as: "in")))
        }
        let output = try streams.write("", as: "out")
        if isHeard {
            let pipe = Pipe()
            process.standardOutput = pipe
            heard = pipe.fileHandleForReading
        } else {
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
            heard = nil
        }
        let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: try streams.write("", as: "err")))
        // Heard together, in their order.
        process.standardError = isHeard ? process.standardOutput : errors
        let ended = ended
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
    }

    var identifier: Int32 { process.processIdentifier }

    func interrupt() {
        process.interrupt()
    }

    func terminate() {
        process.terminate()
    }

    /// Its terminal is closed: nothing that it writes goes anywhere any more.
    func hangUp() throws {
        try heard?.close()
        Foundation.kill(process.processIdentifier, SIGHUP)
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
    }

    /// The next line that it writes, waited for; nil when there are no more.
    func line() -> String? {
        guard let heard else { return nil }
        while true {
            if let end = waiting.firstIndex(of: 10) {
                defer { waiting.removeFirst(end + 1) }
                return String(decoding: waiting[..<end], as: UTF8.self)
            }
            let data = heard.availableData
            if data.isEmpty { return nil }
            waiting += data
        }
    }

    /// The same within a time; a program that has not written it by then is killed.
    func line(with text: String, within seconds: Int) -> String? {
        let watchdog = DispatchWorkItem { [process] in Foundation.kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: watchdog)
        defer { watchdog.cancel() }
        return line(with: text)
    }

    /// The first line that has each of the texts in it, in whatever order they come; nil for one that never does.
    func lines(with texts: [String], within seconds: Int) -> [String?] {
        let watchdog = DispatchWorkItem { [process] in Foundation.kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: watchdog)
        defer { watchdog.cancel() }
        var found = [String?](repeating: nil, count: texts.count)
        while found.contains(nil), let line = line() {
            for (place, text) in texts.enumerated() where found[place] == nil && line.contains(text) {
                found[place] = line
            }
        }
        return found
    }

    /// The next line that has a text in it; nil when there is none.
    func line(with text: String) -> String? {
        while let line = line() {
            if line.contains(text) { return line }
        }
        return nil
    }

    func wait() throws -> Program.Answer {
        guard ended.wait(timeout: .now() + Program.patience) == .success else {
            kill()
            throw Program.Trouble.tookTooLong(arguments, error: try streams.read("err"))
        }
        // A signal that ended it counts as a shell counts it.
        let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
        return Program.Answer(status: status, output: try streams.read("out"), error: try streams.read("err"))
    }
}
