import Broker
import Market
import Wording

/// What the venue answered in place of a result.
struct VenueFault: Error, Sendable, Hashable {
    /// HTTP status, or the one inside a reply of the WebSocket API.
    var status: Int
    /// The venue's number, -1121 and so on; nil when the body is not its JSON.
    var code: Int?
    /// The venue's words, or the beginning of a body that is not JSON; cleaned for one line.
    var text: String
    /// The `Retry-After` header.
    var retryAfter: Duration?

    /// The longest text of the venue that is shown, in characters.
    static let longestText = 200

    init(status: Int, code: Int?, text: String, retryAfter: Duration? = nil) {
        self.status = status
        self.code = code
        self.text = Self.cleaned(text)
        self.retryAfter = retryAfter
    }

    /// A reply that is not a success.
    init(status: Int, body: [UInt8], retryAfter: Duration?) {
        // A body that is no JSON is judged by the status alone.
        let root = try? JSONDocument(body).root
        self.init(
            status: status, code: root?["code"]?.int64.map(Int.init(truncatingIfNeeded:)),
            text: root?["msg"]?.text ?? String(decoding: body.prefix(Self.longestText), as: UTF8.self),
            // Nobody is asked to wait longer than the longest ban, three days.
            retryAfter: retryAfter.map { min($0, .seconds(3 * 86_400)) })
    }

    /// The clock of the request lies outside of what the venue takes: nothing was carried out.
    var isClock: Bool { code == -1021 }

    static func cleaned(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(longestText) {
            // Control characters and invisible marks must not reach a terminal.
            let shown = scalar.properties.generalCategory
            let hidden = shown == .control || shown == .format || shown == .lineSeparator || scalar.value == 0xFFFD
            if hidden { result += " " } else { result.unicodeScalars.append(scalar) }
        }
        let trimmed = result.drop { $0 == " " }
        return String(trimmed)
    }
}
