/// Which of equal values a place is given for.
protocol TieRule {
    static var latestWins: Bool { get }
}

enum LatestOfEqual: TieRule {
    static var latestWins: Bool { true }
}

enum EarliestOfEqual: TieRule {
    static var latestWins: Bool { false }
}

/// How many rows ago the highest or lowest of the last `period` values was.
///
/// The blocks of `MovingExtreme`, with the row of each extreme beside it. Nothing here is a branch that depends on the
/// values.
struct ExtremePlace<Order: ExtremeOrder, Tie: TieRule>: Kernel, ~Copyable {
    let lookback: Int
    private let tails: UnsafeMutablePointer<Double>
    /// The place in the block of the extreme of each tail.
    private let places: UnsafeMutablePointer<Int>
    private var position = 0
    private var head = Order.worst
    private var headPlace = 0
    private var pending: Int
    /// The extreme whose age `steady` gave last.
    private(set) var extreme = Order.worst

    init(period: Int) {
        lookback = period - 1
        pending = period - 1
        tails = .allocate(capacity: period + 1)
        tails.initialize(repeating: Order.worst, count: period + 1)
        places = .allocate(capacity: period + 1)
        places.initialize(repeating: 0, count: period + 1)
    }

    deinit {
        tails.deallocate()
        places.deallocate()
    }

    @inline(__always)
    mutating func reset() {
        position = 0
        head = Order.worst
        pending = lookback
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let age = steady(value)
        if pending > 0 {
            pending &-= 1
            return .nan
        }
        return age
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double { Double(age(value)) }

    @inline(__always)
    mutating func age(_ value: Double) -> Int {
        tails[position] = value
        let leads = Self.wins(value, overOlder: head)
        head = leads ? value : head
        headPlace = leads ? position : headPlace
        let tail = tails[position &+ 1]
        let isInHead = Self.wins(head, overOlder: tail)
        extreme = isInHead ? head : tail
        // The tail's place counts from the start of the block before this one.
        let age = position &- (isInHead ? headPlace : places[position &+ 1] &- lookback &- 1)
        position &+= 1
        if position > lookback {
            Self.closeBlock(tails, places, lookback)
            position = 0
            head = Order.worst
        }
        return age
    }

    @inline(__always)
    private static func wins(_ newer: Double, overOlder older: Double) -> Bool {
        Tie.latestWins ? Order.isAtLeast(newer, older) : !Order.isAtLeast(older, newer)
    }

    /// Not a method, so that the state of the kernel need not be in memory for it.
    @inline(never)
    private static func closeBlock(
        _ tails: UnsafeMutablePointer<Double>, _ places: UnsafeMutablePointer<Int>, _ last: Int
    ) {
        var best = tails[last]
        var place = last
        var row = last
        while row >= 0 {
            let stays = wins(best, overOlder: tails[row])
            best = stays ? best : tails[row]
            place = stays ? place : row
            tails[row] = best
            places[row] = place
            row &-= 1
        }
    }
}

/// The row of the highest or lowest of the last `period` values, counted from the first row (0) since the stream
/// began or since a missing value. Of equal values TA-Lib's choice: a value as good as the one held takes its place;
/// when the one held leaves the window, the earliest of the best that are left does.
struct ExtremeRow<Order: ExtremeOrder>: Kernel, ~Copyable {
    private var earliest: ExtremePlace<Order, EarliestOfEqual>
    private var row = 0
    private var held = Order.worst
    private var heldRow = -1

    init(period: Int) { earliest = ExtremePlace(period: period) }

    var lookback: Int { earliest.lookback }

    @inline(__always)
    mutating func reset() {
        earliest.reset()
        row = 0
        held = Order.worst
        heldRow = -1
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let age = earliest.age(value)
        let now = row
        row &+= 1
        if now < lookback { return .nan }
        if heldRow < now &- lookback {
            held = earliest.extreme
            heldRow = now &- age
        } else {
            let takes = Order.isAtLeast(value, held)
            held = takes ? value : held
            heldRow = takes ? now : heldRow
        }
        return Double(heldRow)
    }
}

extension IndicatorDefinition {
    static let highestIndex = IndicatorDefinition(
        "highest_index", [.period(30)], "How many candles ago the highest value was (the latest of equal ones)",
        fr: "Il y a combien de bougies était la plus haute valeur (la dernière parmi des égales)",
        source: "the place of TA-Lib MAX, counted back from the newest value"
    ) { ExtremePlace<Highest, LatestOfEqual>(period: $0.int(0)) }

    static let lowestIndex = IndicatorDefinition(
        "lowest_index", [.period(30)], "How many candles ago the lowest value was (the latest of equal ones)",
        fr: "Il y a combien de bougies était la plus basse valeur (la dernière parmi des égales)",
        source: "the place of TA-Lib MIN, counted back from the newest value"
    ) { ExtremePlace<Lowest, LatestOfEqual>(period: $0.int(0)) }

    static let maxindex = IndicatorDefinition(
        "maxindex", [.period(30, from: 2)], "Row of the highest value, counted from the first candle known",
        fr: "Rang de la plus haute valeur, compté depuis la première bougie connue", source: "TA-Lib MAXINDEX"
    ) { ExtremeRow<Highest>(period: $0.int(0)) }

    static let minindex = IndicatorDefinition(
        "minindex", [.period(30, from: 2)], "Row of the lowest value, counted from the first candle known",
        fr: "Rang de la plus basse valeur, compté depuis la première bougie connue", source: "TA-Lib MININDEX"
    ) { ExtremeRow<Lowest>(period: $0.int(0)) }
}
