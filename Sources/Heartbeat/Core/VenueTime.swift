/// What is known of the venue's clock, in milliseconds since 1970: it goes on with what the venue tells, never with
/// ours.
///
/// A time far ahead or far behind is not believed before it is told a second time, so that one wrong number closes
/// nothing and stops nothing.
struct VenueTime: Sendable {
    enum Verdict: Equatable {
        case taken
        /// It is left out until another one confirms it.
        case doubtful
        /// Confirmed: it has jumped, ahead or back, by so much.
        case jumped(Int64)
    }

    /// The largest step that trades alone may make when the venue's clock was never asked: a day.
    static let largestTradedStep: Int64 = 86_400_000

    private(set) var now: Int64?
    private let largestStep: Int64
    /// The last served time, and how far it was from the one before: a venue that runs faster than ours is known by it.
    private var served: Int64?
    private var servedStep: Int64?
    private var doubtful: Int64?

    init(largestStep: Int64) {
        self.largestStep = largestStep
    }

    /// How far ahead a time may lie.
    var allowance: Int64 {
        servedStep == nil ? Self.largestTradedStep : max(largestStep, reach)
    }

    /// What the venue's clock may have moved on between two looks at it; 0 before it is known.
    var reach: Int64 { servedStep.map { $0 > Int64.max / 4 ? .max / 4 : $0 * 3 } ?? 0 }

    /// A time that a trade or a candle of the venue shows: its clock stands there or later.
    @inline(__always)
    mutating func seen(_ time: Int64) -> Verdict {
        guard let now, time > now else {
            if now == nil { now = time }
            return .taken
        }
        if time - now <= largestStep {
            self.now = time
            return .taken
        }
        return ahead(time, of: now)
    }

    /// The venue's clock itself.
    mutating func served(_ time: Int64) -> Verdict {
        defer { served = time }
        guard let now else {
            now = time
            return .taken
        }
        if time < now - allowance {
            guard let earlier = doubtful, abs(time - earlier) <= allowance, time < now else {
                doubtful = time
                return .doubtful
            }
            doubtful = nil
            self.now = time
            return .jumped(time - now)
        }
        let verdict: Verdict
        if time <= now {
            doubtful = nil
            verdict = .taken
        } else {
            verdict = ahead(time, of: now)
        }
        if verdict == .taken, let served, time > served { servedStep = time - served }
        return verdict
    }

    private mutating func ahead(_ time: Int64, of now: Int64) -> Verdict {
        if time - now <= allowance {
            doubtful = nil
            self.now = time
            return .taken
        }
        guard let earlier = doubtful, time >= earlier - 60_000, earlier > now else {
            doubtful = time
            return .doubtful
        }
        doubtful = nil
        self.now = time
        return .jumped(time - now)
    }
}
