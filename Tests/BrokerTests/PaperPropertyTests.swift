import Broker
import Market
import TestSupport
import Testing
import Trading

@Suite("A paper account under random orders and prices")
struct PaperPropertyTests {
    @Test(
        "balances add up to the last digit, holds are those of the open orders, and the store's copy goes on the same",
        arguments: 1...40)
    func invariants(_ number: Int) throws {
        let seed = UInt64(9100 + number)
        var numbers = SeededNumbers(seed: seed)
        let fill: PaperMarketFill = numbers.chance(50) ? .nextPrice : .lastPrice
        var account = try PaperFixture.account(cash: 5000, base: 20, fill: fill)
        var stored = PaperSnapshot(
            settings: account.settings, balances: account.balances, openOrders: [], nextOrder: 1, nextFill: 1)
        var orders: [Int64: PaperOrder] = [:]
        var totals: [String: FixedDecimal] = ["USDT": 5000, "BTC": 20]
        var fills = 0
        for step in 0..<300 {
            let price = Double(80 + numbers.below(40))
            let bar = PaperFixture.bar(
                price, price + Double(numbers.below(6)), price - Double(numbers.below(6)), price, minute: Int64(step))
            let symbol = numbers.chance(80) ? PaperFixture.symbol : PaperFixture.other
            account.take(bar, on: symbol)
            for attempt in 0..<3 { act(&account, &numbers, 10 * step + 2 * attempt, PaperFixture.time(Int64(step))) }
            let changes = account.takeChanges()
            for fill in changes.fills {
                fills += 1
                book(fill, into: &totals)
            }
            orders.merge(changes.orders) { _, new in new }
            var balances = Dictionary(uniqueKeysWithValues: stored.balances.map { ($0.asset, $0) })
            balances.merge(changes.balances) { _, new in new }
            stored.balances = Array(balances.values)
            stored.nextOrder = changes.nextOrder
            stored.nextFill = changes.nextFill
            check(account, totals, "seed \(seed), step \(step)")
            if step % 50 == 49 {
                // As after a crash: from the store alone, and the last prices.
                stored.openOrders = orders.values.filter { !$0.status.isTerminal }
                #expect(stored.openOrders.sorted { $0.number < $1.number } == account.openOrders, "seed \(seed)")
                var again = try PaperAccount(
                    stored, instruments: [PaperFixture.instrument(), PaperFixture.instrument(PaperFixture.other)])
                for symbol in [PaperFixture.symbol, PaperFixture.other] {
                    if let last = account.lastPrice(of: symbol) { again.see(last, on: symbol) }
                }
                #expect(again.balances == account.balances, "seed \(seed)")
                account = again
            }
        }
        #expect(fills > 20, "seed \(seed)")
    }

    private func check(_ account: PaperAccount, _ totals: [String: FixedDecimal], _ place: String) {
        var held: [String: FixedDecimal] = [:]
        for order in account.openOrders { held[order.lockedAsset, default: 0] += order.locked }
        for balance in account.balances {
            #expect(!balance.free.isNegative && !balance.locked.isNegative, "\(place)")
            #expect(balance.total == totals[balance.asset] ?? 0, "\(place) \(balance.asset)")
            #expect(balance.locked == held[balance.asset] ?? 0, "\(place) \(balance.asset)")
        }
    }

    /// What the fill moves, reckoned without the account.
    private func book(_ fill: FillReport, into totals: inout [String: FixedDecimal]) {
        let value = try! fill.price.value.multiplied(
            by: fill.quantity.value, rounding: fill.side == .buy ? .up : .down)
        let sign: FixedDecimal = fill.side == .buy ? 1 : -1
        totals[fill.symbol.base, default: 0] += sign.isPositive ? fill.quantity.value : -fill.quantity.value
        totals[fill.symbol.quote, default: 0] += (sign.isPositive ? -value : value) - fill.fee.amount
    }

    /// Whatever comes of it: refusals are part of the game.
    private func act(_ account: inout PaperAccount, _ numbers: inout SeededNumbers, _ number: Int, _ now: Timestamp) {
        let symbol = numbers.chance(80) ? PaperFixture.symbol : PaperFixture.other
        let side: Side = numbers.chance(50) ? .buy : .sell
        let price = Price(FixedDecimal(75 + numbers.below(50)))
        let near = Price(FixedDecimal(75 + numbers.below(50)))
        let quantity = FixedDecimal(1 + numbers.below(30))
        do {
            switch numbers.below(9) {
            case 0:
                guard let order = account.openOrders.randomElement(using: &numbers) else { return }
                _ = try account.cancel(.venue(order.venueID), on: order.symbol, now: now)
            case 1:
                let pair = PaperFixture.pair(
                    number, side, quantity, target: price.value, stop: near.value,
                    limit: numbers.chance(50) ? near.value : nil)
                _ = try account.placePair(pair, now: now)
            case 2: _ = try account.place(PaperFixture.order(number, side, .market, quantity, on: symbol), now: now)
            case 3:
                _ = try account.place(
                    OrderRequest(
                        clientID: ClientOrderID(prefix: "t", number: number), symbol: symbol, side: side,
                        instruction: .market, amount: .quote(Money(quantity))), now: now)
            case 4:
                _ = try account.place(
                    PaperFixture.order(number, side, .stop(trigger: price, limit: near), quantity, on: symbol), now: now
                )
            case 5:
                _ = try account.place(
                    PaperFixture.order(number, side, .takeProfit(trigger: price, limit: nil), quantity, on: symbol),
                    now: now)
            case 6:
                _ = try account.place(
                    PaperFixture.order(number, side, .stop(trigger: price, limit: nil), quantity, on: symbol), now: now)
            default:
                let time = TimeInForce.allCases[numbers.below(3)]
                _ = try account.place(
                    PaperFixture.order(number, side, .limit(price, time), quantity, on: symbol), now: now)
            }
        } catch {}
    }
}
