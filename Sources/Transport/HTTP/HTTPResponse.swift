/// A whole reply. Any status is a reply, 5XX included: what it means is the caller's knowledge.
public struct HTTPResponse: Sendable, Hashable {
    public var status: Int
    /// Fields of the final reply, trailers included; those of interim replies (1XX) are left out.
    public var headers: HeaderFields
    /// Decompressed; at most `HTTPClientOptions.maximumBodyBytes`.
    public var body: [UInt8]
    public var version: Version

    public enum Version: String, Sendable, Hashable {
        case http1 = "HTTP/1.1"
        case http2 = "HTTP/2"
    }

    public init(status: Int, headers: HeaderFields, body: [UInt8], version: Version = .http1) {
        self.status = status
        self.headers = headers
        self.body = body
        self.version = version
    }

    /// The body as UTF-8, with U+FFFD for what is none.
    public var text: String { String(decoding: body, as: UTF8.self) }
}
