import CLuaHost
import LuaRuntime
import Market
import Trading
import Wording

extension StrategyInstance {
    /// Whether the base feed has a candle that the instance has not seen.
    public var hasNextCandle: Bool { book?.base.hasNext ?? false }

    /// Candles of the base feed that the instance has seen.
    public var candleCount: Int { book.map { $0.base.count - $0.base.firstRow } ?? 0 }

    /// Lets the next candle close without asking the strategy: history before the time that counts.
    public func observeCandle() {
        _ = stepCandle()
    }

    /// Answers how many candles came before the one that has closed now; nil without feeds.
    @inline(__always)
    private func stepCandle() -> Int? {
        guard let steppedBook else { return nil }
        turn = 0
        return steppedBook._withUnsafeGuaranteedRef { book in
            precondition(book.base.hasNext, "the feed has no candle to observe")
            instant = book.step()
            return book.base.count - 1 - book.base.firstRow
        }
    }

    /// Lets the next candle of the base feed close: clocks and indicators advance, and, once the warm-up is over, the
    /// strategy is asked. Answers whether there is something for `takeDecision()`.
    ///
    /// - Parameters:
    ///   - account: how it stands at this candle's close, fills inside the candle included.
    ///   - nextOrderID: the number that the first order of this decision will get.
    ///   - openOrders: asked for only when `account.ordersVersion` has changed.
    @inline(__always)
    public func closeCandle(
        _ account: borrowing AccountView, nextOrderID: OrderID, openOrders: @autoclosure () -> [Order]
    ) -> Bool {
        if account.ordersVersion != seenOrdersVersion { see(openOrders(), version: account.ordersVersion) }
        return closeCandle(account, nextOrderID: nextOrderID)
    }

    /// Tells which orders are open; before a candle closes whenever `AccountView.ordersVersion` has changed.
    public func see(_ openOrders: [Order], version: Int) {
        seenOrdersVersion = version
        showOrders(openOrders)
    }

    /// The same for a caller that has told the open orders of this version with `see`: nothing is passed in that
    /// would have to be kept alive for the call.
    public func closeCandle(_ account: borrowing AccountView, nextOrderID: OrderID) -> Bool {
        guard let row = stepCandle() else { return false }
        guard row >= warmup, !isPaused else { return hasOutput }
        seed()
        nextOrderNumber = nextOrderID.number
        memory.show(account)
        return decide(isOpen: account.position != nil)
    }

    func decide(isOpen: Bool) -> Bool {
        if has(.onCandle) {
            beginTurn()
            _ = run(.onCandle, [], in: .acting)
        } else if isOpen {
            if plans.openCount == 0 { return hasOutput }
            beginTurn()
            holdPosition()
        } else {
            // An entry that waits for the broker's word would be doubled by another one.
            if plans.flatCount == 0 || hasPendingEntry { return hasOutput }
            beginTurn()
            seekEntry()
        }
        if turnFailed || failuresInARow != 0 { endTurn() }
        return hasOutput
    }

    /// What `random()` answers depends on the instance's seed, the candle and the turn alone.
    @inline(__always)
    func seed() {
        var mixed = options.seed ^ (UInt64(bitPattern: instant) &* 0x9E37_79B9_7F4A_7C15)
        mixed = (mixed ^ (mixed >> 30) ^ turn) &* 0xBF58_476D_1CE4_E5B9
        machine.setSeed(mixed ^ (mixed >> 27))
    }

    // MARK: Template, flat

    /// `should_long`, then `should_short`: one of them may open a position.
    private func seekEntry() {
        phase = .asking
        currentCallback = nil
        voice.beginCall()
        let count = plans.flatCount
        let steps = plans.flat.steps
        do throws(LuaFailure) {
            try machine.run(plans.flat, count: count)
        } catch {
            // The error ends that call only: the other question is still asked, though nobody enters on its answer.
            let failed = plans.flatNames.indices.last { steps[$0].ran != 0 } ?? 0
            fail(plans.flatNames[failed], error)
            for name in plans.flatNames[(failed + 1)...] { _ = run(name, [], in: .asking) }
            phase = .idle
            return
        }
        phase = .idle
        // Nil and false are the only untrue values: nothing asked for, and no answer of a wrong kind.
        if steps[0].results.0.isTrue || (count > 1 && steps[1].results.0.isTrue) { weighEntry() }
    }

    private func weighEntry() {
        var isLong = false
        var isShort = false
        var reason = ""
        for (place, name) in plans.flatNames.enumerated() {
            let step = plans.flat.steps[place]
            let answer = step.results.0
            guard answer.type == AH_NIL || answer.type == AH_BOOLEAN else {
                return failAnswer(name, answer, "true, false or nil", fr: "true, false ou nil")
            }
            guard answer.isTrue else { continue }
            if name == .shouldLong { isLong = true } else { isShort = true }
            reason = Self.reason(step.results.1) ?? ""
        }
        if isLong, isShort {
            return journal(
                .failed,
                Message(
                    "should_long and should_short both answered true: no trade",
                    fr: "should_long et should_short ont tous deux répondu true : pas de transaction"))
        }
        if isLong { return enter(.long, reason: reason) }
        // On spot there is nothing to sell.
        if isShort, declaration.market == .futures { enter(.short, reason: reason) }
    }

    func enter(_ direction: Direction, reason: String) {
        guard let size = askSize() else { return }
        guard let stop = askLevel(.stopPrice, .stopLoss, direction, stop: nil) else { return }
        guard let target = askLevel(.targetPrice, .takeProfit, direction, stop: stop) else { return }
        put(.enter(EntryIntent(direction, size: size, stop: stop.level, target: target.level, tag: reason)))
    }

    /// The size of the entry; nil when there is none, the reason being in the journal.
    private func askSize() -> OrderSize? {
        guard has(.positionSize) else {
            journal(
                .skipped,
                Message(
                    "no entry: the strategy has no calculate_position_size",
                    fr: "pas d'entrée : la stratégie n'a pas de calculate_position_size"))
            return nil
        }
        guard let answer = run(.positionSize, [], in: .asking) else { return nil }
        if answer.isNil {
            skip(.positionSize, "nil", isMistake: false)
            return nil
        }
        guard let number = answer.amount else {
            failAnswer(
                .positionSize, answer, "an amount of quote currency, or units(q)",
                fr: "un montant en monnaie de cotation, ou units(q)")
            return nil
        }
        guard number.isFinite, number > 0 else {
            skip(.positionSize, shortNumber(number), isMistake: number != 0)
            return nil
        }
        let isQuantity = answer.type == AH_LABELLED && answer.length == Self.unitsLabel
        return isQuantity ? .quantity(number) : .value(number)
    }

    /// A stop or target that may be none.
    private struct AskedLevel {
        var level: ProtectionLevel?
    }

    /// Asks for an absolute price where the strategy defines one, else for a distance. Nil when the answer is none that
    /// can be traded: then there is no entry, because nobody wants one without the stop it was meant to have.
    private func askLevel(
        _ absolute: CallbackName, _ distance: CallbackName, _ direction: Direction, stop: AskedLevel?
    ) -> AskedLevel? {
        let name = has(absolute) ? absolute : distance
        guard has(name) else { return AskedLevel(level: nil) }
        var arguments: [ah_value] = []
        if name == absolute {
            arguments = [Self.sideValue(direction), .number(decisionPoint?.close ?? .nan)]
            if let stop { arguments.append(stopArgument(stop, direction)) }
        }
        guard let answer = run(name, arguments, in: .asking) else { return nil }
        if answer.isNil { return AskedLevel(level: nil) }
        guard let number = answer.amount else {
            let isPrice = name == absolute
            failAnswer(
                name, answer, isPrice ? "a price or nil" : "a fraction of the entry price, 0.02 for 2 %, or nil",
                fr: isPrice ? "un prix ou nil" : "une fraction du prix d'entrée, 0.02 pour 2 %, ou nil")
            return nil
        }
        if number == 0 { return AskedLevel(level: nil) }
        // Below a price there is less than the whole of it: such a distance can only be meant in per cent.
        let isBelow = (direction == .long) == (name == .stopLoss)
        let most = name == absolute || !isBelow ? Double.infinity : 1
        guard number.isFinite, number > 0, number < most else {
            skip(name, shortNumber(number), isMistake: true)
            return nil
        }
        return AskedLevel(level: name == absolute ? .price(number) : .distance(number))
    }

    /// The stop as `target_price` is told it: a price, or nil.
    private func stopArgument(_ stop: AskedLevel, _ direction: Direction) -> ah_value {
        switch stop.level {
        case .price(let price): return .number(price)
        case .distance(let distance):
            let close = decisionPoint?.close ?? .nan
            return .number(direction == .long ? close * (1 - distance) : close * (1 + distance))
        case nil: return ah_value()
        }
    }

    // MARK: Template, open

    /// `should_exit`, on spot `should_short` too, and while neither says yes `update_position`.
    private func holdPosition() {
        phase = .acting
        currentCallback = nil
        voice.beginCall()
        intentsAtCallStart = draft.intents.count
        var first = 0
        while first < plans.openCount {
            phase = .acting
            let asked = first..<plans.openCount
            var end = plans.openCount
            var failure: LuaFailure?
            do throws(LuaFailure) {
                try machine.run(plans.open, from: first, count: asked.count)
            } catch {
                end = asked.last { plans.open.steps[$0].ran != 0 } ?? first
                failure = error
            }
            phase = .idle
            let steps = plans.open.steps
            // Whatever is not nil or false is looked at.
            for place in first..<end where steps[place].results.0.isTrue && weighExit(place) { return }
            guard let failure else { return }
            fail(plans.openNames[end], failure)
            dropIntents()
            // The error ends that call only.
            first = end + 1
        }
    }

    private static func sideValue(_ direction: Direction) -> ah_value {
        direction == .long
            ? .string(UnsafeBufferPointer(start: cString("long"), count: 4))
            : .string(UnsafeBufferPointer(start: cString("short"), count: 5))
    }

    /// Whether the answer at that place of the plan closes the position.
    private func weighExit(_ place: Int) -> Bool {
        let name = plans.openNames[place]
        let step = plans.open.steps[place]
        guard step.ran != 0, name != .updatePosition else { return false }
        let answer = step.results.0
        guard answer.type == AH_NIL || answer.type == AH_BOOLEAN else {
            failAnswer(name, answer, "true, false or nil", fr: "true, false ou nil")
            return false
        }
        guard answer.isTrue else { return false }
        put(.exit(reason: Self.reason(step.results.1) ?? ""))
        return true
    }

    // MARK: Words

    /// The second value of a yes: a short text on one line.
    private static func reason(_ value: ah_value) -> String? {
        guard let text = value.text, !text.isEmpty else { return nil }
        return ScriptVoice.clean(text, most: reasonBytes)
    }

    /// - Parameter isMistake: an answer that nobody means, unlike nil and 0.
    private func skip(_ name: CallbackName, _ answer: String, isMistake: Bool) {
        let said = Message("\(name.rawValue) answered \(answer)", fr: "\(name.rawValue) a répondu \(answer)")
        if isMistake { rehearsal?.note(name, said) }
        journal(.skipped, Message("no entry: \(said.english)", fr: "pas d'entrée : \(said.french)"))
    }
}

/// A number for a message: NaN and infinities by their Lua names, whole numbers without a point.
func shortNumber(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
    return "\(value)"
}
