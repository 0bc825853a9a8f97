import Broker
import Market
import Trading

/// What was sent for one strategy and is not over, compared with what its core wants.
///
/// The comparison looks at the state only, never at how it came about: so it is the same in the normal run, after a
/// restart and after a reconciliation, and asking twice asks for nothing more.
public struct OrderDesk: Sendable, Hashable, Codable {
    /// Not over, oldest first.
    var known: [DeskOrder] = []
    /// Over, the oldest first: for what the venue tells late or twice. What is forgotten had ended with all the fills
    /// that the venue told of.
    var past: [DeskOrder] = []
    /// About the orders that the core has open.
    var notes: [OrderID: OrderNote] = [:]
    /// The venue has refused the keys: nothing is opened until it has accepted them.
    var isBarred = false
    /// Why the position is being closed from outside.
    var closing: String?
    /// The next try to close.
    var closingNotBefore: Timestamp?
    var closingFailures = 0
    /// Assets whose fees the ledger does not count, told once each.
    var uncountedFees: Set<String> = []
    /// What was closed of the open position, after fees.
    var realised = Money.zero
    /// Since when the venue holds less than the position.
    var shortSince: Timestamp?
    var lastFillAt: Timestamp?

    /// How many ended orders are remembered.
    static let pastKept = 8

    init() {}

    func index(_ id: ClientOrderID) -> Int? {
        known.lastIndex { $0.clientID == id }
    }

    func index(_ id: ClientOrderID?, _ venueID: VenueOrderID) -> Int? {
        if let id { return index(id) }
        return known.lastIndex { $0.venueID == venueID }
    }

    func pastIndex(_ id: ClientOrderID?, _ venueID: VenueOrderID) -> Int? {
        if let id { return past.lastIndex { $0.clientID == id } }
        return past.lastIndex { $0.venueID == venueID }
    }

    func hasOrder(for id: OrderID) -> Bool {
        known.contains { $0.coreID == id }
    }

    mutating func remember(_ order: DeskOrder) {
        if past.count >= Self.pastKept { past.removeFirst(past.count - Self.pastKept + 1) }
        past.append(order)
    }

    /// How much of the position the known orders may take between them, those of a group left out: halves of a pair,
    /// and orders of one group under the price watch, take it once.
    func taken(by side: Side, exceptGroup group: Int? = nil) -> Quantity {
        var sum = Quantity.zero
        var groups: [Int: Quantity] = [:]
        for order in known where order.request.side == side && order.mayFill {
            if order.phase == .watched || order.phase == .unwatching, let watched = order.watch?.group {
                if watched == group { continue }
                groups[watched] = max(groups[watched] ?? .zero, order.remaining)
            } else if let partner = order.partner, let other = index(partner),
                known[other].remaining > order.remaining
                    || (known[other].remaining == order.remaining && partner.text < order.clientID.text)
            {
                // Its half with more left counts.
                continue
            } else {
                sum += order.remaining
            }
        }
        return groups.values.reduce(sum, +)
    }
}

/// As one list of entries, so that the same desk is the same text.
extension OrderDesk {
    private enum CodingKeys: String, CodingKey {
        case known, past, notes, isBarred, closing, closingNotBefore, closingFailures, uncountedFees, realised
        case shortSince, lastFillAt
    }

    private struct Noted: Codable {
        var id: OrderID
        var note: OrderNote
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        known = try fields.decode([DeskOrder].self, forKey: .known)
        past = try fields.decode([DeskOrder].self, forKey: .past)
        for noted in try fields.decode([Noted].self, forKey: .notes) { notes[noted.id] = noted.note }
        isBarred = try fields.decode(Bool.self, forKey: .isBarred)
        closing = try fields.decodeIfPresent(String.self, forKey: .closing)
        closingNotBefore = try fields.decodeIfPresent(Timestamp.self, forKey: .closingNotBefore)
        closingFailures = try fields.decode(Int.self, forKey: .closingFailures)
        uncountedFees = Set(try fields.decode([String].self, forKey: .uncountedFees))
        realised = try fields.decode(Money.self, forKey: .realised)
        shortSince = try fields.decodeIfPresent(Timestamp.self, forKey: .shortSince)
        lastFillAt = try fields.decodeIfPresent(Timestamp.self, forKey: .lastFillAt)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(known, forKey: .known)
        try fields.encode(past, forKey: .past)
        try fields.encode(
            notes.sorted { $0.key < $1.key }.map { Noted(id: $0.key, note: $0.value) }, forKey: .notes)
        try fields.encode(isBarred, forKey: .isBarred)
        try fields.encodeIfPresent(closing, forKey: .closing)
        try fields.encodeIfPresent(closingNotBefore, forKey: .closingNotBefore)
        try fields.encode(closingFailures, forKey: .closingFailures)
        try fields.encode(uncountedFees.sorted(), forKey: .uncountedFees)
        try fields.encode(realised, forKey: .realised)
        try fields.encodeIfPresent(shortSince, forKey: .shortSince)
        try fields.encodeIfPresent(lastFillAt, forKey: .lastFillAt)
    }
}
