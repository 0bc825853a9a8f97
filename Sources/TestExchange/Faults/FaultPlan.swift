import Market

/// The faults in force, and how often each was met. The same requests in the same order meet the same faults.
struct FaultPlan {
    /// Faults in force at once; more are refused.
    static let most = 1000

    struct Entry {
        let id: Int
        let fault: Fault
        /// Matching requests so far, and how many of them were hit.
        var seen = 0
        var hit = 0
        var random: RandomStream
    }

    /// What a request meets: the delays add up, of the other effects the first counts.
    struct Encounter: Equatable {
        var delayMilliseconds = 0
        var effect: Fault.Effect?
    }

    private(set) var entries: [Entry] = []
    private var lastID = 0

    init(_ faults: [Fault] = []) {
        for fault in faults.prefix(Self.most) { add(fault) }
    }

    /// The fault's number; nil when there are too many.
    @discardableResult
    mutating func add(_ fault: Fault) -> Int? {
        guard entries.count < Self.most else { return nil }
        lastID += 1
        entries.append(Entry(id: lastID, fault: fault, random: RandomStream(seed: fault.seed)))
        return lastID
    }

    /// Whether there was one of that number.
    mutating func remove(_ id: Int) -> Bool {
        let before = entries.count
        entries.removeAll { $0.id == id }
        return entries.count < before
    }

    mutating func removeAll() {
        entries = []
    }

    /// Counts a request and says what it meets.
    mutating func meet(_ subject: String) -> Encounter {
        guard !entries.isEmpty else { return Encounter() }
        var encounter = Encounter()
        for at in entries.indices where entries[at].fault.matches(subject) {
            guard entries[at].isHit() else { continue }
            if case .delay(let milliseconds) = entries[at].fault.effect {
                encounter.delayMilliseconds += milliseconds
            } else if encounter.effect == nil {
                encounter.effect = entries[at].fault.effect
            }
        }
        return encounter
    }
}

extension FaultPlan.Entry {
    fileprivate mutating func isHit() -> Bool {
        seen += 1
        guard seen > fault.skip, hit < fault.times ?? .max else { return false }
        // 53 bits make a number from 0 to below 1.
        guard fault.probability >= 1 || Double(random.next() >> 11) / 9_007_199_254_740_992 < fault.probability
        else { return false }
        hit += 1
        return true
    }
}
