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

    init() throws {
        directory = try ScratchDirectory()
    }

    /// Runs the program to its end; the environment is empty but for what is given.
    func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Answer {
        let running = try start(arguments, environment)
        return try running.wait()
    }

    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Answer {
        try run(arguments, environment)
    }

    func start(_ arguments: [String], _ environment: [String: String] = [:]) throws -> RunningProgram {
        try RunningProgram(arguments, environment, in: directory)
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

    init(_ arguments: [String], _ environment: [String: String], in directory: ScratchDirectory) throws {
        self.arguments = arguments
        streams = try ScratchDirectory()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: try streams.write("", as: "out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: try streams.write("", as: "err")))
        let ended = ended
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
    }

    var identifier: Int32 { process.processIdentifier }

    func interrupt() {
        process.interrupt()
    }

    func wait() throws -> Program.Answer {
        guard ended.wait(timeout: .now() + Program.patience) == .success else {
            kill(process.processIdentifier, SIGKILL)
            throw Program.Trouble.tookTooLong(arguments, error: try streams.read("err"))
        }
        // A signal that ended it counts as a shell counts it.
        let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
        return Program.Answer(status: status, output: try streams.read("out"), error: try streams.read("err"))
    }
}
