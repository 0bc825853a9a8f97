import Market
import Wording

/// A Binance-like spot exchange without wire, clock or threads: every call carries the time, every effect comes back
/// as an answer and as events in their order. One owner at a time.
///
/// A house account makes each market around a reference price. What it buys and sells comes from outside the exchange;
/// no account of a user gets anything that another one, the house or an administrator did not give.
public final class ExchangeCore {
    /// The account that makes the markets.
    public static let houseID = AccountID(0)
    /// The most markets of one exchange.
    public static let mostMarkets = 1000

    public let settings: ExchangeSettings
    /// The time of the last call that carried one, or of the last price that was played; it never goes back.
    public private(set) var now: Timestamp
    /// Whether all markets are closed, whatever their status.
    public private(set) var isUnderMaintenance = false
    /// Events of markets that were left out because nobody drained.
    public private(set) var droppedEvents = 0
    /// Commissions taken so far.
    public private(set) var collectedFees: [Asset: FixedDecimal] = [:]
    /// What the house got from users less what it gave them.
    public private(set) var houseFlow: [Asset: FixedDecimal] = [:]

    let records: [MarketRecord]
    let house: AccountRecord
    /// By their numbers in the books; the house is the first.
    private(set) var accounts: [AccountRecord]
    private var accountsByID: [AccountID: AccountRecord] = [:]
    private let marketsByName: [String: MarketID]
    private var events: [ExchangeEvent] = []
    private var random: RandomStream
    private var lastExecutionID: Int64 = 0
    private var lastListID: Int64 = 0
    /// Accounts whose balances changed since the last flush.
    private var touched: [AccountRecord] = []
    /// Lists whose working order was filled whole, and whose pending orders are to be placed.
    var activations: [ListRecord] = []
    var forced: ForcedPartialFills?

    public init(
        markets: [MarketSetup], settings: ExchangeSettings = ExchangeSettings(), start: Timestamp
    ) throws(ExchangeSetupError) {
        guard (1...Self.mostMarkets).contains(markets.count) else {
            throw ExchangeSetupError(
                Message(
                    "\(markets.count) markets: an exchange has 1 to \(Self.mostMarkets)",
                    fr: "\(markets.count) marchés : une bourse en a de 1 à \(Self.mostMarkets)"))
        }
        var records: [MarketRecord] = []
        var names: [String: MarketID] = [:]
        for (place, setup) in markets.enumerated() {
            if let defect = setup.definition.defect { throw ExchangeSetupError(defect) }
            let name = setup.definition.name
            guard names.updateValue(MarketID(place), forKey: name) == nil else {
                throw ExchangeSetupError(
                    Message("market \(name) is there twice", fr: "le marché \(name) figure deux fois"))
            }
            records.append(try MarketRecord(id: MarketID(place), setup, settings, start: start))
        }
        self.records = records
        self.settings = settings
        marketsByName = names
        now = start
        random = RandomStream(seed: settings.seed)
        house = AccountRecord(
            id: Self.houseID, number: 0, isHouse: true, settings: AccountSettings(), historyBound: 1, now: start)
        accounts = [house]
        for market in records {
            quote(market)
            market.lastBookTicker = bookTicker(market)
        }
    }

    func move(to time: Timestamp) {
        if time > now { now = time }
    }

    // MARK: Markets

    /// The markets as they are now; the place of each is its `MarketID`.
    public var markets: [MarketDefinition] { records.map(\.definition) }

    public func market(named name: String) -> MarketID? { marketsByName[name] }

    func record(_ market: MarketID) throws(ExchangeRefusal) -> MarketRecord {
        guard records.indices.contains(market.rawValue) else { throw .unknownSymbol }
        return records[market.rawValue]
    }

    public func setStatus(_ status: MarketStatus, of market: MarketID, now: Timestamp) throws(ExchangeRefusal) {
        move(to: now)
        let record = try record(market)
        guard record.definition.status != status else { return }
        record.definition.status = status
        emit(.marketStatus(market, status))
        if status == .trading { quote(record) }
        flush(record)
    }

    /// Closes all markets to new orders, or opens them again.
    public func setMaintenance(_ isOn: Bool, now: Timestamp) {
        move(to: now)
        isUnderMaintenance = isOn
        guard !isOn else { return }
        for market in records where isOpen(market) {
            quote(market)
            flush(market)
        }
    }

    func isOpen(_ market: MarketRecord) -> Bool {
        market.definition.status == .trading && !isUnderMaintenance
    }

    // MARK: Accounts

    /// Opens an account without balances. Its number must be new and not the house's.
    public func openAccount(
        _ id: AccountID, settings: AccountSettings = AccountSettings(), now: Timestamp
    ) throws(ExchangeSetupError) {
        move(to: now)
        guard id != Self.houseID, accountsByID[id] == nil, accounts.count <= self.settings.mostAccounts else {
            throw ExchangeSetupError(
                Message(
                    "account \(id) cannot be opened: it is there already, or \(self.settings.mostAccounts) others are",
                    fr: "le compte \(id) ne peut pas être ouvert : il existe déjà, ou \(self.settings.mostAccounts) "
                        + "autres existent"))
        }
        let record = AccountRecord(
            id: id, number: Int32(accounts.count), isHouse: false, settings: settings,
            historyBound: self.settings.historyPerAccount, now: now)
        accounts.append(record)
        accountsByID[id] = record
    }

    public func setSettings(_ settings: AccountSettings, of account: AccountID) throws(ExchangeRefusal) {
        try self.account(account).settings = settings
    }

    public func accountState(_ account: AccountID) -> AccountState? { accountsByID[account]?.state }

    func account(_ id: AccountID) throws(ExchangeRefusal) -> AccountRecord {
        guard let account = accountsByID[id] else {
            throw ExchangeRefusal(code: -2015, text: "Invalid API-key, IP, or permissions for action.")
        }
        return account
    }

    /// Gives an amount to an account, or takes it where it is negative.
    public func credit(
        _ amount: FixedDecimal, of asset: Asset, to account: AccountID, now: Timestamp
    ) throws(ExchangeRefusal) {
        move(to: now)
        let record = try self.account(account)
        let balance = record.balance(asset)
        // Far below the limit, so that no sum of balances ever passes it.
        let most = FixedDecimal(units: FixedDecimal.limit.units / 1000)
        guard amount.magnitude <= most, balance.total + amount <= most, !(balance.free + amount).isNegative else {
            throw .insufficientBalance
        }
        record.change(asset, free: amount)
        touch(record)
        emit(.balanceUpdate(BalanceUpdate(account: account, asset: asset, delta: amount, time: self.now)))
        flushPositions()
    }

    func collect(_ fee: FixedDecimal, _ asset: Asset) {
        collectedFees[asset, default: .zero] += fee
    }

    func houseGets(_ amount: FixedDecimal, _ asset: Asset) {
        houseFlow[asset, default: .zero] += amount
    }

    // MARK: Numbers

    func takeExecutionID() -> Int64 {
        lastExecutionID += 1
        return lastExecutionID
    }

    func takeListID() -> OrderListID {
        lastListID += 1
        return OrderListID(lastListID)
    }

    /// 22 letters and digits, as Binance makes them.
    func makeClientOrderID() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let text = (0..<22).map { _ in letters[Int(random.next() % UInt64(letters.count))] }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: Events

    /// What happened since the last call.
    public func drainEvents() -> [ExchangeEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    var hasRoomForEvents: Bool { events.count < settings.eventsKept }

    func emit(_ event: ExchangeEvent) {
        if events.count >= settings.eventsKept {
            switch event {
            case .trade, .aggregateTrade, .bookTicker, .klineClosed:
                droppedEvents += 1
                return
            case .execution, .accountPosition, .balanceUpdate, .listStatus, .marketStatus: break
            }
        }
        events.append(event)
    }

    func touch(_ account: AccountRecord) {
        guard !account.isHouse, !account.isQueued else { return }
        account.isQueued = true
        touched.append(account)
    }

    /// Says what an action did to the market and to the balances, once it is over.
    func flush(_ market: MarketRecord) {
        if let ended = market.tape.endAggregate() { emit(.aggregateTrade(ended)) }
        let ticker = bookTicker(market)
        if ticker.bid != market.lastBookTicker?.bid || ticker.ask != market.lastBookTicker?.ask {
            market.lastBookTicker = ticker
            emit(.bookTicker(ticker))
        }
        flushPositions()
    }

    private func flushPositions() {
        for account in touched {
            account.isQueued = false
            account.updateTime = now
            let balances = account.touched.sorted().map { account.balance($0) }
            account.touched.removeAll(keepingCapacity: true)
            guard !balances.isEmpty else { continue }
            emit(.accountPosition(AccountPosition(account: account.id, time: now, balances: balances)))
        }
        touched.removeAll(keepingCapacity: true)
    }
}
