import Market
import TestSupport
import Testing

@testable import TestExchange

@Suite struct ConservationTests {
    /// Everything the users have, the fees, and what the house took.
    private func total(_ asset: Asset, _ session: RandomSession) -> FixedDecimal {
        let core = session.bourse.core
        var sum = (core.collectedFees[asset] ?? .zero) + (core.houseFlow[asset] ?? .zero)
        for account in session.accounts {
            let balance = core.accountState(account)?.balances.first { $0.asset == asset }
            sum += balance?.total ?? .zero
        }
        return sum
    }

    /// What the open orders and lists of an account have set aside, told by themselves.
    private func setAside(_ asset: Asset, _ id: AccountID, _ session: RandomSession) throws -> FixedDecimal {
        let account = try session.bourse.core.account(id)
        let side: Side = asset == Bourse.quote ? .buy : .sell
        var sum = FixedDecimal.zero
        for order in account.openOrders(Bourse.market) where order.state.side == side { sum += order.lock }
        for list in account.openLists.values where list.orders.last?.state.side == side { sum += list.lock }
        return sum
    }

    @Test(arguments: [21, 22, 23, 24, 25, 26, 27, 28] as [UInt64])
    func `nothing is made or lost, to the last digit`(seed: UInt64) throws {
        var session = try RandomSession(seed: seed, withHouse: seed % 2 == 0)
        let before = [Bourse.base: total(Bourse.base, session), Bourse.quote: total(Bourse.quote, session)]
        for step in 0..<1500 {
            session.step()
            _ = session.bourse.core.drainEvents()
            for asset in [Bourse.base, Bourse.quote] {
                #expect(total(asset, session) == before[asset], "\(asset) at step \(step) of seed \(seed)")
                for account in session.accounts {
                    let locked = session.bourse.locked(asset, of: account)
                    #expect(
                        try locked == setAside(asset, account, session),
                        "locked \(asset) of \(account) at step \(step) of seed \(seed)")
                }
            }
            let ticker = session.bourse.core.bookTicker(Bourse.market)
            if let bid = ticker.bid, let ask = ticker.ask { #expect(bid.price < ask.price, "seed \(seed)") }
        }
        #expect(session.bourse.core.records[0].tape.lastID > 100, "a session that trades, seed \(seed)")
    }

    @Test(arguments: [31, 32, 33, 34] as [UInt64])
    func `an order's fills, trades and reports tell the same story`(seed: UInt64) throws {
        var session = try RandomSession(seed: seed, withHouse: true)
        var traded: [OrderID: (quantity: FixedDecimal, quote: FixedDecimal)] = [:]
        var last: [OrderID: ExchangeOrder] = [:]
        var execution: Int64 = 0
        for _ in 0..<1500 {
            session.step()
            for case .execution(let report) in session.bourse.core.drainEvents() {
                #expect(report.executionID > execution, "seed \(seed)")
                execution = report.executionID
                if let before = last[report.order.id] {
                    #expect(before.status.isOpen, "a report after the end of order \(report.order.id), seed \(seed)")
                }
                last[report.order.id] = report.order
                guard let fill = report.fill else { continue }
                traded[report.order.id, default: (.zero, .zero)].quantity += fill.quantity
                traded[report.order.id, default: (.zero, .zero)].quote += report.lastQuote
            }
        }
        for (id, order) in last {
            let sums = traded[id] ?? (.zero, .zero)
            #expect(sums.quantity == order.executedQuantity && sums.quote == order.executedQuote, "seed \(seed)")
            let known = try session.bourse.core.order(
                OrderReference(id: id), market: Bourse.market, account: order.account)
            #expect(known.status == order.status, "order \(id) of seed \(seed)")
            let mine = try session.bourse.core.trades(
                TradeHistoryQuery(market: Bourse.market, order: id, limit: 1000), account: order.account)
            #expect(mine.reduce(.zero) { $0 + $1.quantity } == order.executedQuantity, "seed \(seed)")
            if order.status == .filled {
                #expect(order.executedQuantity + order.preventedQuantity == order.quantity, "seed \(seed)")
            }
            #expect(
                order.executedQuantity + order.preventedQuantity <= order.quantity
                    || order.quoteOrderQuantity.isPositive, "seed \(seed)")
        }
    }

    @Test(arguments: [41, 42] as [UInt64])
    func `the same session gives the same events`(seed: UInt64) throws {
        func run() throws -> [ExchangeEvent] {
            var session = try RandomSession(seed: seed, withHouse: true)
            for _ in 0..<400 { session.step() }
            return session.bourse.core.drainEvents()
        }
        #expect(try run() == run(), "seed \(seed)")
    }
}
