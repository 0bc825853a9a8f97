import Market

/// An account's balances, open orders and history.
///
/// Bounded: open orders by the filters, closed ones and trades by `ExchangeSettings.historyPerAccount` for each market.
final class AccountRecord {
    let id: AccountID
    /// Its number in the books: the place in the exchange's list of accounts.
    let number: Int32
    /// The house has no balances: what it pays and gets is not counted.
    let isHouse: Bool
    var settings: AccountSettings
    var updateTime: Timestamp
    private(set) var balances: [Asset: Balance] = [:]
    /// All orders known, by market, in rising order of their numbers.
    private(set) var orders: [MarketID: [LiveOrder]] = [:]
    var openByClientID: [MarketID: [String: LiveOrder]] = [:]
    private(set) var lastByClientID: [MarketID: [String: LiveOrder]] = [:]
    var trades: [MarketID: RingLog<AccountTrade>] = [:]
    private(set) var lists: [ListRecord] = []
    var openLists: [OrderListID: ListRecord] = [:]
    var prevented: RingLog<PreventedMatch>
    var amendments: RingLog<OrderAmendment>
    private let historyBound: Int
    /// Assets whose balance changed since the last position event.
    var touched: Set<Asset> = []
    /// Whether it waits for its position event.
    var isQueued = false

    init(
        id: AccountID, number: Int32, isHouse: Bool, settings: AccountSettings, historyBound: Int, now: Timestamp
    ) {
        self.id = id
        self.number = number
        self.isHouse = isHouse
        self.settings = settings
        self.historyBound = historyBound
        prevented = RingLog(bound: historyBound)
        amendments = RingLog(bound: historyBound)
        updateTime = now
    }

    var state: AccountState {
        AccountState(
            id: id, settings: settings, updateTime: updateTime,
            balances: balances.values.sorted { $0.asset < $1.asset })
    }

    func balance(_ asset: Asset) -> Balance {
        balances[asset] ?? Balance(asset: asset, free: .zero, locked: .zero)
    }

    /// Changes a balance. Neither part may become negative: what calls has looked first.
    func change(_ asset: Asset, free: FixedDecimal = .zero, locked: FixedDecimal = .zero) {
        guard !isHouse else { return }
        var balance = balance(asset)
        balance.free += free
        balance.locked += locked
        precondition(!balance.free.isNegative && !balance.locked.isNegative, "a balance below zero")
        balances[asset] = balance
        touched.insert(asset)
    }

    func knows(_ order: LiveOrder) {
        let market = order.state.market
        orders[market, default: []].append(order)
        openByClientID[market, default: [:]][order.state.clientOrderID] = order
        lastByClientID[market, default: [:]][order.state.clientOrderID] = order
    }

    func knows(_ list: ListRecord) {
        lists.append(list)
        openLists[list.state.id] = list
    }

    func order(_ reference: OrderReference, market: MarketID) -> LiveOrder? {
        if let id = reference.id {
            guard let order = order(id, market: market) else { return nil }
            if let client = reference.clientOrderID, order.state.clientOrderID != client { return nil }
            return order
        }
        guard let client = reference.clientOrderID else { return nil }
        return openByClientID[market]?[client] ?? lastByClientID[market]?[client]
    }

    private func order(_ id: OrderID, market: MarketID) -> LiveOrder? {
        guard let known = orders[market] else { return nil }
        let place = Self.firstPlace(in: known, from: id)
        return place < known.count && known[place].state.id == id ? known[place] : nil
    }

    /// The first place whose order has this number or a larger one.
    static func firstPlace(in orders: [LiveOrder], from id: OrderID) -> Int {
        var low = 0
        var high = orders.count
        while low < high {
            let middle = (low + high) / 2
            if orders[middle].state.id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func openOrders(_ market: MarketID) -> [LiveOrder] {
        (openByClientID[market] ?? [:]).values.sorted { $0.state.id < $1.state.id }
    }

    func renamed(_ order: LiveOrder, from old: String) {
        let market = order.state.market
        openByClientID[market]?[old] = nil
        openByClientID[market, default: [:]][order.state.clientOrderID] = order
        lastByClientID[market, default: [:]][order.state.clientOrderID] = order
    }

    /// An order ended: it counts among the closed ones now, of which the oldest are forgotten a quarter at a time.
    func closed(_ order: LiveOrder) {
        let market = order.state.market
        openByClientID[market]?[order.state.clientOrderID] = nil
        guard let known = orders[market], known.count > historyBound + historyBound / 4 + 16 else { return }
        var excess = known.count - historyBound
        var kept: [LiveOrder] = []
        kept.reserveCapacity(known.count)
        for order in known {
            if excess > 0, !order.state.status.isOpen {
                excess -= 1
                if lastByClientID[market]?[order.state.clientOrderID] === order {
                    lastByClientID[market]?[order.state.clientOrderID] = nil
                }
            } else {
                kept.append(order)
            }
        }
        orders[market] = kept
    }

    func closed(_ list: ListRecord) {
        openLists[list.state.id] = nil
        guard lists.count > historyBound + historyBound / 4 + 16 else { return }
        var excess = lists.count - historyBound
        lists.removeAll { list in
            guard excess > 0, list.state.status != .executing else { return false }
            excess -= 1
            return true
        }
    }
}
