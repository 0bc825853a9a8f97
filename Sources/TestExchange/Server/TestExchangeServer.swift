import Hummingbird
import HummingbirdCore
import Logging
import Market
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Wording

/// A venue on loopback that clients of Binance's spot service take for it: REST, market streams and WebSocket API on
/// one port.
///
/// `run()` serves until its task is cancelled or `stop()` is called, tells open WebSockets `serverShutdown`, and
/// returns.
public final class TestExchangeServer: Sendable {
    private let options: TestExchangeOptions
    private let running = Mutex(RunState.waiting([]))
    private let stopping = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    private struct Running: Sendable {
        let address: TestExchangeAddress
        let desk: VenueDesk
    }

    private enum RunState {
        case waiting([CheckedContinuation<Running, any Error>])
        case known(Result<Running, any Error>)
    }

    public init(_ options: TestExchangeOptions) {
        self.options = options
    }

    /// Serves until the task is cancelled. Throws when the exchange cannot be set up or nothing can be listened on.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let outcome: Result<Void, any Error>
        do {
            try await serve(on: group)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await group.shutdownGracefully()
        if case .failure(let error) = outcome { announce(.failure(error)) }
        announce(.failure(TestExchangeError(message: Message("the exchange has stopped", fr: "la place a cessé"))))
        try outcome.get()
    }

    private func serve(on group: MultiThreadedEventLoopGroup) async throws {
        let desk = try await VenueDesk(options, on: group.next())
        let http = HTTPDesk(desk: desk)
        let channel = VenueChannel(
            desk: desk, http: HTTP1Channel(responder: http.respond), tls: try options.tls.map(Self.context),
            slowClientBytes: options.slowClientBytes)
        let configuration = ServerConfiguration(
            address: .hostname(options.host, port: options.port), serverName: nil, backlog: 1024)
        let options = options
        let server = Server(
            childChannelSetup: channel, configuration: configuration,
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? options.port
                let address = TestExchangeAddress(host: options.host, port: port, isSecure: options.tls != nil)
                self.announce(.success(Running(address: address, desk: desk)))
            }, eventLoopGroup: group, logger: Logger(label: "exchange") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do {
                    try await server.run()
                } catch {
                    throw Task.isCancelled ? CancellationError() : Self.cannotListen(options, error)
                }
            }
            tasks.addTask { try await Self.step(desk, every: min(max(options.stepMilliseconds, 1), 1000)) }
            tasks.addTask { for await _ in self.stopping.stream { return } }
            // Whichever ends first, by cancellation, failure or `stop`, ends the others.
            defer { tasks.cancelAll() }
            do {
                try await tasks.next()
            } catch is CancellationError {}
        }
    }

    private static func step(_ desk: VenueDesk, every milliseconds: Int) async throws {
        while !Task.isCancelled {
            try await desk.perform { _ in desk.step() }
            try await Task.sleep(for: .milliseconds(milliseconds))
        }
    }

    private static func context(_ files: TLSFiles) throws -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificateChain)
            let key = try NIOSSLPrivateKey(file: files.privateKey, format: .pem)
            return try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
        } catch {
            let paths = "\(files.certificateChain), \(files.privateKey)"
            throw TestExchangeError(
                message: Message(
                    "no certificate chain and private key in PEM could be read from \(paths): \(error)",
                    fr: "aucune chaîne de certificats ni clé privée en PEM n'a pu être lue dans \(paths) : \(error)"))
        }
    }

    private static func cannotListen(_ options: TestExchangeOptions, _ error: any Error) -> TestExchangeError {
        TestExchangeError(
            message: Message(
                "the exchange cannot listen on \(options.host):\(options.port): \(error)",
                fr: "la place ne peut pas écouter sur \(options.host):\(options.port) : \(error)"))
    }

    /// Lets `run()` return soon, as if its task were cancelled.
    public func stop() {
        stopping.continuation.yield()
    }

    // MARK: While it runs

    /// Where it is reached, as soon as it listens; throws what `run()` throws when it does not come to that.
    public func address() async throws -> TestExchangeAddress {
        try await whileRunning().address
    }

    /// The token of the admin endpoints.
    public func adminToken() async throws -> Secret {
        Secret(try await whileRunning().desk.perform(\.adminToken))
    }

    /// Adds a fault and answers its number.
    @discardableResult
    public func inject(_ fault: Fault) async throws -> Int {
        let id = try await whileRunning().desk.perform { $0.faults.add(fault) }
        guard let id else {
            throw TestExchangeError(message: Message("there are too many faults", fr: "il y a trop de pannes"))
        }
        return id
    }

    /// How many requests a fault has hit so far; nil for a fault that is gone.
    public func hits(ofFault id: Int) async throws -> Int? {
        try await whileRunning().desk.perform { venue in venue.faults.entries.first { $0.id == id }?.hit }
    }

    public func removeFaults() async throws {
        try await whileRunning().desk.perform { $0.faults.removeAll() }
    }

    /// Lets the exchange itself be used or changed, at its present time; the streams are told at once.
    public func withExchange<Result: Sendable>(
        _ body: @escaping @Sendable (ExchangeCore) throws -> Result
    ) async throws -> Result {
        let desk = try await whileRunning().desk
        return try await desk.perform { venue in
            desk.catchUp()
            let result = try body(venue.core)
            venue.spread()
            venue.flush()
            return result
        }
    }

    /// Revokes a key, or lets it count again.
    public func setKey(_ name: String, revoked: Bool) async throws {
        try await whileRunning().desk.perform { venue in
            venue.keys[name]?.key.isRevoked = revoked
            if revoked { venue.endSubscriptions { $0.key == name } }
        }
    }

    /// Shifts the time that clients see, in milliseconds.
    public func setClockSkew(_ milliseconds: Int64) async throws {
        try await whileRunning().desk.perform { $0.skewMilliseconds = milliseconds }
    }

    /// Closes the WebSockets of clients, with or without a close frame; answers how many.
    @discardableResult
    public func disconnectSockets(withCloseFrame: Bool = false, announced: Bool = false) async throws -> Int {
        try await whileRunning().desk.perform { venue in
            if announced { venue.announceShutdown() }
            return venue.disconnect(nil, withCloseFrame: withCloseFrame)
        }
    }

    private func whileRunning() async throws -> Running {
        try await withCheckedThrowingContinuation { continuation in
            let result: Result<Running, any Error>? = running.withLock { state in
                switch state {
                case .known(let result): return result
                case .waiting(let others):
                    state = .waiting(others + [continuation])
                    return nil
                }
            }
            if let result { continuation.resume(with: result) }
        }
    }

    /// Tells all who wait. What comes after the start of a server is that it has ended.
    private func announce(_ result: Result<Running, any Error>) {
        let waiting = running.withLock { state in
            defer {
                if case .known(.failure) = state {} else { state = .known(result) }
            }
            if case .waiting(let continuations) = state { return continuations }
            return []
        }
        for continuation in waiting { continuation.resume(with: result) }
    }

    /// Runs an exchange for as long as the body takes.
    public static func running<Result: Sendable>(
        _ options: TestExchangeOptions,
        _ body: (TestExchangeServer, TestExchangeAddress) async throws -> Result
    ) async throws -> Result {
        let server = TestExchangeServer(options)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let address = try await server.address()
            let result = try await body(server, address)
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }
}
