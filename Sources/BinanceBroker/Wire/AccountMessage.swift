import Broker
import Market

/// A text that arrives on a connection of the WebSocket API.
enum AccountMessage: Sendable, Equatable {
    case event(UserDataEvent)
    /// The reply to the request of that number.
    case done(id: Int64)
    case refused(VenueFault)
    case other

    init(_ document: JSONDocument, book: MarketBook) throws(UnreadableReply) {
        let root = document.root
        guard root.isObject else { throw UnreadableReply(field: "", expected: "an object") }
        if let event = root["event"] {
            self = .event(try UserDataEvent(event, book: book))
            return
        }
        guard let status = root["status"]?.int64 else {
            self = .other
            return
        }
        if status == 200, let id = root["id"]?.int64 {
            self = .done(id: id)
        } else if status != 200 {
            let error = root["error"]
            // The limits' own words for how long to stay away.
            let retryAt = error?["data"]?["retryAfter"]?.int64
            let now = error?["data"]?["serverTime"]?.int64
            var wait: Duration?
            if let retryAt, let now, retryAt > now, retryAt - now < 259_200_000 { wait = .milliseconds(retryAt - now) }
            self = .refused(
                VenueFault(
                    status: Int(truncatingIfNeeded: status),
                    code: error?["code"]?.int64.map(Int.init(truncatingIfNeeded:)),
                    text: error?["msg"]?.text ?? "", retryAfter: wait))
        } else {
            self = .other
        }
    }

    /// A request, to be sent as one text.
    static func request(_ method: String, id: Int64, _ parameters: WireParameters) -> String {
        "{\"id\":\(id),\"method\":\(JSONText.quoted(method)),\"params\":\(parameters.jsonObject)}"
    }
}
