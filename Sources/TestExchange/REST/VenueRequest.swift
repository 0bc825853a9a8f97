/// A REST request as the network brought it.
struct VenueRequest: Sendable {
    var method: String
    var path: String
    /// Behind the question mark, percent-encoded.
    var query: String
    var body: String
    var apiKey: String?
    /// Whether times are wanted in microseconds.
    var wantsMicroseconds: Bool
    var adminToken: String?
    var address: String

    init(
        _ method: String, _ target: String, body: String = "", apiKey: String? = nil, wantsMicroseconds: Bool = false,
        adminToken: String? = nil, address: String = "127.0.0.1"
    ) {
        self.method = method
        let split = target.firstIndex(of: "?") ?? target.endIndex
        path = String(target[..<split])
        query = split < target.endIndex ? String(target[target.index(after: split)...]) : ""
        self.body = body
        self.apiKey = apiKey
        self.wantsMicroseconds = wantsMicroseconds
        self.adminToken = adminToken
        self.address = address
    }

    /// How the faults name it.
    var subject: String { "\(method) \(path)" }

    /// What the signature covers: the query string and right behind it the body, both without the signature.
    var signedPayload: String {
        Self.unsigned(query) + Self.unsigned(body)
    }

    private static func unsigned(_ text: String) -> String {
        // Mostly the signature comes last.
        if let last = text.lastIndex(of: "&"), text[text.index(after: last)...].hasPrefix("signature=") {
            let rest = text[..<last]
            if !rest.hasPrefix("signature="), !rest.contains("&signature=") { return String(rest) }
        }
        return text.split(separator: "&", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("signature=") }.joined(separator: "&")
    }
}

/// What the network is to do with a request.
enum VenueAnswer: Sendable, Equatable {
    case reply(VenueReply)
    /// The connection is closed.
    case close
    /// Nothing is sent; the connection stays open.
    case silence
}

struct VenueReply: Sendable, Equatable {
    var status = 200
    var contentType = "application/json;charset=UTF-8"
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]

    static func == (left: VenueReply, right: VenueReply) -> Bool {
        left.status == right.status && left.contentType == right.contentType && left.body == right.body
            && left.headers.elementsEqual(right.headers) { $0 == $1 }
    }

    init(_ refusal: VenueRefusal) {
        status = refusal.status
        body = refusal.body
        if let seconds = refusal.retryAfter { headers.append(("Retry-After", String(seconds))) }
    }

    init(body: [UInt8]) {
        self.body = body
    }

    /// What a proxy in front of the venue says while nothing behind it does.
    static func html(status: Int) -> VenueReply {
        var reply = VenueReply(
            body: Array("<html><head><title>\(status)</title></head><body>Service unavailable</body></html>\n".utf8))
        reply.status = status
        reply.contentType = "text/html"
        return reply
    }
}
