/// The most of each thing that a message may hold; what is beyond is refused when it is read.
enum WireBounds {
    /// Bytes of one frame in either direction.
    static let frame = 8 << 20
    static let messageBytes = 16 << 10
    static let nameBytes = 1_000
    static let tagBytes = 256
    static let pathBytes = 4_096
    static let logLineBytes = 4_096
    /// The keeper of a worker refuses what is beyond the limit that it has given it, which is below this one.
    static let stateBytes = 1 << 20
    static let scriptBytes = 1 << 20
    static let parameterBytes = 4_096
    static let parameters = 256
    static let findings = 1_000
    static let events = 10_000
    static let openOrders = 10_000
    static let feedsOfInstance = 1_000
    static let feedsOfBatch = 10_000
    static let itemsOfChunk = 4_096
    /// The sandbox lets a script ask for 128 things, and the template for two more.
    static let intents = 160
    /// Lines of each kind that one decision may say; the host drops what is beyond.
    static let lines = 257
    static let plots = 64
    /// Fields of one log line; with its text they take at most `logLineBytes`.
    static let logFields = 64
    /// Bytes of all that one decision says. Whoever reads it keeps each of them until it is written down.
    static let decisionBytes = 1 << 20
    static let choices = 256
    /// Numbers of orders and candles: far beyond what is reached, and far from where sums overflow.
    static let counter = 0...(1 << 52)
}
