import Glibc
import Market

@testable import ExchangeCore

// Times the order book alone, and the exchange around it (funds, filters, reports, tape, bars), in CPU time.

func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
}

/// One request to a book, made before the clock runs.
enum Request {
    case limit(Side, price: Int64, quantity: Int64)
    case market(Side, quantity: Int64)
    /// The order that came so many requests ago, if it is still there.
    case cancel(Int64)
}

/// Half of the orders come to rest within 40 ticks of a price that wanders, a quarter are cancels, a fifth cross the
/// spread with a limit, a twentieth are market orders.
func requests(_ count: Int, seed: UInt64) -> [Request] {
    var random = RandomStream(seed: seed)
    var middle: Int64 = 6_000_000
    return (0..<count).map { _ in
        if random.next() % 50 == 0 { middle += Int64(random.next() % 41) - 20 }
        let side: Side = random.next() % 2 == 0 ? .buy : .sell
        let sign: Int64 = side == .buy ? 1 : -1
        let quantity = Int64(1 + random.next() % 1000)
        switch random.next() % 100 {
        case ..<50: return .limit(side, price: middle - sign * Int64(1 + random.next() % 40), quantity: quantity)
        case ..<75: return .cancel(Int64(1 + random.next() % 2000))
        case ..<95: return .limit(side, price: middle + sign * Int64(random.next() % 3), quantity: quantity)
        default: return .market(side, quantity: quantity)
        }
    }
}

func timeBook(_ requests: [Request]) -> (seconds: Double, trades: Int, resting: Int) {
    var book = OrderBook()
    var trades = 0
    var id: Int64 = 0
    let begin = cpuSeconds()
    for request in requests {
        id += 1
        switch request {
        case .limit(let side, let price, let quantity):
            let taker = BookTaker(side: side, owner: Int32(id & 63), limit: price, quantity: quantity)
            let outcome = book.match(taker)
            trades += book.matches.count
            if outcome.remaining > 0 {
                book.add(id: id, owner: taker.owner, side: side, price: price, quantity: outcome.remaining)
            }
        case .market(let side, let quantity):
            _ = book.match(BookTaker(side: side, owner: Int32(id & 63), limit: nil, quantity: quantity))
            trades += book.matches.count
        case .cancel(let ago): book.remove(id - ago)
        }
        // As a depth stream does, ten times a second at this pace.
        if id % 100_000 == 0 { _ = book.takeChanges() }
    }
    return (cpuSeconds() - begin, trades, book.count)
}

func timeExchange(_ requests: [Request]) throws -> (seconds: Double, orders: Int, trades: Int64) {
    var definition = MarketDefinition.usual[0]
    definition.filters.removeAll { $0.name.hasPrefix("MAX_NUM") }
    var house = HouseSettings()
    house.levels = 0
    var settings = ExchangeSettings()
    settings.filters = []
    let market = MarketID(0)
    var now = Timestamp(milliseconds: 1_700_000_000_000)
    let core = try ExchangeCore(
        markets: [MarketSetup(definition, source: .manual(start: 60_000), house: house)], settings: settings,
        start: now)
    for number in 1...64 {
        try core.openAccount(AccountID(Int64(number)), now: now)
        for asset in [definition.base, definition.quote] {
            try core.credit(1_000_000_000_000, of: asset, to: AccountID(Int64(number)), now: now)
        }
    }
    var placed = 0
    var owners: [Int64: Int64] = [:]
    let begin = cpuSeconds()
    for (at, request) in requests.enumerated() {
        if at % 10 == 0 { now.milliseconds += 1 }
        let account = AccountID(Int64(at % 64) + 1)
        switch request {
        case .limit(let side, let price, let quantity):
            let order = NewOrder(
                market: market, side: side, kind: .limit, timeInForce: .goodTillCancel,
                quantity: FixedDecimal(units: Int128(quantity + 10) * definition.lot.units),
                price: FixedDecimal(units: Int128(price) * definition.tick.units))
            let answer = try core.place(order, account: account, now: now)
            owners[answer.order.id.rawValue] = account.rawValue
            placed += 1
        case .market(let side, let quantity):
            let order = NewOrder(
                market: market, side: side, kind: .market,
                quantity: FixedDecimal(units: Int128(quantity + 10) * definition.lot.units))
            _ = try core.place(order, account: account, now: now)
            placed += 1
        case .cancel(let ago):
            let id = Int64(placed) - ago
            guard let owner = owners[id] else { continue }
            // Most are filled or canceled by now, and that is an answer too.
            _ = try? core.cancel(
                OrderReference(id: OrderID(id)), market: market, account: AccountID(owner), now: now)
        }
        if at % 1000 == 0 {
            _ = core.drainEvents()
            _ = core.takeDepthUpdate(market)
        }
    }
    return (cpuSeconds() - begin, requests.count, core.recentTrades(market, limit: 1).first?.id.rawValue ?? 0)
}

/// Plays candles through the house: quotes that follow the price, trades, bars, events drained as a server does.
func timeReplay(_ candles: Int) throws -> (seconds: Double, trades: Int64) {
    let start = SyntheticMarket.defaultStart
    var house = HouseSettings()
    house.ticksPerCandle = 100
    let options = SyntheticMarket.Options(
        seed: 1, symbol: try Symbol("BTC/USDT"), timeframe: .m1, start: start, count: candles, hasGaps: false)
    let core = try ExchangeCore(
        markets: [MarketSetup(MarketDefinition.usual[0], source: .synthetic(options, history: 0), house: house)],
        start: start)
    let begin = cpuSeconds()
    for second in 0..<candles * 60 {
        core.advance(to: Timestamp(milliseconds: start.milliseconds + Int64(second) * 1000))
        _ = core.drainEvents()
        _ = core.takeDepthUpdate(MarketID(0))
    }
    return (cpuSeconds() - begin, core.recentTrades(MarketID(0), limit: 1).first?.id.rawValue ?? 0)
}

let count = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 1_000_000 : 1_000_000
let all = requests(count, seed: 1)
var best = timeBook(all)
for _ in 0..<4 {
    let again = timeBook(all)
    if again.seconds < best.seconds { best = again }
}
print("book      \(count) requests, \(best.trades) matches, \(best.resting) left resting")
print("          \(Int(Double(count) / best.seconds)) requests a second of CPU")
let exchange = try timeExchange(Array(all.prefix(count / 5)))
print("exchange  \(exchange.orders) requests, \(exchange.trades) trades")
print("          \(Int(Double(exchange.orders) / exchange.seconds)) requests a second of CPU")
let replay = try timeReplay(max(1, count / 1000))
print("replay    \(replay.trades) trades of the house")
print("          \(Int(Double(replay.trades) / replay.seconds)) trades a second of CPU")
