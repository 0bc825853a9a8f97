import Foundation
import Market
import TestExchange
import TestSupport
import Testing

/// Clients that others wrote take the test exchange for Binance. Each is a Python script that checks by itself.
@Suite("Stock clients trade on the test exchange", .serialized) struct ClientTests {
    private static let interpreter = ProcessInfo.processInfo.environment["ARISTOBOT_PYTHON"] ?? ""
    private static let ccxtInterpreter = ProcessInfo.processInfo.environment["ARISTOBOT_PYTHON_CCXT"] ?? ""

    @Test(
        "python-binance lists, reads, places, cancels and streams",
        .enabled(if: !interpreter.isEmpty, "ARISTOBOT_PYTHON names no interpreter"), .timeLimit(.minutes(5)))
    func pythonBinance() async throws {
        try await run("python_binance_client.py", with: Self.interpreter)
    }

    @Test(
        "binance-sdk-spot lists, reads, places, cancels and streams",
        .enabled(if: !interpreter.isEmpty, "ARISTOBOT_PYTHON names no interpreter"), .timeLimit(.minutes(5)))
    func binanceSDK() async throws {
        try await run("binance_sdk_client.py", with: Self.interpreter)
    }

    @Test(
        "ccxt lists, reads, places, cancels and streams",
        .enabled(if: !ccxtInterpreter.isEmpty, "ARISTOBOT_PYTHON_CCXT names no interpreter"), .timeLimit(.minutes(5)))
    func ccxt() async throws {
        try await run("ccxt_client.py", with: Self.ccxtInterpreter)
    }

    private func run(_ script: String, with interpreter: String) async throws {
        try await TestExchangeServer.running(ExchangeFixture.synthetic) { _, address in
            let path = PackageRoot.url.appending(path: "Tests/TestExchangeTests/Clients/\(script)").path
            let (status, output) = try await Self.process(
                interpreter,
                [
                    "-u", path, address.rest, address.streams, address.socketAPI, ExchangeFixture.key,
                    ExchangeFixture.secret,
                ])
            #expect(status == 0, "\(script) failed:\n\(output.suffix(4000))")
            let isDone = output.contains("all done")
            #expect(isDone)
        }
    }

    /// Runs a program to its end, off the cooperative threads; cancelling kills it.
    private static func process(_ program: String, _ arguments: [String]) async throws -> (Int32, String) {
        let scratch = try ScratchDirectory()
        let log = scratch.file("output")
        try scratch.write("", as: "output")
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = handle
        process.standardError = handle
        let ended = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            ended.continuation.yield(process.terminationStatus)
            ended.continuation.finish()
        }
        try process.run()
        let pid = process.processIdentifier
        let status = await withTaskCancellationHandler {
            var status: Int32 = -1
            for await one in ended.stream { status = one }
            return status
        } onCancel: {
            kill(pid, SIGKILL)
        }
        return (status, try scratch.read("output"))
    }
}
