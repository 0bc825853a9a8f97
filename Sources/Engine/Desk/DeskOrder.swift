import Broker
import Market
import Trading

/// One order that was sent, or is to be, as the desk knows it: what its row says and what the venue has told.
struct DeskOrder: Sendable, Hashable, Codable {
    enum Phase: Sendable, Hashable, Codable {
        /// Nothing of it is at the venue, for certain; to be handed out again at that time.
        case held(until: Timestamp)
        /// Handed out; the answer is awaited.
        case sending
        /// It may be at the venue or not: the venue is asked.
        case unsure
        case open
        case cancelling
        /// It waits here; the price watch may send it at any moment where it `sendsAtOnce`.
        case watched
        /// The price watch was told to forget it, and has not answered.
        case unwatching
    }

    struct Watch: Sendable, Hashable, Codable {
        var level: Price
        var isBelow: Bool
        var sendsAtOnce: Bool
        var group: Int

        func isTouched(by price: Double) -> Bool {
            isBelow ? price <= level.value.double : price >= level.value.double
        }
    }

    let request: OrderRequest
    /// In base; what was asked for.
    let quantity: Quantity
    var watch: Watch?
    /// The other half of its pair, while that is not over.
    var partner: ClientOrderID?
    var phase: Phase
    /// Whether it was sent as a half of a pair.
    let isHalf: Bool
    /// What its row says.
    var row: OrderState
    var venueID: VenueOrderID?
    /// Sum of `fills`.
    var booked = Quantity.zero
    /// The most that the venue has told to be filled.
    var told = Quantity.zero
    var fills: [FillID] = []
    /// How it ended, while fills that the venue tells of are missing.
    var end: OrderState?
    /// A send may have left until then; nil when that is not known, after a restart.
    var leftBy: Timestamp?
    /// When the venue is to be asked about it (again); nil where nothing is to be asked.
    var askAt: Timestamp?
    /// Nothing is asked of the venue about it until then: an answer is on its way.
    var waitUntil: Timestamp?
    /// Failed attempts to place or to cancel it, one after the other.
    var failures = 0
    /// It is cancelled since something else is wanted in its place.
    var isWithdrawn = false
    /// Whether the price watch has to be told of it again, after a restart.
    var isUnarmed = false
    /// Nothing is known of it but its name: it must not stay at the venue, and nothing of it is booked.
    var isStranger = false
    /// It ended without having been at the venue, as far as that could be known.
    var wasNeverThere = false
    /// Since when it is known to be at the venue.
    var openSince: Timestamp?

    var clientID: ClientOrderID { request.clientID }
    var coreID: OrderID { OrderID(request.clientID.number) }
    var remaining: Quantity { quantity - booked }

    init(_ request: OrderRequest, phase: Phase, watch: Watch? = nil, partner: ClientOrderID? = nil) {
        self.request = request
        quantity = if case .base(let quantity) = request.amount { quantity } else { .zero }
        self.phase = phase
        self.watch = watch
        self.partner = partner
        isHalf = partner != nil
        row = .pendingNew
    }

    /// A row that the memory does not know.
    init(_ known: KnownOrder) {
        self.init(known.request, phase: .unsure)
        row = known.state
        venueID = known.venueID
        booked = known.filledQuantity
        told = known.filledQuantity
    }

    /// Whether it may take from the position at any moment: at the venue, on its way, or under the price watch.
    var mayFill: Bool {
        if case .watched = phase { return watch?.sendsAtOnce == true }
        return true
    }

    /// After a restart nobody answers what was asked before.
    mutating func forgetCalls() {
        waitUntil = nil
        leftBy = nil
        switch phase {
        case .sending, .watched, .unwatching:
            // The price watch of the life before may have sent it.
            if phase == .watched, watch?.sendsAtOnce == false {
                isUnarmed = true
                return
            }
            watch = nil
            phase = .unsure
        case .cancelling:
            // The cancel may not have left: it is asked for again.
            phase = .open
        case .held:
            // What the venue told whoever held it before need not hold for who goes on with it.
            phase = .held(until: Timestamp(milliseconds: .min))
        case .unsure, .open:
            break
        }
        if phase == .unsure || end != nil || told > booked { askAt = Timestamp(milliseconds: .min) }
    }
}
