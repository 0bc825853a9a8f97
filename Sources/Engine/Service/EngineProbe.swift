/// A step in an order's life, at which a test may end the process.
public enum EngineStep: String, Sendable, Hashable, CaseIterable {
    /// New orders are decided and not written yet.
    case beforeWrite
    /// They are written and not sent yet.
    case afterWrite
    case beforeSend
    /// The venue has answered and nobody but the sender knows.
    case afterSend
    /// The venue's answer is written.
    case afterAck
    /// The venue has cancelled an order, and what takes its place is not sent yet: a stop stands half placed.
    case afterCancel
    /// A fill was told and is not written yet.
    case fillSeen
    case fillBooked
}

/// Called at each step of an order's life, on the thread that does the step.
public struct EngineProbe: Sendable {
    private let body: @Sendable (EngineStep) -> Void

    public init(_ body: @escaping @Sendable (EngineStep) -> Void) {
        self.body = body
    }

    /// Does nothing.
    public static let none = EngineProbe { _ in }

    func callAsFunction(_ step: EngineStep) {
        body(step)
    }
}
