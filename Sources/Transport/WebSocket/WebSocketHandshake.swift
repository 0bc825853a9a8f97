import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// The way to a WebSocket: name, TCP, TLS, upgrade; all within one time.
struct WebSocketHandshake {
    /// What the upgrade led to.
    private enum Reply: Sendable {
        case upgraded(NIOLoopBound<WebSocketHandler>)
        case refused(EventLoopFuture<HTTPResponse>)
    }

    /// The channels on the way, several where a name has several addresses, each with the reply it waits for; none
    /// begins after the end.
    private final class Attempts: Sendable {
        private struct State {
            var channels: [any Channel] = []
            var replies: [ObjectIdentifier: EventLoopFuture<Reply>] = [:]
            var isOver = false
        }

        private let state = Mutex(State())

        func begin(_ channel: any Channel) throws {
            let isOver = state.withLock { state in
                if !state.isOver { state.channels.append(channel) }
                return state.isOver
            }
            if isOver { throw CancellationError() }
        }

        func expect(_ reply: EventLoopFuture<Reply>, on channel: any Channel) {
            state.withLock { $0.replies[ObjectIdentifier(channel)] = reply }
        }

        func reply(on channel: any Channel) -> EventLoopFuture<Reply>? {
            state.withLock { $0.replies[ObjectIdentifier(channel)] }
        }

        /// Returns once they are gone.
        func end() async {
            let channels = state.withLock { state in
                state.isOver = true
                defer { state.channels = [] }
                return state.channels
            }
            for channel in channels {
                channel.close(promise: nil)
                // Ends in any case: an error of the channel is an end too.
                try? await channel.closeFuture.get()
            }
        }
    }

    let address: WebAddress
    let options: WebSocketOptions
    /// Nil for the system's.
    var resolver: (any Resolver & Sendable)?

    func connection() async throws(WebSocketFailure) -> WebSocketConnection {
        let trust = address.scheme.isSecure ? try TrustedRoots.context(extraAuthorities: options.extraAuthorities) : nil
        let inbox = WebSocketHandler.Inbox(
            maximumCount: options.maximumWaitingMessages, maximumSize: options.maximumWaitingBytes)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let outcome = loop.makePromise(of: WebSocketConnection.self)
        let attempts = Attempts()
        start(on: loop, trust: trust, inbox: inbox, attempts: attempts, outcome: outcome)
        do {
            return try await withTaskCancellationHandler {
                try await outcome.futureResult.get()
            } onCancel: {
                outcome.fail(WebSocketFailure.cancelled)
            }
        } catch {
            await attempts.end()
            if let failure = ConnectFailure.failure(error, peer: address.peer, host: address.host) { throw failure }
            throw .untrusted(
                peer: address.peer,
                await CertificateDiagnosis.problem(of: address, extraAuthorities: options.extraAuthorities))
        }
    }

    /// Whatever comes first decides: connected, failed, out of time, cancelled.
    private func start(
        on loop: any EventLoop, trust: NIOSSLContext?, inbox: WebSocketHandler.Inbox, attempts: Attempts,
        outcome: EventLoopPromise<WebSocketConnection>
    ) {
        let connecting = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(max(1, options.connectTimeout.wholeMilliseconds) * 1_000_000))
            .resolver(resolver)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try attempts.begin(channel)
                    attempts.expect(try self.configure(channel, trust: trust, inbox: inbox), on: channel)
                }
            }
            .connect(host: address.host, port: address.port)
        let timer = loop.scheduleTask(
            in: .nanoseconds(max(1, options.connectTimeout.wholeMilliseconds) * 1_000_000)
        ) {
            outcome.fail(WebSocketFailure.connectTimedOut(peer: address.peer, after: options.connectTimeout))
        }
        connecting.whenFailure { outcome.fail($0) }
        connecting.whenSuccess { channel in
            attempts.reply(on: channel)?.whenComplete { result in
                self.take(result, channel: channel, inbox: inbox, outcome: outcome)
            }
            outcome.futureResult.whenFailure { _ in channel.close(promise: nil) }
        }
        outcome.futureResult.whenComplete { _ in timer.cancel() }
    }

    private func configure(
        _ channel: any Channel, trust: NIOSSLContext?, inbox: WebSocketHandler.Inbox
    ) throws -> EventLoopFuture<Reply> {
        if let trust {
            // NIOSSL compares an address that is no name with the certificate by itself.
            let name = SystemAddress.isNumeric(address.host) ? nil : address.host
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: trust, serverHostname: name))
        }
        let limit = options.maximumRefusalBytes
        let upgrader = NIOTypedWebSocketClientUpgrader<Reply>(
            maxFrameSize: min(options.maximumMessageBytes, Int(UInt32.max)), enableAutomaticErrorHandling: false
        ) { channel, _ in
            channel.eventLoop.makeCompletedFuture { .upgraded(try self.addHandlers(channel, inbox: inbox)) }
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target)
        head.headers.add(name: "Host", value: address.authority)
        head.headers.add(name: "User-Agent", value: options.userAgent)
        for field in options.headers.fields { head.headers.add(name: field.name, value: field.value) }
        var pipeline = NIOUpgradableHTTPClientPipelineConfiguration<Reply>(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let refusal = channel.eventLoop.makePromise(of: HTTPResponse.self)
                        try channel.pipeline.syncOperations.addHandler(
                            RefusalReader(limit: limit, refusal: refusal))
                        return .refused(refusal.futureResult)
                    }
                }))
        // The first frames may come together with the reply.
        pipeline.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline)
    }

    private func addHandlers(
        _ channel: any Channel, inbox: WebSocketHandler.Inbox
    ) throws -> NIOLoopBound<WebSocketHandler> {
        let pipeline = channel.pipeline.syncOperations
        let progress = FrameProgress()
        let decoder = try pipeline.handler(type: ByteToMessageHandler<WebSocketFrameDecoder>.self)
        try pipeline.addHandler(progress, position: .before(decoder))
        let handler = WebSocketHandler(peer: address.peer, options: options, inbox: inbox, progress: progress)
        try pipeline.addHandler(handler)
        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        let loop = channel.eventLoop
        inbox.whenThereIsRoom { loop.execute { bound.value.resumeReading() } }
        return bound
    }

    private func take(
        _ result: Result<Reply, any Error>, channel: any Channel, inbox: WebSocketHandler.Inbox,
        outcome: EventLoopPromise<WebSocketConnection>
    ) {
        switch result {
        case .success(.upgraded(let handler)):
            outcome.succeed(
                WebSocketConnection(
                    peer: address.peer, options: options, channel: channel, inbox: inbox, handler: handler))
        case .success(.refused(let refusal)):
            refusal.whenComplete { result in
                switch result {
                case .success(let response):
                    outcome.fail(WebSocketFailure.refused(peer: address.peer, response))
                case .failure(let error):
                    outcome.fail(error)
                }
            }
        case .failure(let error):
            outcome.fail(error)
        }
    }
}
