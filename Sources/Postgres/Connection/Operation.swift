/// One call on a connection: its number, its deadline, whether it was asked to stop.
final class Operation {
    let number: UInt64
    /// The server's limit for the statement.
    let milliseconds: Int
    let started: ContinuousClock.Instant
    /// When the server is given up: it should have stopped the statement by itself before.
    private(set) var deadline: ContinuousClock.Instant
    private(set) var cancelRequest: CancelRequest?
    /// Whether a broken connection means that nothing was kept.
    var isUndoneByLoss = false

    /// What the server gets on top of its own limit, and after a request to stop.
    static let grace: Duration = .seconds(5)

    /// How long the server may take to stop before it is asked again.
    static let cancelPause: Duration = .milliseconds(200)

    init(number: UInt64, milliseconds: Int) {
        self.number = number
        self.milliseconds = milliseconds
        started = .now
        deadline = started + .milliseconds(milliseconds) + Self.grace
    }

    var ranIntoItsLimit: Bool { started.duration(to: .now) >= .milliseconds(milliseconds) }

    func cancel(_ connection: OpaquePointer) {
        guard cancelRequest == nil else { return }
        cancelRequest = CancelRequest(connection)
        deadline = .now + Self.grace
    }

    /// A request that overtook its statement on the way was for nothing: the server had none to stop.
    func cancelAgain(_ connection: OpaquePointer) {
        guard let request = cancelRequest, request.finished(within: 0) else { return }
        cancelRequest = CancelRequest(connection)
    }
}
