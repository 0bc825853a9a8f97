import Wording

/// Something that goes wrong on purpose: at which requests, how often, and what.
///
/// Which requests is a text that the subject has to equal; a `*` at its end stands for any ending. Subjects are
/// `POST /api/v3/order` (REST), `WS order.place` (WebSocket API), `UPGRADE /ws-api/v3` (a WebSocket being opened),
/// `STREAM btcusdt@trade` (a market event on its way to the clients) and `EVENT executionReport` (a user data event).
public struct Fault: Sendable, Hashable {
    public enum Effect: Sendable, Hashable {
        /// The request waits so long before the venue looks at it.
        case delay(milliseconds: Int)
        /// Refused without being executed, with this status, code and text.
        case refuse(status: Int, code: Int, text: String, retryAfter: Int?)
        /// A page of HTML in place of JSON, as a proxy in front of the venue sends it; nothing is executed.
        case html(status: Int)
        /// The connection is closed, nothing is executed.
        case disconnect
        /// Nothing is executed and no reply comes; the connection stays open.
        case neverAnswer
        /// Executed; the connection is closed in place of the reply.
        case loseReply
        /// Executed; the reply says -1007 with this status, 504 if none other is wanted.
        case statusUnknown(status: Int)
        /// Executed, but no reply comes; the connection stays open.
        case executeAndNeverAnswer
        /// Executed; half of the WebSocket frame is sent, then the connection is closed.
        case halfFrame
        /// The event is never sent.
        case loseEvent
        /// The event is sent twice.
        case duplicateEvent
        /// The event is sent after the next one of its account or stream.
        case holdEvent

        /// Whether the request counts before the effect comes.
        var isAfterExecution: Bool {
            switch self {
            case .loseReply, .statusUnknown, .executeAndNeverAnswer, .halfFrame: true
            default: false
            }
        }
    }

    /// The subject it applies to.
    public var subject: String
    public var effect: Effect
    /// So many matching requests go through before the first one is hit.
    public var skip: Int
    /// So many are hit; nil for all.
    public var times: Int?
    /// The chance that one is hit, 0 to 1, by random numbers of `seed`.
    public var probability: Double
    public var seed: UInt64

    public init(
        _ subject: String, _ effect: Effect, skip: Int = 0, times: Int? = nil, probability: Double = 1,
        seed: UInt64 = 1
    ) {
        self.subject = subject
        self.effect = effect
        self.skip = skip
        self.times = times
        self.probability = probability
        self.seed = seed
    }

    func matches(_ subject: String) -> Bool {
        self.subject.hasSuffix("*") ? subject.hasPrefix(self.subject.dropLast()) : subject == self.subject
    }
}
