import Foundation
import Wording

/// Where the venue is reached.
public struct BinanceEnvironment: Sendable, Hashable {
    /// Base of REST, `https://api.binance.com`, without a path.
    public let rest: String
    /// Base of the market streams, `wss://stream.binance.com:9443`, without a path.
    public let streams: String
    /// The WebSocket API with its path, `wss://ws-api.binance.com:443/ws-api/v3`.
    public let socketAPI: String
    /// Whether it is Binance's own market: true for its hosts but those of the test and demonstration markets.
    public let isRealMoney: Bool

    private init(rest: String, streams: String, socketAPI: String) {
        self.rest = rest
        self.streams = streams
        self.socketAPI = socketAPI
        isRealMoney = Self.isRealMoney(rest) || Self.isRealMoney(socketAPI)
    }

    public static let live = BinanceEnvironment(
        rest: "https://api.binance.com", streams: "wss://stream.binance.com:9443",
        socketAPI: "wss://ws-api.binance.com:443/ws-api/v3")

    /// Test money, wiped about once a month.
    public static let testnet = BinanceEnvironment(
        rest: "https://testnet.binance.vision", streams: "wss://stream.testnet.binance.vision",
        socketAPI: "wss://ws-api.testnet.binance.vision/ws-api/v3")

    /// Any venue that speaks the same; `socketAPI` includes its path.
    public static func custom(
        rest: String, streams: String, socketAPI: String
    ) throws(BinanceURLError) -> BinanceEnvironment {
        BinanceEnvironment(
            rest: try base(rest, schemes: ["http", "https"]), streams: try base(streams, schemes: ["ws", "wss"]),
            socketAPI: try base(socketAPI, schemes: ["ws", "wss"], mayHavePath: true))
    }

    /// One server for all three: REST at the URL (http or https), streams and the WebSocket API at the same host and
    /// port, under `/ws`, `/stream` and `/ws-api/v3`.
    public static func custom(baseURL: String) throws(BinanceURLError) -> BinanceEnvironment {
        let rest = try base(baseURL, schemes: ["http", "https"])
        let sockets = "ws" + rest.dropFirst("http".count)
        return try custom(rest: rest, streams: sockets, socketAPI: sockets + "/ws-api/v3")
    }

    /// The URL without a slash at its end.
    private static func base(
        _ text: String, schemes: Set<String>, mayHavePath: Bool = false
    ) throws(BinanceURLError) -> String {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, schemes.contains(scheme),
            let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil, parts.query == nil,
            parts.fragment == nil, parts.port.map({ (1...65535).contains($0) }) ?? true,
            mayHavePath || parts.path.isEmpty
        else { throw BinanceURLError(text: text, schemes: schemes.sorted()) }
        return text
    }

    private static func isRealMoney(_ url: String) -> Bool {
        guard let host = URLComponents(string: url)?.host?.lowercased() else { return false }
        let isTheirs = host == "binance.com" || host.hasSuffix(".binance.com") || host.hasSuffix(".binance.us")
        return isTheirs && !host.hasPrefix("demo-")
    }
}

/// A base URL that cannot be used.
public struct BinanceURLError: ExplainedError, Hashable {
    public let message: Message

    init(text: String, schemes: [String]) {
        let shown = quotedURL(text)
        let example = schemes.contains("http") ? "http://127.0.0.1:8080" : "ws://127.0.0.1:8080"
        message = Message(
            "\(shown) is not the base URL of a venue: expected \(schemes.joined(separator: " or ")), a host and "
                + "perhaps a port, such as \(example)",
            fr: "\(shown) n'est pas l'URL de base d'une place : attendu \(schemes.joined(separator: " ou ")), un hôte "
                + "et peut-être un port, comme \(example)")
    }
}

/// Without what may stand before an `@`: people put passwords there.
private func quotedURL(_ text: String) -> String {
    let visible = text.split(separator: "@").last.map(String.init) ?? ""
    return "\"" + VenueFault.cleaned(visible) + "\""
}
