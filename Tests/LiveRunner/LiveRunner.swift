import Engine
import Foundation
import Glibc
import LiveSupport
import Logging
import Postgres
import Storage
import Synchronization
import Wording
import Worker

/// An engine or a heartbeat in a process of its own, which a test starts and kills.
///
/// Usage: `LiveRunner engine NAME [STEP COUNT]` or `LiveRunner heartbeat NAME`, with `DATABASE_URL` and
/// `ARISTOBOT_SECRET_KEY` in the environment. An engine kills itself when it comes to the step for the COUNT-th time.
/// Both stop in good order when a byte arrives on standard input, and end with it. `LIVE_RUNNER_PACE=usual` keeps an
/// engine's own intervals, where otherwise all of them are short.
@main
struct LiveRunner {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 || arguments.count == 5, ["engine", "heartbeat"].contains(arguments[1]) else {
            exit(2)
        }
        let level = variable("LIVE_RUNNER_LOG").flatMap { Logger.Level(rawValue: $0) } ?? .warning
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        var configuration = try PostgresConfiguration(url: variable("DATABASE_URL") ?? "")
        configuration.poolSize = 4
        let pool = PostgresPool(configuration)
        let store = Store(pool, vault: try KeyVault(secret: Secret(variable("ARISTOBOT_SECRET_KEY") ?? "")))
        if arguments[1] == "heartbeat" {
            let beating = Task { try await LiveHeartbeat(store: store, name: arguments[2]).run() }
            await finish(beating)
        } else {
            await runEngine(store, arguments)
        }
        await pool.close()
    }

    private static func runEngine(_ store: Store, _ arguments: [String]) async {
        // A test does not wait as long for a venue that never answers.
        let connector = ExchangeConnector(store: store, timeout: .seconds(3))
        let service = EngineService(
            store: store, executors: { _ in InProcessExecutor() }, connectors: connector,
            options: options(arguments[2]), probe: probe(arguments), logger: Logger(label: "engine"))
        await finish(Task { try await service.run() })
        await connector.close()
    }

    private static func finish(_ work: Task<Void, any Error>) async {
        endWithStandardInput(work)
        do {
            try await work.value
        } catch {
            say("ended: \(error)\n")
            exit(3)
        }
    }

    private static func options(_ name: String) -> EngineOptions {
        var options = EngineOptions(name: name)
        guard variable("LIVE_RUNNER_PACE") != "usual" else { return options }
        options.renewInterval = .milliseconds(100)
        options.deadAfter = .milliseconds(600)
        options.fenceAfter = .milliseconds(450)
        options.takeInterval = .milliseconds(50)
        options.signalInterval = .milliseconds(100)
        options.tickInterval = .milliseconds(50)
        options.unknownSettle = .milliseconds(150)
        options.checkInterval = .milliseconds(500)
        options.keysInterval = .milliseconds(300)
        options.longestPause = .milliseconds(100)
        return options
    }

    // MARK: Ends

    /// Kills this process as a power failure would, at the step and the count that the arguments name.
    private static func probe(_ arguments: [String]) -> EngineProbe {
        guard arguments.count == 5, let step = EngineStep(rawValue: arguments[3]), let count = Int(arguments[4]) else {
            return .none
        }
        let left = Atomic<Int>(count)
        return EngineProbe { reached in
            guard reached == step, left.subtract(1, ordering: .relaxed).newValue == 0 else { return }
            say("killed at \(step.rawValue)\n")
            kill(getpid(), SIGKILL)
            // The signal may take a moment; nothing more may happen in it.
            while true { pause() }
        }
    }

    /// A thread of its own listens to whoever started the program: a byte asks for a stop in good order. The end of the
    /// input says that the test is gone, however it died.
    private static func endWithStandardInput(_ work: Task<Void, any Error>) {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while read(0, &byte, 1) == 1 { work.cancel() }
            _exit(4)
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func say(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
    }
}
