import Broker
import Market
import Wording

/// A text that arrives on a connection of market streams.
enum StreamMessage: Sendable, Equatable {
    case trade(spelling: String, Tick, id: Int64)
    case candle(spelling: String, interval: String, Candle, isClosed: Bool)
    /// The reply to a control message of ours.
    case acknowledged(id: Int64)
    case refused(id: Int64?, String)
    /// The venue is about to end the connection.
    case shutdown
    /// Something that was not asked for, or is new.
    case other

    init(_ document: JSONDocument) throws(UnreadableReply) {
        let root = document.root
        guard root.isObject else { throw UnreadableReply(field: "", expected: "an object") }
        if let data = root["data"], root["stream"] != nil {
            self = try Self.event(data)
        } else if root["e"] != nil {
            self = try Self.event(root)
        } else if let code = root["code"]?.int64 ?? root["error"]?["code"]?.int64 {
            let text = root["msg"]?.text ?? root["error"]?["msg"]?.text ?? ""
            self = .refused(id: root["id"]?.int64, VenueFault.cleaned("\(text) (\(code))"))
        } else if let id = root["id"]?.int64, root["result"] != nil {
            self = .acknowledged(id: id)
        } else {
            self = .other
        }
    }

    private static func event(_ data: JSONValue) throws(UnreadableReply) -> StreamMessage {
        switch data["e"]?.text {
        case "trade":
            // `m`: the buyer's order lay in the book, so the seller took.
            let tick = Tick(
                time: try data.time("T"), price: try data.double("p"), quantity: try data.double("q"),
                takerSide: try data.bool("m") ? .sell : .buy)
            guard tick.isSound else { throw UnreadableReply(field: "p", expected: "a price above 0") }
            return .trade(spelling: try data.text("s"), tick, id: try data.int64("t"))
        case "kline":
            let bar = try data.member("k")
            let candle = Candle(
                openTime: try bar.time("t"), open: try bar.double("o"), high: try bar.double("h"),
                low: try bar.double("l"), close: try bar.double("c"), volume: try bar.double("v"))
            guard candle.isSoundForVenue else {
                throw UnreadableReply(field: "k", expected: "low <= open, close <= high, above 0")
            }
            return .candle(
                spelling: try data.text("s"), interval: try bar.text("i"), candle, isClosed: try bar.bool("x"))
        case "serverShutdown": return .shutdown
        default: return .other
        }
    }
}
