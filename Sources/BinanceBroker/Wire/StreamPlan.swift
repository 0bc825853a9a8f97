import Broker
import Market

/// Which streams carry a set of subscriptions, and over how many connections.
struct StreamPlan: Sendable {
    /// The venue's limit for one connection.
    static let mostStreams = 1024
    /// Streams named in the URL itself; a longer URL is refused by proxies.
    static let mostInURL = 100
    /// Streams in one control message: four of them, of the five that may be sent in a second, fill a connection.
    static let mostInMessage = 231

    /// One connection: what its URL names and what is subscribed once it is open.
    struct Connection: Sendable, Hashable {
        var inURL: [String]
        var messages: [[String]]

        init(_ streams: some Collection<String>) {
            inURL = Array(streams.prefix(mostInURL))
            messages = []
            var rest = streams.dropFirst(mostInURL)
            while !rest.isEmpty {
                messages.append(Array(rest.prefix(mostInMessage)))
                rest = rest.dropFirst(mostInMessage)
            }
        }

        /// `stream?streams=a/b/c`, to be appended to the base of the streams.
        var path: String {
            "/stream?streams=" + inURL.map { PercentEncoding.encodedStream($0) }.joined(separator: "/")
        }

        static func subscribing(_ streams: [String], id: Int64) -> String {
            let names = streams.map { JSONText.quoted($0) }.joined(separator: ",")
            return "{\"method\":\"SUBSCRIBE\",\"params\":[\(names)],\"id\":\(id)}"
        }
    }

    let connections: [Connection]
    /// Who wants the candles of a stream: one of 5m may serve 5m and 10m.
    let candles: [String: Set<Timeframe>]
    let trades: Set<String>

    init(_ subscriptions: [(market: VenueMarket, MarketSubscription)]) {
        var streams: [String] = []
        var seen: Set<String> = []
        var candles: [String: Set<Timeframe>] = [:]
        var trades: Set<String> = []
        for (market, subscription) in subscriptions {
            let name: String
            switch subscription {
            case .trades:
                name = "\(market.spelling.lowercased())@trade"
                trades.insert(market.spelling)
            case .candles(_, let timeframe):
                let source = timeframe == .m10 ? Timeframe.m5 : timeframe
                name = "\(market.spelling.lowercased())@kline_\(source.rawValue)"
                candles[Self.key(market.spelling, source.rawValue), default: []].insert(timeframe)
            }
            if seen.insert(name).inserted { streams.append(name) }
        }
        var connections: [Connection] = []
        var rest = streams[...]
        while !rest.isEmpty {
            connections.append(Connection(rest.prefix(Self.mostStreams)))
            rest = rest.dropFirst(Self.mostStreams)
        }
        self.connections = connections
        self.candles = candles
        self.trades = trades
    }

    static func key(_ spelling: String, _ interval: String) -> String { "\(spelling)@\(interval)" }
}

extension PercentEncoding {
    /// A stream's name in a URL: `@` stays, as in the venue's own examples.
    static func encodedStream(_ name: String) -> String {
        name.split(separator: "@", omittingEmptySubsequences: false).map { encoded(String($0)) }
            .joined(separator: "@")
    }
}
