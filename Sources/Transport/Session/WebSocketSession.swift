import Synchronization
import Wording

/// A WebSocket that comes back by itself, as `Reconnector` decides.
///
/// Between `.connected` and `.disconnected` every message of the server is handed out once and in order. Around a
/// renewal two connections are alive, so a message may come from each: the venue's own numbers tell. Runs from
/// `start()` until `close()`, which the owner must call.
public final class WebSocketSession: Sendable {
    fileprivate enum Input: Sendable {
        case happened(Reconnector.Event, WebSocketFailure?)
        case opened(Reconnector.Link, WebSocketConnection)
    }

    fileprivate typealias Mailbox = BoundedQueue<Input, Never>

    private struct State {
        var driver: Task<Void, Never>?
        var isClosed = false
        var current: WebSocketConnection?
    }

    private let options: WebSocketSessionOptions
    private let clock: TransportClock
    private let random: any RandomNumberGenerator & Sendable
    private let events: BoundedQueue<WebSocketSessionEvent, Void>
    /// A handful of inputs for each of at most two living connections; the bound is never met.
    private let mailbox = Mailbox(maximumCount: 64)
    private let state = Mutex(State())

    public init(
        _ options: WebSocketSessionOptions, clock: TransportClock = .steady,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.options = options
        self.clock = clock
        self.random = random
        events = BoundedQueue(maximumCount: options.maximumWaitingEvents)
    }

    public func start() {
        state.withLock { state in
            guard state.driver == nil, !state.isClosed else { return }
            state.driver = Task { await self.drive() }
        }
    }

    /// The next event; nil once the session is closed or the waiting task is cancelled. One task at a time may wait.
    public func next() async -> WebSocketSessionEvent? {
        if case .element(let event) = await events.next() { return event }
        return nil
    }

    /// Sends on the connection that is ready; `.notConnected` without one. A reply to a message sent just before a
    /// renewal or a loss may never come.
    public func send(_ text: String) async throws(WebSocketFailure) {
        let (connection, isClosed) = state.withLock { ($0.current, $0.isClosed) }
        guard let connection else { throw isClosed ? .closed : .notConnected }
        try await connection.send(text)
    }

    /// Ends all connections and waits until they are gone; events not taken yet are dropped.
    public func close() async {
        let driver = state.withLock { state in
            state.isClosed = true
            return state.driver
        }
        events.finish((), droppingTheRest: true)
        _ = mailbox.push(.happened(.stopped, nil))
        await driver?.value
    }

    // MARK: The driver: one task, with the connections as its children

    private struct Drive {
        var reconnector: Reconnector
        var connections: [Reconnector.Link: WebSocketConnection] = [:]
        var timer: (due: Duration, task: Task<Void, Never>)?
        var isOver = false
    }

    private func drive() async {
        await withDiscardingTaskGroup { group in
            var drive = Drive(reconnector: Reconnector(options.reconnect, random: random))
            await take(.happened(.started, nil), &drive, &group)
            while !drive.isOver, case .element(let input) = await mailbox.next() {
                await take(input, &drive, &group)
            }
            drive.timer?.task.cancel()
            // An attempt to connect would keep the group waiting for its time.
            group.cancelAll()
        }
        state.withLock { $0.current = nil }
    }

    private func take(_ input: Input, _ drive: inout Drive, _ group: inout DiscardingTaskGroup) async {
        let event: Reconnector.Event
        var failure: WebSocketFailure?
        switch input {
        case .opened(let link, let connection):
            drive.connections[link] = connection
            event = .opened(link)
        case .happened(let happened, let reason):
            event = happened
            failure = reason
        }
        for action in drive.reconnector.handle(event, now: clock.now()) {
            await perform(action, because: failure, &drive, &group)
        }
        if case .lost(let link) = event { drive.connections[link] = nil }
        if case .stopped = event { drive.isOver = true }
        setTimer(&drive)
    }

    private func perform(
        _ action: Reconnector.Action, because failure: WebSocketFailure?, _ drive: inout Drive,
        _ group: inout DiscardingTaskGroup
    ) async {
        switch action {
        case .open(let link):
            group.addTask { await self.open(link) }
        case .greet(let link):
            guard let connection = drive.connections[link] else { return }
            group.addTask { await self.greet(link, connection) }
        case .close(let link):
            if let connection = drive.connections.removeValue(forKey: link) {
                group.addTask { await connection.close() }
            }
        case .retire(let link):
            // Its reader goes on until the server has closed it.
            drive.connections.removeValue(forKey: link)?.retire()
        case .announceConnected(let link, let isRenewal):
            guard let connection = drive.connections[link] else { return }
            state.withLock { $0.current = connection }
            await events.pushAndWait(.connected(link: link, isRenewal: isRenewal))
            if options.isReady == nil { group.addTask { await self.read(link, connection) } }
        case .announceDisconnected:
            state.withLock { $0.current = nil }
            await events.pushAndWait(.disconnected(failure ?? .closed))
        case .announceRetry(let attempt, let delay):
            await events.pushAndWait(.retrying(attempt: attempt, after: delay, failure ?? notReadyInTime))
        }
    }

    private var notReadyInTime: WebSocketFailure {
        let limit = options.reconnect.readyWithin.inWords
        return .notReady(
            Message(
                "the server did not confirm the opening messages within \(limit)",
                fr: "le serveur n'a pas confirmé les messages d'ouverture en \(limit)"))
    }

    private func setTimer(_ drive: inout Drive) {
        let due = drive.isOver ? nil : drive.reconnector.deadline
        if let due, drive.timer?.due == due { return }
        drive.timer?.task.cancel()
        drive.timer = due.map { due in
            let delay = max(.zero, due - clock.now())
            let task = Task { [clock, mailbox] in
                do {
                    try await clock.wait(delay)
                } catch {
                    return
                }
                _ = mailbox.push(.happened(.timeReached, nil))
            }
            return (due, task)
        }
    }

    // MARK: One connection

    private func open(_ link: Reconnector.Link) async {
        do {
            let address = try await options.address()
            let connection = try await WebSocketConnection.connect(address, options.connection)
            guard !Task.isCancelled else { return await connection.close() }
            tell(.opened(link, connection))
        } catch {
            let failure = Self.failure(error)
            tell(.happened(.failed(link, retryAfter: failure.retryAfter), failure))
        }
    }

    private func greet(_ link: Reconnector.Link, _ connection: WebSocketConnection) async {
        do {
            for message in try await options.openingMessages() { try await connection.send(message) }
        } catch {
            tell(.happened(.lost(link), Self.failure(error)))
            return await connection.close()
        }
        if options.isReady == nil {
            tell(.happened(.ready(link), nil))
        } else {
            await read(link, connection)
        }
    }

    /// Until the connection ends.
    private func read(_ link: Reconnector.Link, _ connection: WebSocketConnection) async {
        var isReady = options.isReady
        var hasNotice = false
        do throws(WebSocketFailure) {
            while true {
                let text = try await connection.receive()
                await events.pushAndWait(.text(text, link: link))
                if let check = isReady, check(text) {
                    isReady = nil
                    tell(.happened(.ready(link), nil))
                }
                if !hasNotice, options.isShutdownNotice(text) {
                    hasNotice = true
                    tell(.happened(.noticeGiven(link), nil))
                }
            }
        } catch {
            tell(.happened(.lost(link), error))
        }
    }

    private func tell(_ input: Input) {
        _ = mailbox.push(input)
    }

    private static func failure(_ error: any Error) -> WebSocketFailure {
        switch error {
        case let failure as WebSocketFailure:
            return failure
        case let explained as any ExplainedError:
            return .notReady(explained.message)
        default:
            // An error of unknown kind may hold anything: only its type is told.
            let text = "\(type(of: error))"
            return .notReady(
                Message("the opening messages failed: \(text)", fr: "les messages d'ouverture ont échoué : \(text)"))
        }
    }
}
