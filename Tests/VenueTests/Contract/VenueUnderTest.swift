import Broker
import Market

/// What the contract needs of a venue besides the broker itself: its prices, its money, its faults.
///
/// Every case has a venue of its own: BTC/USDT at 1000, ETH/USDT at 100, 10,000 USDT, 10 BTC and nothing else; ticks of
/// 0.01, steps of 0.00001, at least 5 USDT an order, and 2,500 minutes of candles before now.
protocol VenueUnderTest: Sendable {
    /// Why it lacks an ability; nil for those it has.
    static var abilities: [Ability: String?] { get }
    var broker: any Broker { get }
    /// The market trades at this price now, and whatever that fills is filled when it returns.
    func setPrice(_ price: FixedDecimal) async throws
    /// Market orders that were taken and wait for a price get one: the price as it is.
    func settle() async throws
    /// Closes BTC/USDT, or opens it.
    func setTrading(_ isTrading: Bool) async throws
    func inject(_ fault: VenueFault) async throws
    /// The same account, or what goes for it, by other keys.
    func other(_ keys: OtherKeys) async throws -> any Broker
}

/// What goes wrong.
enum VenueFault: Sendable {
    /// The next order is taken, its answer never comes.
    case orderReplyLost
    /// The next order is taken, the answer says that nobody knows.
    case orderStatusUnknown
    /// The connection is closed before the next order is looked at.
    case orderNeverArrives
    /// The next order is answered with a page of HTML.
    case orderAnsweredByHTML
    /// The next balance query is answered with a page of HTML.
    case queryAnsweredByHTML
    /// The next two balance queries are answered with a 503.
    case queryFailsTwice
    /// The next balance query is answered with 429 and a second to wait.
    case queryOverLimit
    /// The next order is answered with 429 and a second to wait.
    case orderOverLimit
    /// The venue's clock is this many milliseconds ahead.
    case clockAhead(Int64)
    /// All streams are cut.
    case streamsCut
    /// The account's events are each told twice.
    case eventsTwice
    /// The next immediate orders are filled by half.
    case halfFills
    /// The venue is closed for maintenance.
    case maintenance
    /// The keys in use are revoked.
    case keysRevoked
    /// What is written down next is not.
    case storeUnavailable
}

enum OtherKeys: Sendable {
    case none
    case wrongSecret
    case unknown
}

/// What a venue must have for a case to be tried on it.
enum Ability: String, Sendable, CaseIterable {
    /// Orders that are filled in part.
    case partialFills
    /// Client ids that are refused although their order is over.
    case clientIDsForEver
    /// A connection that can fail.
    case connection
    case keys
    /// A clock of its own.
    case clock
    case maintenance
    /// Trades and candles of its own that the harness makes.
    case trades
    /// Both its tables and its answers live in a store that can be away.
    case store
}
