/// How many rows ago the highest or lowest of the last `period` values was; the latest of equal ones counts.
///
/// The blocks of `MovingExtreme`, with the row of each extreme beside it.
struct ExtremePlace<Order: ExtremeOrder>: Kernel, ~Copyable {
    let lookback: Int
    private let tails: UnsafeMutablePointer<Double>
    /// The place in the block of the extreme of each tail.
    private let places: UnsafeMutablePointer<Int32>
    private var position = 0
    private var head = Order.worst
    private var headPlace: Int32 = 0
    private var pending: Int

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
        tails[position] = value
        if Order.better(value, head) == value {
            head = value
            headPlace = Int32(truncatingIfNeeded: position)
        }
        let tail = tails[position &+ 1]
        let isInHead = Order.better(head, tail) == head
        // The tail's place counts from the start of the block before this one.
        let place = isInHead ? headPlace : places[position &+ 1] &- Int32(truncatingIfNeeded: lookback &+ 1)
        let age = Int32(truncatingIfNeeded: position) &- place
        position &+= 1
        if position > lookback { closeBlock() }
        if pending > 0 {
            pending &-= 1
            return .nan
        }
        return Double(age)
    }

    @inline(__always)
    private mutating func closeBlock() {
        var best = Order.worst
        var place: Int32 = 0
        var row = lookback
        while row >= 0 {
            let value = tails[row]
            // Backwards: an older value has to be better to win.
            if Order.better(best, value) != best {
                best = value
                place = Int32(truncatingIfNeeded: row)
            }
            tails[row] = best
            places[row] = place
            row &-= 1
        }
        position = 0
        head = Order.worst
    }
}

/// The row of the highest or lowest of the last `period` values, counted from the first row (0) since the stream
/// began or since a missing value. Of equal values TA-Lib's choice: a value as good as the one held takes its place;
/// when the one held leaves the window, the earliest of the best that are left does.
struct ExtremeRow<Order: ExtremeOrder>: Kernel, ~Copyable {
    let lookback: Int
    /// Candidates for the time when those before them leave, best first: a ring of at most `period` rows.
    private let values: UnsafeMutablePointer<Double>
    private let rows: UnsafeMutablePointer<Int>
    private let capacity: Int
    private var first = 0
    private var count = 0
    private var row = 0
    private var held = Order.worst
    private var heldRow = -1

    init(period: Int) {
        lookback = period - 1
        capacity = period
        values = .allocate(capacity: period)
        values.initialize(repeating: 0, count: period)
        rows = .allocate(capacity: period)
        rows.initialize(repeating: 0, count: period)
    }

    deinit {
        values.deallocate()
        rows.deallocate()
    }

    @inline(__always)
    mutating func reset() {
        first = 0
        count = 0
        row = 0
        held = Order.worst
        heldRow = -1
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let oldest = row &- lookback
        if count > 0, rows[first] < oldest {
            first = first &+ 1 == capacity ? 0 : first &+ 1
            count &-= 1
        }
        // Each value is dropped once at most, so this is constant time on the average.
        while count > 0, Order.better(values[place(count &- 1)], value) == value, values[place(count &- 1)] != value {
            count &-= 1
        }
        values[place(count)] = value
        rows[place(count)] = row
        count &+= 1
        if oldest < 0 {
            row &+= 1
            return .nan
        }
        if heldRow < oldest {
            held = values[first]
            heldRow = rows[first]
        } else if Order.better(value, held) == value {
            held = value
            heldRow = row
        }
        row &+= 1
        return Double(heldRow)
    }

    @inline(__always)
    private func place(_ offset: Int) -> Int {
        let place = first &+ offset
        return place >= capacity ? place &- capacity : place
    }
}

extension IndicatorDefinition {
    static let highestIndex = IndicatorDefinition(
        "highest_index", [.period(30)], "How many candles ago the highest value was (the latest of equal ones)",
        fr: "Il y a combien de bougies était la plus haute valeur (la dernière parmi des égales)",
        source: "the place of TA-Lib MAX, counted back from the newest value"
    ) { ExtremePlace<Highest>(period: $0.int(0)) }

    static let lowestIndex = IndicatorDefinition(
        "lowest_index", [.period(30)], "How many candles ago the lowest value was (the latest of equal ones)",
        fr: "Il y a combien de bougies était la plus basse valeur (la dernière parmi des égales)",
        source: "the place of TA-Lib MIN, counted back from the newest value"
    ) { ExtremePlace<Lowest>(period: $0.int(0)) }

    static let maxindex = IndicatorDefinition(
        "maxindex", [.period(30, from: 2)], "Row of the highest value, counted from the first candle known",
        fr: "Rang de la plus haute valeur, compté depuis la première bougie connue", source: "TA-Lib MAXINDEX"
    ) { ExtremeRow<Highest>(period: $0.int(0)) }

    static let minindex = IndicatorDefinition(
        "minindex", [.period(30, from: 2)], "Row of the lowest value, counted from the first candle known",
        fr: "Rang de la plus basse valeur, compté depuis la première bougie connue", source: "TA-Lib MININDEX"
    ) { ExtremeRow<Lowest>(period: $0.int(0)) }
}
