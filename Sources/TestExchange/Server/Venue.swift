import Market
import Wording

/// The venue behind its wire: an exchange, the keys of its accounts, its limits, faults and open WebSockets.
///
/// One owner at a time, no sockets, no clock: every step carries the time, so that all of it can be tested as it is.
final class Venue {
    /// WebSocket requests that wait because of a fault; more are answered with 503.
    static let mostDelayed = 10_000
    /// Client addresses whose use is counted; the one that came first is forgotten beyond that.
    static let mostAddresses = 10_000
    /// Open listen keys.
    static let mostListenKeys = 10_000

    let options: TestExchangeOptions
    let core: ExchangeCore
    let adminToken: String
    /// By market.
    let symbols: [String]
    var limits: VenueLimits { options.limits }
    var faults: FaultPlan
    /// How far the wire's time is ahead of the exchange's, in milliseconds.
    var skewMilliseconds: Int64
    /// While it stands, every request meets a page of HTML with 503 and streams are refused.
    var isDown = false

    var keys: [String: (account: AccountID, key: AccountKey)] = [:]
    var addresses: [String: AddressLimiter] = [:]
    var orderCounters: [AccountID: OrderCounter] = [:]
    /// Orders that count as unfilled still.
    var unfilled: [AccountID: Set<UnfilledOrder>] = [:]

    var sockets: [SocketID: SocketConnection] = [:]
    let flushList = FlushList()
    var topics: [StreamName: StreamTopic] = [:]
    /// By market: what an event of the market has to be looked for in.
    var marketTopics: [[StreamTopic]] = []
    var subscriptions: [UserSubscription] = []
    var heldUserEvents: [AccountID: UserEvent] = [:]
    var listenKeys: [String: (account: AccountID, until: Timestamp)] = [:]
    var delayed: [DelayedRequest] = []
    var lastSocketID = 0
    var lastKeepAlive: Int64 = .min
    /// The clock that never jumps, in milliseconds, at the last step.
    var instant: Int64 = 0
    /// What the streams of one second still have to tell of each market's book.
    var slowDepth: [DepthGathering] = []
    var lastFastDepth: Int64 = .min
    var lastSlowDepth: Int64 = .min
    var random: any RandomNumberGenerator
    var requestCount = 0

    let restEndpoints: [String: VenueEndpoint]
    let socketEndpoints: [String: VenueEndpoint]

    struct UnfilledOrder: Hashable {
        let market: MarketID
        let order: OrderID
    }

    struct DelayedRequest {
        let due: Int64
        let socket: SocketID
        let text: [UInt8]
        let effect: Fault.Effect?
    }

    /// - Parameter start: the exchange's time to begin with.
    init(
        _ options: TestExchangeOptions, start: Timestamp,
        random: any RandomNumberGenerator = SystemRandomNumberGenerator()
    ) throws {
        self.options = options
        self.random = random
        core = try ExchangeCore(markets: options.markets, settings: options.settings, start: start)
        symbols = core.markets.map(\.name)
        faults = FaultPlan(options.faults)
        skewMilliseconds = options.clockSkewMilliseconds
        adminToken = options.adminToken?.exposed ?? TestExchangeKey.randomText(32, using: &self.random)
        let endpoints = Self.endpoints()
        restEndpoints = Dictionary(
            uniqueKeysWithValues: endpoints.filter { !$0.path.isEmpty }.map { ($0.restSubject, $0) })
        socketEndpoints = Dictionary(
            uniqueKeysWithValues: endpoints.filter { !$0.socketMethod.isEmpty }.map { ($0.socketMethod, $0) })
        marketTopics = Array(repeating: [], count: core.markets.count)
        slowDepth = Array(repeating: DepthGathering(), count: core.markets.count)
        for account in options.accounts { try open(account) }
    }

    /// The wire's time: the exchange's, shifted by the fault.
    var wireNow: Timestamp {
        Timestamp(milliseconds: core.now.milliseconds + skewMilliseconds)
    }

    // MARK: Accounts

    func open(_ account: TestExchangeAccount) throws {
        try core.openAccount(account.id, settings: account.settings, now: core.now)
        for (asset, amount) in account.balances.sorted(by: { $0.key < $1.key }) {
            try core.credit(amount, of: asset, to: account.id, now: core.now)
        }
        for key in account.keys { try add(key, of: account.id) }
    }

    func add(_ key: TestExchangeKey, of account: AccountID) throws(TestExchangeError) {
        guard Self.isKeyName(key.name), let check = AccountKey(key.material, mayTrade: key.mayTrade) else {
            throw TestExchangeError(
                message: .init(
                    "the key \(key.name) is not 1 to 128 letters and digits, or its public key has not 32 bytes",
                    fr: "la clé \(key.name) n'a pas 1 à 128 lettres et chiffres, ou sa clé publique n'a pas 32 octets"))
        }
        keys[key.name] = (account, check)
    }

    static func isKeyName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, 45, 95: true
                default: false
                }
            }
    }

    // MARK: Time

    /// Lets the exchange live up to now, tells the streams, and keeps the WebSockets.
    func step(to now: Timestamp, at instant: Int64) {
        self.instant = instant
        core.advance(to: now)
        runDelayed()
        spread()
        speakByTheClock()
        let pause = min(1000, options.pingEveryMilliseconds, options.pongWithinMilliseconds)
        if instant - pause >= lastKeepAlive || lastKeepAlive == .min {
            lastKeepAlive = instant
            for socket in sockets.values { socket.keepAlive(at: instant) }
        }
        flush()
    }

    /// Hands everything that waits to the network.
    func flush() {
        flushList.flush()
    }

    // MARK: Limits

    func limiter(of address: String, _ body: (inout AddressLimiter) throws(VenueRefusal) -> Void) throws(VenueRefusal) {
        if addresses[address] == nil, addresses.count >= Self.mostAddresses, let any = addresses.keys.first {
            addresses[any] = nil
        }
        try body(&addresses[address, default: AddressLimiter(limits)])
    }

    func usedWeight(of address: String) -> Int {
        addresses[address]?.usedWeight(at: wireNow) ?? 0
    }

    func orderCounts(of account: AccountID, at now: Timestamp) -> (tenSeconds: Int, day: Int) {
        orderCounters[account]?.used(at: now) ?? (0, 0)
    }
}
