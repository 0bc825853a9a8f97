import CoreMetrics
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Wording

/// Health and figures of a process over HTTP, for this machine only:
/// `/health/live`, `/health/ready`, `/metrics`, and `/status` where there is one.
public struct StatusServer: Sendable {
    /// 0 lets the system choose; `run` tells which.
    public var port: Int
    public var checks: [HealthCheck]
    /// A JSON value of what runs, without anything that belongs to one user.
    public var status: (@Sendable () async throws -> Data)?
    /// Called when somebody reads the metrics, before they are told: for figures that are only looked at then.
    public var refresh: (@Sendable () -> Void)?
    let metrics: MetricsRegistry
    let process: ProcessFigures

    /// Always loopback: nothing here is protected.
    public static let host = "127.0.0.1"
    /// Open connections; one more waits.
    public static let mostConnections = 64
    private static let idleTimeout = TimeAmount.seconds(30)

    /// - Parameter started: when the process began, in seconds since the epoch.
    public init(
        port: Int, metrics: MetricsRegistry, started: Double, checks: [HealthCheck] = [],
        status: (@Sendable () async throws -> Data)? = nil
    ) {
        self.port = port
        self.metrics = metrics
        self.checks = checks
        self.status = status
        process = ProcessFigures(started: started)
    }

    /// Serves until the task is cancelled; throws `StatusServerError` when the port cannot be had.
    ///
    /// - Parameter listening: called once with the port.
    public func run(listening: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        let application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(
                address: .hostname(Self.host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
            onServerRunning: { channel in await listening(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "http") { _ in SwiftLogNoOpLogHandler() })
        do {
            try await application.run()
        } catch {
            if Task.isCancelled { return }
            throw StatusServerError(
                message: Message(
                    "health and metrics cannot be served on \(Self.host):\(port): \(error)",
                    fr: "santé et mesures ne peuvent être servies sur \(Self.host):\(port) : \(error)"))
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: OwnHostOnly())
        router.get("health/live") { _, _ in Self.answer(.ok, "{\"status\":\"live\"}\n", "application/json") }
        router.get("health/ready") { _, _ in await ready() }
        router.get("metrics") { _, _ in
            refresh?()
            return Self.answer(.ok, metrics.text + process.text, PrometheusText.contentType)
        }
        router.get("status") { _, _ in await current() }
        return router
    }

    private func ready() async -> Response {
        let answer = await Readiness(checks: checks).answer()
        return Self.answer(
            answer.isReady ? .ok : .serviceUnavailable, String(decoding: answer.json, as: UTF8.self) + "\n",
            "application/json")
    }

    private func current() async -> Response {
        guard let status else { return Self.answer(.notFound, "{\"status\":\"none\"}\n", "application/json") }
        do {
            let data = try await status()
            return Self.answer(.ok, String(decoding: data, as: UTF8.self) + "\n", "application/json")
        } catch {
            return Self.answer(.serviceUnavailable, "{\"status\":\"unavailable\"}\n", "application/json")
        }
    }

    private static func answer(_ status: HTTPResponse.Status, _ text: String, _ type: String) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// Why health and metrics cannot be served.
public struct StatusServerError: ExplainedError, Hashable {
    public let message: Message
}
