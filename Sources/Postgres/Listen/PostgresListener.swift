import CPostgres
import Foundation
import Glibc
import Wording

/// The thread behind `PostgresPool.listen`: it sleeps in `poll` until the server has something or it is stopped.
final class PostgresListener: Sendable {
    typealias Stream = AsyncThrowingStream<PostgresNotification, any Error>
    typealias Start = CheckedContinuation<Result<Void, PostgresError>, Never>

    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let output: Stream.Continuation
    private let interruption = Interruption()

    /// All that a listener does is one operation, so that a single request ends it.
    private static let number: UInt64 = 1

    init(_ configuration: PostgresConfiguration, _ channels: [String], _ output: Stream.Continuation) {
        self.configuration = configuration
        self.channels = channels
        self.output = output
    }

    func stop() {
        interruption.request(Self.number)
    }

    /// Answers `start` once the channels are listened to, or could not be.
    func start(_ start: Start) {
        let thread = Thread { self.run(start) }
        thread.name = "postgres-listen"
        thread.stackSize = 1 << 20
        thread.start()
    }

    private var isStopped: Bool { interruption.isRequested(Self.number) }

    private func run(_ start: Start) {
        var start: Start? = start
        var backoff = Backoff()
        while !isStopped {
            do throws(PostgresError) {
                let session = try connect()
                backoff.succeed()
                if let first = start {
                    start = nil
                    first.resume(returning: .success(()))
                } else {
                    output.yield(.reconnected)
                }
                try watch(session)
            } catch {
                if let first = start {
                    first.resume(returning: .failure(error))
                    output.finish(throwing: error)
                    return
                }
                guard error.isWorthReconnecting else {
                    output.finish(throwing: error == .cancelled ? nil : error)
                    return
                }
                pause(backoff.fail(fraction: .random(in: 0...1)))
            }
        }
        start?.resume(returning: .failure(.cancelled))
        output.finish()
    }

    private func connect() throws(PostgresError) -> Session {
        let operation = Operation(
            number: Self.number, milliseconds: configuration.connectTimeout.boundedMilliseconds)
        let session = try Session(configuration, interruption: interruption, operation: operation)
        for channel in channels {
            let query: PostgresQuery = "LISTEN \(identifier: channel)"
            _ = try session.run(query, operation)
        }
        return session
    }

    /// Until the listener is stopped; throws when the connection is lost.
    private func watch(_ session: Session) throws(PostgresError) {
        var isBehind = false
        while !isStopped {
            isBehind = deliver(session, isBehind)
            var watched = [
                pollfd(fd: session.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: interruption.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            // A reader that is behind is looked at again soon, to tell it.
            guard poll(&watched, 2, isBehind ? 100 : -1) >= 0 else { continue }
            if watched[1].revents != 0 { interruption.drain() }
            guard watched[0].revents != 0 else { continue }
            guard PQconsumeInput(session.connection) == 1, PQstatus(session.connection) == CONNECTION_OK else {
                throw .connectionLost(
                    server: configuration.server, outcomeKnown: true,
                    reason: Message("the server closed it", fr: "le serveur l'a fermée"))
            }
        }
    }

    /// Hands over what libpq holds. While the reader is behind, messages are dropped until it can be told.
    private func deliver(_ session: Session, _ wasBehind: Bool) -> Bool {
        var isBehind = wasBehind
        func tellOverflow() {
            if case .enqueued = output.yield(.overflowed) { isBehind = false }
        }
        if isBehind { tellOverflow() }
        while let notification = PQnotifies(session.connection) {
            defer { PQfreemem(notification) }
            if isBehind { tellOverflow() }
            guard !isBehind else { continue }
            let message = PostgresNotification.message(
                channel: String(cString: notification.pointee.relname),
                payload: String(cString: notification.pointee.extra))
            if case .dropped = output.yield(message) { isBehind = true }
        }
        return isBehind
    }

    private func pause(_ length: Duration) {
        var watched = [pollfd(fd: interruption.descriptor, events: Int16(POLLIN), revents: 0)]
        if poll(&watched, 1, Int32(clamping: length.boundedMilliseconds)) > 0 { interruption.drain() }
    }
}
