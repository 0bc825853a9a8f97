import Market
import Wording

/// From a market's trades to closed candles of every timeframe: what is told goes in, what is to be done comes out.
///
/// It has no clock, no connection and no store: it can be driven at any speed, and the same inputs give the same
/// candles. Time is the venue's alone, as its trades, its candles and `.venueTime` show it. A minute is told
///
/// - `grace` after its end if the stream still speaks, or as soon as the venue's own candle agrees with ours;
/// - once, and only after every minute before it: a hole in the trades' numbers, a connection that was made inside it
///   or an absence have it fetched from the venue first;
/// - flat, at the last close, when nothing was traded.
///
/// Coarser candles are made of minutes. Only the minute is touched by a trade.
public struct HeartbeatCore: Sendable {
    /// Symbols that one core follows, at most.
    public static let mostSymbols = 500

    public let settings: HeartbeatSettings
    private var beats: [SymbolHeartbeat] = []
    private var places: [Symbol: Int] = [:]
    /// Where the last trade belonged: most trades come in runs.
    private var lastPlace = 0
    private var time: VenueTime
    private var isConnected = false
    /// The venue's time at which something is to be done without any other event.
    private var due = Int64.max
    /// The end of a minute that is told as soon as the stream shows that it still speaks.
    private var awaited = Int64.max
    /// Up to when the stream has shown that it speaks: the latest time of a trade or end of a candle.
    private var heard = Int64.min
    /// The venue's time when something came from the stream.
    private var lastHeard: Int64?
    private var pace = AlertPace()
    private var lastHeartbeat: Int64?
    /// Cleared and used again, so that nothing is allocated for a trade.
    private var scratch: [HeartbeatAction] = []

    public init(settings: HeartbeatSettings = HeartbeatSettings()) {
        self.settings = settings
        time = VenueTime(largestStep: settings.largestStep)
    }

    // MARK: Who is followed

    public var symbols: Set<Symbol> { Set(places.keys) }

    /// Begins with a symbol, or begins anew with one that is followed; false when there are too many.
    ///
    /// Its minutes go on after the last one of `history`; what has been missed since is fetched. Without history they
    /// begin with the minute in which its trades begin. A symbol that is begun anew in a running connection stays live.
    ///
    /// - Parameter history: what was told before.
    @discardableResult
    public mutating func follow(_ symbol: Symbol, history: SymbolHistory = SymbolHistory()) -> Bool {
        let beat = SymbolHeartbeat(symbol: symbol, history: history, settings: settings)
        if let place = places[symbol] {
            let before = beats[place]
            beats[place] = beat
            if before.standing != .disconnected { beats[place].connected() }
        } else {
            guard beats.count < Self.mostSymbols else { return false }
            places[symbol] = beats.count
            beats.append(beat)
        }
        plan()
        return true
    }

    public mutating func unfollow(_ symbol: Symbol) {
        guard let place = places.removeValue(forKey: symbol) else { return }
        beats.remove(at: place)
        for (index, beat) in beats.enumerated() { places[beat.symbol] = index }
        pace.forget(symbol)
        plan()
    }

    // MARK: What is told

    /// Takes an event; what is to be done because of it is appended to `actions`, in order.
    public mutating func handle(_ input: HeartbeatInput, into actions: inout [HeartbeatAction]) {
        switch input {
        case .trade(let symbol, let tick, let id): trade(symbol, tick, id: id, into: &actions)
        case .venueTime(let time): venueTime(time, into: &actions)
        case .connected: connected(symbols)
        case .joined(let symbols): connected(symbols)
        case .disconnected:
            isConnected = false
            for place in beats.indices { beats[place].disconnected() }
            plan()
        case .klineClosed(let symbol, let candle): klineClosed(symbol, candle, into: &actions)
        case .fetched(let fetch, let candles):
            let heard = heard
            change(fetch.symbol, into: &actions) { $0.fetched(fetch, candles, now: $1, heard: heard, into: &$2) }
        case .fetchFailed(let fetch, let why, let isFinal):
            change(fetch.symbol, into: &actions) {
                $0.fetchFailed(fetch, why, isFinal: isFinal, now: $1, into: &$2)
            }
        }
    }

    /// Takes a trade; the same as `handle(.trade(…))`, for the millions.
    public mutating func trade(
        _ symbol: Symbol, _ tick: Tick, id: Int64, into actions: inout [HeartbeatAction]
    ) {
        guard let place = place(of: symbol) else { return }
        guard tick.isSound, id >= 0 else {
            tell([.alert(.unsound(symbol, tick, id: id, at: time.now.map(Timestamp.init(milliseconds:))))], &actions)
            return
        }
        let millisecond = tick.time.milliseconds
        guard believe(time.seen(millisecond), into: &actions) else { return }
        let now = time.now ?? millisecond
        lastHeard = now
        if millisecond > heard { heard = millisecond }
        if beats[place].standing == .joining { join(at: millisecond + settings.grace) }
        // Before the minutes are told that it shows to be over: its number tells whether they are whole.
        beats[place].take(tick, id: id, now: now, into: &scratch)
        if !scratch.isEmpty { flush(into: &actions) }
        if now >= due || millisecond >= awaited { settle(into: &actions) }
    }

    private func place(of symbol: Symbol) -> Int? {
        if lastPlace < beats.count, beats[lastPlace].symbol == symbol { return lastPlace }
        return places[symbol]
    }

    private mutating func venueTime(_ told: Timestamp, into actions: inout [HeartbeatAction]) {
        guard Timestamp.calendar.contains(told), believe(time.served(told.milliseconds), into: &actions),
            let now = time.now
        else { return }
        join(at: max(now, told.milliseconds))
        settle(into: &actions)
        guard isConnected, let heard = lastHeard else {
            lastHeard = now
            return
        }
        // The venue may run faster than our clock: between two looks at its clock nothing can be called silence.
        guard now - heard >= max(settings.silence, time.reach) else { return }
        let alert = HeartbeatAlert.silent(
            since: Timestamp(milliseconds: heard), at: Timestamp(milliseconds: now))
        tell([.alert(alert)], &actions)
        lastHeard = now
        actions.append(.reconnect(alert.message))
    }

    private mutating func connected(_ symbols: Set<Symbol>) {
        isConnected = true
        lastHeard = time.now
        for place in beats.indices where symbols.contains(beats[place].symbol) { beats[place].connected() }
        plan()
    }

    private mutating func join(at millisecond: Int64) {
        guard isConnected else { return }
        for place in beats.indices { beats[place].join(at: millisecond) }
        plan()
    }

    private mutating func klineClosed(_ symbol: Symbol, _ candle: Candle, into actions: inout [HeartbeatAction]) {
        guard candle.isSound, let place = places[symbol],
            believe(time.seen(candle.openTime.milliseconds + MinuteSlot.length), into: &actions), let now = time.now
        else { return }
        lastHeard = now
        heard = max(heard, candle.openTime.milliseconds + MinuteSlot.length)
        beats[place].klineClosed(candle, now: now, into: &scratch)
        beats[place].settle(now: now, heard: heard, into: &scratch)
        flush(into: &actions)
        if now >= due || heard >= awaited { settle(into: &actions) } else { plan() }
    }

    private mutating func change(
        _ symbol: Symbol, into actions: inout [HeartbeatAction],
        _ body: (inout SymbolHeartbeat, _ now: Int64, inout [HeartbeatAction]) -> Void
    ) {
        guard let place = places[symbol], let now = time.now else { return }
        body(&beats[place], now, &scratch)
        flush(into: &actions)
        plan()
    }

    // MARK: Telling

    /// Tells all that is over.
    private mutating func settle(into actions: inout [HeartbeatAction]) {
        guard let now = time.now else { return }
        for place in beats.indices { beats[place].settle(now: now, heard: heard, into: &scratch) }
        flush(into: &actions)
        plan()
    }

    private mutating func plan() {
        due = .max
        awaited = .max
        for beat in beats {
            guard let end = beat.awaitedEnd else { continue }
            if heard < end { awaited = min(awaited, end) }
            due = min(due, settings.deadline(end, heard: heard))
        }
    }

    /// False for a time that is not believed.
    @inline(__always)
    private mutating func believe(_ verdict: VenueTime.Verdict, into actions: inout [HeartbeatAction]) -> Bool {
        if verdict == .taken { return true }
        guard case .jumped(let step) = verdict, let now = time.now else { return false }
        lastHeard = nil
        tell([.alert(.jumped(by: step, to: Timestamp(milliseconds: now)))], &actions)
        return true
    }

    private mutating func flush(into actions: inout [HeartbeatAction]) {
        guard !scratch.isEmpty else { return }
        let told = scratch
        scratch.removeAll(keepingCapacity: true)
        tell(told, &actions)
    }

    private mutating func tell(_ told: [HeartbeatAction], _ actions: inout [HeartbeatAction]) {
        for action in told {
            switch action {
            case .alert(let alert):
                guard pace.admits(alert) else { continue }
            case .closed(let closed):
                let end = closed.openTime.milliseconds + closed.timeframe.milliseconds
                lastHeartbeat = max(lastHeartbeat ?? end, end)
            case .fetch, .reconnect: break
            }
            actions.append(action)
        }
    }

    // MARK: Condition

    public var condition: HeartbeatCondition {
        let symbols = beats.map(\.condition)
        return HeartbeatCondition(
            isConnected: isConnected,
            isCoherent: isConnected && symbols.allSatisfy { $0.isLive && !$0.isRecovering && $0.isCoherent },
            lastHeartbeat: lastHeartbeat.map(Timestamp.init(milliseconds:)),
            venueTime: time.now.map(Timestamp.init(milliseconds:)), symbols: symbols)
    }

    /// The venue's time at which a minute is over and its grace too, if nothing is told before; nil when nothing waits.
    public var nextClose: Timestamp? { due == .max ? nil : Timestamp(milliseconds: due) }
}

extension SymbolHeartbeat {
    var condition: SymbolCondition {
        var condition = facts
        if case .live = standing { condition.isLive = true }
        condition.isRecovering = fetch != nil
        return condition
    }
}
