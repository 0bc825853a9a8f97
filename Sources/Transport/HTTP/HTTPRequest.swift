/// One request. Its description shows neither query nor header values nor body: these hold signatures and keys.
public struct HTTPRequest: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
        case patch = "PATCH"

        /// Whether libcurl may send it a second time by itself, when a kept connection turns out to be dead before a
        /// byte of the reply came. Only what changes nothing at the server.
        public var mayBeRepeated: Bool { self == .get || self == .head }
    }

    public var method: Method
    /// Sent exactly as it stands: percent-encoded by the caller, since signatures cover the encoded text.
    public var address: String
    public var headers: HeaderFields
    /// Sent with its length; nil sends no body, an empty one `Content-Length: 0`.
    public var body: [UInt8]?
    /// From the call to the last byte of the reply, the wait for a free connection included; nil for the client's.
    public var timeout: Duration?

    public init(
        _ method: Method, _ address: String, headers: HeaderFields = [:], body: [UInt8]? = nil,
        timeout: Duration? = nil
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    public var description: String {
        "\(method.rawValue) \(address.prefix { $0 != "?" && $0 != "#" })"
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
