import StrategyHost
import Trading

/// What a worker process is asked; it answers each with one reply, and `decide` with as many as there are chunks of
/// answers.
enum WorkerRequest: WireValue {
    /// The first one: how much it may use. It raises its walls upon it.
    case configure(WorkerLimits)
    case declare(ScriptText, parameters: [String: String])
    case check(ScriptText)
    case openFeed(FeedOpening)
    case closeFeed(FeedNumber)
    case append([FeedCandles])
    case load(InstanceLoading)
    case stop(InstanceNumber, AccountView)
    case unload(InstanceNumber)
    /// - Parameter isCareful: each answer is sent at once, so that whoever asked knows which item came to nothing.
    case decide([FeedCandles], [DecisionItem], isCareful: Bool)

    func write(to writer: inout WireWriter) {
        switch self {
        case .configure(let limits):
            writer.byte(0)
            writer.value(limits)
        case .declare(let script, let parameters):
            writer.byte(1)
            writer.value(script)
            writer.writeParameters(parameters)
        case .check(let script):
            writer.byte(2)
            writer.value(script)
        case .openFeed(let feed):
            writer.byte(3)
            writer.value(feed)
        case .closeFeed(let feed):
            writer.byte(4)
            writer.value(feed)
        case .append(let candles):
            writer.byte(5)
            writer.values(candles)
        case .load(let loading):
            writer.byte(6)
            writer.value(loading)
        case .stop(let instance, let account):
            writer.byte(7)
            writer.value(instance)
            writer.value(account)
        case .unload(let instance):
            writer.byte(8)
            writer.value(instance)
        case .decide(let feeds, let items, let isCareful):
            writer.byte(9)
            writer.values(feeds)
            writer.values(items)
            writer.bool(isCareful)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .configure(try reader.value())
        case 1: self = .declare(try reader.value(), parameters: try reader.readParameters())
        case 2: self = .check(try reader.value())
        case 3: self = .openFeed(try reader.value())
        case 4: self = .closeFeed(try reader.value())
        case 5: self = .append(try reader.values("feeds", most: WireBounds.feedsOfBatch))
        case 6: self = .load(try reader.value())
        case 7: self = .stop(try reader.value(), try reader.value())
        case 8: self = .unload(try reader.value())
        case 9:
            self = .decide(
                try reader.values("feeds", most: WireBounds.feedsOfBatch),
                try reader.values("items", most: WireBounds.itemsOfChunk), isCareful: try reader.bool())
        default: throw .wrong("request", at: reader.place)
        }
    }

    /// The frame of `decide` without candles, of items that are written already.
    static func decideFrame(items: [UInt8], count: Int, isCareful: Bool) -> [UInt8] {
        var writer = WireWriter()
        writer.reserve(items.count + 32)
        writer.fixedHead(0)
        writer.byte(9)
        writer.count(0)
        writer.count(count)
        writer.raw(items)
        writer.bool(isCareful)
        return Frame.close(&writer)
    }
}
