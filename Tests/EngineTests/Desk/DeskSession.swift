import Broker
import Foundation
import Market
import Storage
import TestSupport
import Trading
import Wording

@testable import Engine

/// A running strategy before a model venue, in a time of its own: calls and events take long, come twice, late or
/// never, the venue refuses, somebody interferes, and the process dies between any two steps and goes on from rows and
/// memory.
struct DeskSession {
    struct Faults {
        /// Each in parts of a thousand.
        var crash = 0
        var lostAnswer = 0
        var lostCall = 0
        /// The caller gives up, and the call arrives all the same, seconds later.
        var lateCall = 0
        var notSent = 0
        var refusal = 0
        var interference = 0
        var twice = 0
        var reconnect = 0
        var lostQuestion = 0
        /// The keys stop working for a while.
        var keys = 0
        static let none = Faults()
        static let all = Faults(
            crash: 8, lostAnswer: 40, lostCall: 30, lateCall: 30, notSent: 30, refusal: 30, interference: 15, twice: 80,
            reconnect: 15, lostQuestion: 30, keys: 3)
    }

    struct Row {
        var request: OrderRequest
        var state = OrderState.pendingNew
        var venueID: VenueOrderID?
        var filled = Quantity.zero
        var isOver: Bool { state.isTerminal }
    }

    enum Step {
        case input(StrategyInput)
        case arrival(DeskAction, askedAt: Timestamp)
        /// Nobody waits for its answer.
        case lateArrival(DeskAction)
    }

    private struct Pending {
        var time: Int64
        var order: Int
        var life: Int?
        var step: Step
    }

    let seed: UInt64
    let terms: StrategyTerms
    var venue: ModelVenue
    var strategy: RunningStrategy
    var rows: [ClientOrderID: Row] = [:]
    var memory: StrategyMemory?
    /// It has changed since it was written.
    var isMemoryStale = false
    var bookedFills: Set<FillID> = []
    var armed: [ClientOrderID: WatchedOrder] = [:]
    var faults: Faults
    var problems: [String] = []
    var log: [String] = []
    var trades: [ClosedTrade] = []
    var alerts: [StrategyAlert] = []
    var now = Timestamp(milliseconds: 1_700_000_040_000)
    var numbers: SeededNumbers
    private(set) var life = 0
    var keysFailUntil = Timestamp(milliseconds: 0)
    private var queue: [Pending] = []
    private var sequence = 0
    private(set) var handled = 0
    private(set) var crashes = 0
    var isLogging = false

    static let symbol = try! Symbol("BTC/USDT")

    init(seed: UInt64, faults: Faults = .all) throws {
        var numbers = SeededNumbers(seed: seed)
        let rules = InstrumentRules(
            quantityStep: Quantity(FixedDecimal("0.001")!), priceTick: Price(FixedDecimal("0.01")!),
            minimumNotional: numbers.chance(50) ? Money(5) : nil)
        let feeMode = ModelVenue.FeeMode.allCases[numbers.below(3)]
        let hasStops = !numbers.chance(15)
        venue = ModelVenue(
            symbol: Self.symbol, rules: rules, feeMode: feeMode, hasPairs: hasStops && numbers.chance(65),
            hasStops: hasStops, price: Price(100))
        venue.piecesPercent = numbers.chance(60) ? 40 : 0
        var kinds: Set<OrderKindName> = [.market, .limit]
        if hasStops { kinds.insert(.stop) }
        let id = ActiveStrategyID(77)
        terms = StrategyTerms(
            id: id,
            settings: try TradingSettings(
                symbol: Self.symbol, rules: rules,
                fees: FeeRates(maker: FixedDecimal("0.001")!, taker: FixedDecimal("0.001")!),
                orderPrefix: StrategyTerms.orderPrefix(of: id)),
            capital: Money(10_000), timeframe: .m1,
            venue: VenueTraits(
                orderKinds: kinds, hasOrderPairs: venue.hasPairs, baseAsset: "BTC", quoteAsset: "USDT"))
        strategy = RunningStrategy(terms, memory: nil, orders: [])
        self.seed = seed
        self.numbers = numbers
        self.faults = faults
        venue.now = now
    }

    // MARK: Time

    mutating func chance(_ thousandths: Int) -> Bool {
        thousandths > 0 && numbers.below(1000) < thousandths
    }

    mutating func schedule(_ input: StrategyInput, after milliseconds: Int) {
        add(.input(input), after: milliseconds, life: life)
    }

    mutating func add(_ step: Step, after milliseconds: Int, life: Int?) {
        sequence += 1
        queue.append(
            Pending(time: now.milliseconds + Int64(milliseconds), order: sequence, life: life, step: step))
    }

    /// Works off what is due until then.
    mutating func run(until end: Timestamp) {
        while problems.isEmpty {
            takeVenueEvents()
            var next: Int?
            for index in queue.indices where queue[index].time <= end.milliseconds {
                if let known = next,
                    (queue[known].time, queue[known].order) <= (queue[index].time, queue[index].order)
                {
                    continue
                }
                next = index
            }
            guard let next else { break }
            let pending = queue.remove(at: next)
            advance(to: Timestamp(milliseconds: max(now.milliseconds, pending.time)))
            if let life = pending.life, life != self.life { continue }
            switch pending.step {
            case .input(let input): handle(input)
            case .arrival(let action, let askedAt): arrive(action, askedAt)
            case .lateArrival(let action): arriveLate(action)
            }
        }
        advance(to: max(now, end))
        takeVenueEvents()
    }

    private mutating func advance(to time: Timestamp) {
        now = time
        venue.now = time
    }

    /// What the venue tells goes out on the stream.
    private mutating func takeVenueEvents() {
        let events = venue.events
        venue.events = []
        guard !events.isEmpty else { return }
        if chance(faults.reconnect) { return reconnect() }
        for event in events {
            let input: StrategyInput =
                switch event {
                case .filled(let fill): .fill(fill)
                case .orderChanged(let report): .report(report)
                default: .look
                }
            schedule(input, after: numbers.below(800))
            if chance(faults.twice) { schedule(input, after: numbers.below(8000)) }
        }
    }

    /// The stream was cut: what it would have told is lost, and the open orders are asked for.
    private mutating func reconnect() {
        note("reconnect")
        queue.removeAll { pending in
            if case .input(.fill) = pending.step { return true }
            if case .input(.report) = pending.step { return true }
            return false
        }
        // Answers of calls cannot be told from events here, so every open question is asked again.
        survey()
    }

    mutating func survey() {
        let time = now
        schedule(
            .openAtVenue(venue.open.map { venue.report($0.request.clientID, withFills: false) }, askedAt: time),
            after: 50 + numbers.below(300))
    }

    // MARK: The shell

    mutating func handle(_ input: StrategyInput) {
        handled += 1
        note("\(input)")
        if case .triggeredSent(let id) = input { fired[id] = nil }
        if chance(faults.crash) { return restart() }
        var next = strategy
        let output = next.handle(input, now: now)
        if handled % 5 == 0 { checkIdempotence(next) }
        guard commit(output, of: next) else { return }
        strategy = next
        if chance(faults.crash) { return restart() }
        for action in output.sends {
            perform(action)
            if chance(faults.crash) { return restart() }
        }
        if let wait = output.lookAfter {
            let (seconds, attoseconds) = wait.components
            lookLater(Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000) + 1)
        }
    }

    /// Looking again at once asks for nothing more.
    private mutating func checkIdempotence(_ strategy: RunningStrategy) {
        var again = strategy
        let output = again.handle(.look, now: now)
        if !output.sends.isEmpty || !output.isEmpty { problems.append("a second look asks for \(output.sends)") }
    }

    private mutating func lookLater(_ milliseconds: Int) {
        let time = now.milliseconds + Int64(milliseconds)
        let isComing = queue.contains { pending in
            guard case .input(.look) = pending.step else { return false }
            return pending.life == life && pending.time <= time
        }
        if !isComing { schedule(.look, after: milliseconds) }
    }

    private mutating func perform(_ action: DeskAction) {
        note("  > \(action)")
        switch action {
        case .watch(let order):
            guard !fired.values.contains(order.group) else {
                disarmed.insert(order.clientID)
                return
            }
            armed[order.clientID] = order
            // The price may stand beyond the level already.
            checkWatches()
        case .unwatch(let id):
            if armed.removeValue(forKey: id) != nil || disarmed.remove(id) != nil { schedule(.unwatched(id), after: 0) }
        case .place, .placePair, .cancel:
            if action.isPlacing { checkSurvives(action) }
            add(.arrival(action, askedAt: now), after: 5 + numbers.below(300), life: nil)
        case .ask(_, _, let wait):
            let (seconds, attoseconds) = wait.components
            let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
            add(
                .arrival(action, askedAt: Timestamp(milliseconds: now.milliseconds + Int64(milliseconds))),
                after: milliseconds + 5 + numbers.below(300), life: life)
        }
    }

    mutating func checkWatches() {
        let price = venue.price.value.double
        var isPriceWanted = false
        for order in armed.values.sorted(by: { $0.clientID.number < $1.clientID.number }) {
            guard armed[order.clientID] != nil else { continue }
            guard order.sendsAtOnce else {
                isPriceWanted = true
                continue
            }
            guard order.isTouched(by: price) else { continue }
            let group = armed.values.filter { $0.group == order.group }.map(\.clientID)
            let others = group.filter { $0 != order.clientID }
            for id in group { armed[id] = nil }
            disarmed.formUnion(others)
            fired[order.clientID] = order.group
            note("  watch fires \(order.clientID)")
            add(.arrival(.place(order.request), askedAt: now), after: 5 + numbers.below(100), life: nil)
            schedule(.triggeredSent(order.clientID), after: 0)
        }
        if isPriceWanted { schedule(.price(price, now), after: 0) }
    }

    /// Fired groups' other orders: they answer an unwatch too.
    var disarmed: Set<ClientOrderID> = []
    /// Sent at a touch that the strategy has not taken note of, with their groups.
    private var fired: [ClientOrderID: Int] = [:]

    private mutating func restart() {
        note("CRASH")
        crashes += 1
        life += 1
        armed = [:]
        disarmed = []
        fired = [:]
        isMemoryStale = false
        advance(to: Timestamp(milliseconds: now.milliseconds + Int64(numbers.below(5000))))
        venue.events = []
        strategy = heir()
        schedule(.look, after: 0)
        survey()
    }

    mutating func note(_ text: @autoclosure () -> String) {
        if isLogging { log.append("\(now.milliseconds % 10_000_000) \(text())") }
    }
}
