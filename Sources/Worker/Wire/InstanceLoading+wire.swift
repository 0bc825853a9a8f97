import Market
import StrategyHost
import Trading
import Wording

extension ScriptText: WireValue {
    func write(to writer: inout WireWriter) {
        writer.text(name, most: WireBounds.pathBytes)
        writer.data(bytes)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            name: try reader.text("name", most: WireBounds.pathBytes),
            bytes: try reader.data("script", most: WireBounds.scriptBytes))
    }
}

extension FeedOpening: WireValue {
    func write(to writer: inout WireWriter) {
        writer.value(feed)
        writer.value(symbol)
        writer.value(timeframe)
        writer.int(rowsKept)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            feed: try reader.value(), symbol: try reader.value(), timeframe: try reader.value(),
            rowsKept: try reader.int("rows", WireBounds.counter))
    }
}

extension FeedCandles: WireValue {
    func write(to writer: inout WireWriter) {
        writer.value(feed)
        writer.values(candles)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(feed: try reader.value(), candles: try reader.values("candles", most: Self.mostCandles))
    }
}

extension InstanceLoading: WireValue {
    /// The first byte of the stored form; rises with every change of it.
    private static let storedForm: UInt8 = 1

    /// The loading as it is kept with a session of the strategy, to load it again: equal loadings have equal bytes.
    public var stored: [UInt8] { stored(form: Self.storedForm) }

    /// Reads what `stored` gave.
    public init(stored: [UInt8]) throws(WireError) {
        try self.init(stored: stored, form: Self.storedForm, Message("a loading", fr: "un chargement"))
    }

    func write(to writer: inout WireWriter) {
        writer.value(instance)
        writer.value(script)
        writer.writeParameters(parameters)
        writer.fixed(seed)
        writer.value(base)
        writer.values(others)
        writer.optional(state) { $0.data($1) }
        writer.optional(upgradedFrom) { $0.text($1) }
        switch firstCall {
        case .none: writer.bool(false)
        case .start(let account):
            writer.bool(true)
            writer.value(account)
        }
        writer.values(openOrders)
        writer.int(ordersVersion)
        writer.int(failuresInARow)
        writer.int(unseen)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            instance: try reader.value(), script: try reader.value(), parameters: try reader.readParameters(),
            seed: try reader.fixed(), base: try reader.value(),
            others: try reader.values("feeds", most: WireBounds.feedsOfInstance),
            state: try reader.optional { reader throws(WireError) in
                try reader.data("state", most: WireBounds.stateBytes)
            },
            upgradedFrom: try reader.optional { reader throws(WireError) in
                try reader.text("version", most: WireBounds.messageBytes)
            }, firstCall: try reader.bool() ? .start(try reader.value()) : .none,
            openOrders: try reader.values("open orders", most: WireBounds.openOrders),
            ordersVersion: try reader.int("version of the orders", WireBounds.counter),
            failuresInARow: try reader.int("failures", 0...1_000_000),
            unseen: try reader.int("unseen candles", WireBounds.counter))
    }
}

extension [String: String] {
    /// Whether a message may hold these parameters.
    var fit: Bool {
        count <= WireBounds.parameters
            && allSatisfy {
                $0.key.utf8.count <= WireBounds.nameBytes && $0.value.utf8.count <= WireBounds.parameterBytes
            }
    }
}

extension WireWriter {
    /// In the order of the names' bytes.
    mutating func writeParameters(_ parameters: [String: String]) {
        list(parameters.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }) {
            $0.text($1.key)
            $0.text($1.value)
        }
    }
}

extension WireReader {
    mutating func readParameters() throws(WireError) -> [String: String] {
        let pairs = try list("parameters", most: WireBounds.parameters) { reader throws(WireError) in
            (
                try reader.text("parameter", most: WireBounds.nameBytes),
                try reader.text("value", most: WireBounds.parameterBytes)
            )
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}

extension InstanceLoaded: WireValue {
    /// A short name of everything that must be the same when it is loaded again: all but the memory it takes.
    public var outcomeHash: UInt64 {
        var copy = self
        copy.memoryBytes = 0
        return WireHash.of(copy.wireBytes)
    }

    func write(to writer: inout WireWriter) {
        writer.value(declaration)
        writer.int(warmup)
        writer.byte(listening.rawValue)
        writer.optional(firstOpen) { $0.value($1) }
        writer.int(candlesSeen)
        writer.int(memoryBytes)
        writer.value(decision)
        writer.data(state)
        writer.fixed(stateHash)
        writer.optional(problem) { $0.value($1) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            declaration: try reader.value(), warmup: try reader.int("warmup", WireBounds.counter),
            listening: StrategyEventKinds(rawValue: try reader.byte()).intersection(.all),
            firstOpen: try reader.optional { reader throws(WireError) in try reader.value() },
            candlesSeen: try reader.int("candles", WireBounds.counter),
            memoryBytes: try reader.int("memory", WireBounds.counter), decision: try reader.value(),
            state: try reader.data("state", most: WireBounds.stateBytes), stateHash: try reader.fixed(),
            problem: try reader.optional { reader throws(WireError) in try reader.cleanMessage() })
    }
}
