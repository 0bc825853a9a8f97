import Broker
import Market
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// One strategy of an account, as the loop that runs it knows it.
struct StrategySlot: Sendable {
    /// Where its script stands at the executor.
    enum Script: Sendable {
        /// It is not asked: suspended, failed, or over.
        case off
        /// Its text has not been read yet.
        case declaring
        /// Its candles are on their way.
        case gathering(StrategyDeclaration)
        /// - Parameter turn: tells the answers of different attempts apart.
        case loading(turn: Int)
        case ready
    }

    /// A decision that the executor has been asked for.
    struct InFlight: Sendable {
        /// Of the batch it belongs to.
        var batch: Int
        var item: DecisionItem
        /// The number of the newest event that it tells.
        var lastEvent: Int64
        /// What runs at the executor: a change of the row may be waiting for the answer.
        var version: Int
        var session: Int
        var beat: FeedBeat
        /// When its signal was read.
        var read: ContinuousClock.Instant
        /// Up to which candle its feeds had come, for the record.
        var feeds: String?
    }

    /// The row, as of the last commit.
    var row: ActiveStrategy
    var scriptName: String
    var scriptState: [UInt8]?
    /// As of the last commit; nil where its memory could not be read: then nothing is known of it but its orders.
    var running: RunningStrategy?
    /// Its memory has changed in nothing that has to be written at once; the next commit takes it along.
    var isMemoryStale = false
    var script = Script.off
    var loadTurn = 0
    /// A change that is written once the script has been loaded with it.
    var upgrade: Upgrade?
    /// Candles of its base feed that the script has seen.
    var seen = 0
    /// The version of the open orders that the script was shown.
    var shownOrders: Int?
    /// For the script's next decision; those of the one in flight stay until it is written.
    var events = ScriptEvents()
    /// The newest candle that was decided on, as of the last commit.
    var lastDecided: Timestamp?
    /// Since when it is at work, by the venue's clock: candles that closed before are not decided on. Nil before its
    /// script was loaded for the first time.
    var atWorkSince: Timestamp?
    var inFlight: InFlight?
    /// What happened while the script was being asked: it was promised the order numbers as they stood.
    var held: [StrategyInput] = []
    /// The newest candle that closed meanwhile.
    var nextBeat: (beat: FeedBeat, read: ContinuousClock.Instant)?
    /// Commands to close or to stop that wait until nothing is left.
    var closing: [StrategyCommand] = []
    /// Its script is hearing that it ends.
    var isHearingStop = false
    /// Commits in a row that did not fit what the store has.
    var conflicts = 0

    struct Upgrade: Sendable {
        var command: StrategyCommand
        var change: StrategyCommit.Change
        /// As it was before.
        var row: ActiveStrategy
        /// Nil when only parameters change.
        var fromVersion: String?
        /// What it trades under from then on; nil keeps what is.
        var terms: StrategyTerms?
    }

    /// Beyond that many, what happened is asked of the venue instead.
    static let mostHeld = 10_000

    var id: ActiveStrategyID { row.id }
    var instance: InstanceNumber { InstanceNumber(row.id.number) }

    /// Whether it ends once nothing is open.
    var isStopping: Bool { closing.contains { if case .stop = $0.order { true } else { false } } }

    var isReady: Bool {
        if case .ready = script { true } else { false }
    }
}
