import CLuaHost
import Indicators
import LuaRuntime
import Market
import Wording

/// Everything one instance reads by index: its feeds as it sees them, and the indicators made on them.
final class SeriesBook {
    /// Tags of bundles of candles begin here; the feed's number is added. Outputs of indicators have tag 0.
    static let candlesTag: UInt32 = 0x100

    let base: InstanceFeed
    /// The base first, then the others in the order of `keys`.
    @exclusivity(unchecked) private(set) var feeds: [InstanceFeed]
    private let keys: [FeedSet.Key]
    private var bundles: [SeriesBundle] = []
    private var values: [FeedSet.Key: LuaReference] = [:]
    private let history: Int
    private let mostIndicators: Int
    /// No feed but the base has a candle that closes before this instant; the smallest number where that is unknown,
    /// because a live feed may still get one.
    @exclusivity(unchecked) private var othersDue = Int64.min
    private var indicatorCount = 0
    /// What the indicators may come to hold; their memory lies outside the cap of the Lua state.
    private var indicatorBytes = 0
    private static let mostIndicatorBytes = 32 << 20

    /// - Parameter others: the declared feeds; those the set does not have are refused when they are asked for.
    init(_ feeds: FeedSet, others: [FeedSet.Key], history: Int, mostIndicators: Int) {
        self.history = history
        self.mostIndicators = mostIndicators
        base = InstanceFeed(feeds.base, history: history)
        var keys = [FeedSet.Key(feeds.base.symbol, feeds.base.timeframe)]
        var views = [base]
        for key in others {
            guard let feed = feeds[key.symbol, key.timeframe] else { continue }
            keys.append(key)
            views.append(InstanceFeed(feed, history: history))
        }
        self.keys = keys
        self.feeds = views
    }

    // MARK: Advancing

    /// The next candle of the base feed closes, and with it all that closed by then. Answers the instant.
    @inline(__always)
    func step() -> Int64 {
        let instant = base.step()
        if instant >= othersDue { follow(to: instant) }
        return instant
    }

    @inline(never)
    private func follow(to instant: Int64) {
        var due = Int64.max
        for place in 1..<feeds.count {
            feeds[place].follow(to: instant)
            due = min(due, feeds[place].nextClose)
        }
        othersDue = due
    }

    // MARK: What scripts see

    /// Makes the candles of every feed; answers those of the base, whose columns are the given values.
    func makeBundles(
        in machine: LuaMachine, columns: [LuaReference]
    ) throws(LuaFailure) -> LuaReference? {
        var first: LuaReference?
        for (place, feed) in feeds.enumerated() {
            let name = place == 0 ? "self.candles" : "candles of \(keys[place].symbol) \(keys[place].timeframe)"
            var members: [SeriesBundle.Member] = []
            for (column, title) in InstanceFeed.seriesNames.enumerated() {
                members.append(
                    SeriesBundle.Member(
                        name: title, series: feed.series + column, value: place == 0 ? columns[column] : nil))
            }
            let tag = Self.candlesTag + UInt32(place)
            let plain = SeriesBundle(name, members: members, clock: feed.clock, tag: tag)
            bundles.append(plain)
            let inner = try machine.makeBundle(plain.bundle)
            if place == 0 { first = inner }
            // `self:tf("4h").candles` reads like `self.candles`: the same columns under one name more.
            members.append(SeriesBundle.Member(name: "candles", series: nil, value: inner))
            let outer = SeriesBundle(name, members: members, clock: feed.clock, tag: tag)
            bundles.append(outer)
            values[keys[place]] = try machine.makeBundle(outer.bundle)
        }
        return first
    }

    /// The candles of a feed as a value of the machine.
    func candles(_ symbol: Symbol, _ timeframe: Timeframe) -> LuaReference? {
        values[FeedSet.Key(symbol, timeframe)]
    }

    // MARK: Indicators

    /// The longest look-back of all indicators, in candles of the base feed.
    var lookback: Int {
        var longest = 0
        for feed in feeds {
            for node in feed.nodes { longest = max(longest, inBaseCandles(node.lookback, of: feed)) }
        }
        return longest
    }

    /// Rows of a feed that have no value, as rows of the base feed: its row `n` has closed by the time that
    /// `(n + 1) * length` has passed since both began.
    private func inBaseCandles(_ rows: Int, of feed: InstanceFeed) -> Int {
        let length = feed.feed.timeframe.milliseconds
        let baseLength = base.feed.timeframe.milliseconds
        guard length != baseLength else { return rows }
        return max(0, Int((Int64(rows + 1) * length + baseLength - 1) / baseLength) - 1)
    }

    /// Makes the indicator that `ta.NAME(series…, numbers…)` asks for; argument 0 is the name.
    func makeIndicator(_ call: HostCall) throws(Refusal) -> ah_value {
        let name = call.text(0) ?? ""
        guard let definition = IndicatorCatalog.named(name) else { throw Self.unknownIndicator(name) }
        guard indicatorCount < mostIndicators else {
            throw Refusal(
                "more than \(mostIndicators) indicators: make them once each, in init",
                fr: "plus de \(mostIndicators) indicateurs : faites-les une fois chacun, dans init")
        }
        let source = try source(of: definition, call)
        let indicator: any StreamingIndicator
        do {
            indicator = try definition.make(try numbers(call, from: source.arguments, name))
        } catch let error as IndicatorError {
            throw Refusal(Message("ta.\(error.message.english)", fr: "ta.\(error.message.french)"))
        } catch let error as Refusal {
            throw error
        } catch {
            preconditionFailure("an indicator refuses with one of these errors")
        }
        let bytes = IndicatorNode.mostBytes(of: indicator, history: history)
        guard indicatorBytes + bytes <= Self.mostIndicatorBytes else {
            throw Refusal(
                "the indicators need more than \(Self.mostIndicatorBytes >> 20) MiB: make fewer, with shorter periods, "
                    + "or declare a smaller history",
                fr:
                    "les indicateurs demandent plus de \(Self.mostIndicatorBytes >> 20) Mio : faites-en moins, avec "
                    + "des périodes plus courtes, ou déclarez un history plus petit")
        }
        let node = IndicatorNode(
            indicator, input: source.input, lookback: indicator.lookback + source.lookback,
            clock: UnsafePointer(source.feed.clock), history: history, firstRow: source.feed.firstRow)
        source.feed.add(node)
        indicatorCount += 1
        indicatorBytes += bytes
        return value(of: node, definition, source.feed)
    }

    static func isIndicator(_ name: String) -> Bool { IndicatorCatalog.named(name) != nil }

    static func unknownIndicator(_ name: String) -> Refusal {
        let nearest = NearestName.among(IndicatorCatalog.all.map(\.name), to: name)
        return Refusal(
            "there is no ta.\(quoted(name).dropFirst().dropLast())"
                + (nearest.map { ": did you mean ta.\($0)?" } ?? ""),
            fr: "ta.\(quoted(name).dropFirst().dropLast()) n'existe pas"
                + (nearest.map { " : vouliez-vous dire ta.\($0) ?" } ?? ""))
    }

    private func value(of node: IndicatorNode, _ definition: IndicatorDefinition, _ feed: InstanceFeed) -> ah_value {
        var value = ah_value()
        if definition.outputs.count == 1 {
            value.kind = AH_SERIES.rawValue
            value.series = UnsafePointer(node.series)
            return value
        }
        let members = definition.outputs.enumerated().map { place, output in
            SeriesBundle.Member(name: output, series: UnsafePointer(node.series + place))
        }
        let bundle = SeriesBundle("ta.\(definition.name)", members: members, clock: feed.clock, tag: 0)
        bundles.append(bundle)
        value.kind = AH_BUNDLE.rawValue
        value.bundle = UnsafePointer(bundle.bundle)
        return value
    }

    private struct Source {
        var input: NodeInput
        var feed: InstanceFeed
        /// Rows without a value of the inputs, in rows of `feed`.
        var lookback: Int
        /// Where the numbers begin among the arguments.
        var arguments: Int
    }

    private func source(of definition: IndicatorDefinition, _ call: HostCall) throws(Refusal) -> Source {
        switch definition.inputs {
        case .value:
            let series = try series(call, 1, definition.name)
            let feed = try feed(of: series)
            return Source(input: .value(series), feed: feed, lookback: feed.lookback(of: series), arguments: 2)
        case .pair: return try pairSource(call, definition.name)
        case .candles:
            guard let bundle = call.bundle(1), bundle.pointee.tag >= Self.candlesTag,
                Int(bundle.pointee.tag - Self.candlesTag) < feeds.count
            else {
                let found = call.argument(1).kindName
                throw Refusal(
                    "ta.\(definition.name) takes candles first, such as self.candles: got \(found.english)",
                    fr: "ta.\(definition.name) prend d'abord des bougies, comme self.candles : reçu \(found.french)")
            }
            let feed = feeds[Int(bundle.pointee.tag - Self.candlesTag)]
            return Source(input: .candles, feed: feed, lookback: 0, arguments: 2)
        }
    }

    private func pairSource(_ call: HostCall, _ name: String) throws(Refusal) -> Source {
        let first = try series(call, 1, name)
        var second = try series(call, 2, name)
        let feed = try feed(of: first)
        let other = try self.feed(of: second)
        var silent = other.lookback(of: second)
        if other !== feed {
            let rows = Int64(silent + 1) * other.feed.timeframe.milliseconds
            let length = feed.feed.timeframe.milliseconds
            silent = max(0, Int((rows + length - 1) / length) - 1)
            let aligned = AlignedSeries(second, of: other, onto: feed)
            feed.add(aligned)
            second = UnsafePointer(aligned.series)
        }
        return Source(
            input: .pair(first, second), feed: feed, lookback: max(feed.lookback(of: first), silent), arguments: 3)
    }

    private func series(_ call: HostCall, _ place: Int, _ name: String) throws(Refusal) -> UnsafePointer<ah_series> {
        if let series = call.series(place), series.pointee.element == AH_F64.rawValue { return series }
        let found = call.argument(place).kindName
        throw Refusal(
            "ta.\(name) takes a series of numbers, such as self.close, as argument \(place): got \(found.english)",
            fr: "ta.\(name) prend une série de nombres, comme self.close, en argument \(place) : reçu \(found.french)")
    }

    private func feed(of series: UnsafePointer<ah_series>) throws(Refusal) -> InstanceFeed {
        guard let feed = feeds.first(where: { $0.owns(series) }) else {
            preconditionFailure("every series of an instance lies on one of its feeds")
        }
        return feed
    }

    private func numbers(_ call: HostCall, from start: Int, _ name: String) throws(Refusal) -> [Double] {
        var found: [Double] = []
        var end = call.count
        while end > start, call.argument(end - 1).isNil { end -= 1 }
        for place in start..<max(start, end) {
            guard let number = call.number(place) else {
                let kind = call.argument(place).kindName
                throw Refusal(
                    "ta.\(name): argument \(place) is \(kind.english), expected a number",
                    fr: "ta.\(name) : l'argument \(place) est \(kind.french), attendu un nombre")
            }
            found.append(number)
        }
        return found
    }
}
