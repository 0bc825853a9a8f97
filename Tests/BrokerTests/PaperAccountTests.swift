import Broker
import Market
import Testing
import Trading

@Suite("A paper account")
struct PaperAccountTests {
    private typealias Fixture = PaperFixture

    private func balance(_ account: PaperAccount, _ asset: String) -> String {
        guard let balance = account.balances.first(where: { $0.asset == asset }) else { return "0/0" }
        return "\(balance.free)/\(balance.locked)"
    }

    private func rejection(_ body: () throws -> Void) -> BrokerError.Rejection? {
        do {
            try body()
            return nil
        } catch BrokerError.rejected(let rejection, _) {
            return rejection
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("a limit buy holds back its value and its fee, and gives them back when it is cancelled")
    func holdOfABuy() throws {
        var account = try Fixture.account(cash: 1000)
        let report = try account.place(
            Fixture.order(1, .buy, .limit(Price(100), .goodTillCancelled), 2), now: Fixture.time(1))
        #expect(report.status == .open)
        #expect(balance(account, "USDT") == "799.8/200.2")
        let cancelled = try account.cancel(.venue(report.venueID), on: Fixture.symbol, now: Fixture.time(2))
        #expect(cancelled.status == .cancelled)
        #expect(balance(account, "USDT") == "1000/0")
    }

    @Test("a limit order fills at its price when the price trades through it, not when it is only touched")
    func limitFill() throws {
        var account = try Fixture.account(cash: 1000)
        account.take(Fixture.tick(105), on: Fixture.symbol)
        _ = try account.place(Fixture.order(1, .buy, .limit(Price(100), .goodTillCancelled), 2), now: Fixture.time(1))
        account.take(Fixture.bar(105, 106, 100, 101, minute: 2), on: Fixture.symbol)
        #expect(account.openOrders.count == 1)
        account.take(Fixture.bar(101, 102, 99, 100, minute: 3), on: Fixture.symbol)
        #expect(account.openOrders.isEmpty)
        let fill = try #require(account.takeChanges().fills.first)
        #expect(
            fill.price == Price(100) && fill.isMaker && fill.fee == Fee(amount: FixedDecimal("0.2")!, asset: "USDT"))
        #expect(balance(account, "USDT") == "799.8/0")
        #expect(balance(account, "BTC") == "2/0")
    }

    @Test("a target fills at its price when it is only touched, before and after the account is opened again")
    func target() throws {
        for isReopened in [false, true] {
            var account = try Fixture.account(cash: 0, base: 2)
            account.take(Fixture.tick(100), on: Fixture.symbol)
            var order = Fixture.order(1, .sell, .limit(Price(105), .goodTillCancelled), 2)
            order.isTarget = true
            _ = try account.place(order, now: Fixture.time(1))
            if isReopened {
                account = try PaperAccount(
                    PaperSnapshot(
                        settings: account.settings, balances: account.balances, openOrders: account.openOrders,
                        nextOrder: 2), instruments: account.instruments)
            }
            account.take(Fixture.bar(100, 104.99, 99, 100, minute: 2), on: Fixture.symbol)
            #expect(account.openOrders.count == 1)
            account.take(Fixture.bar(100, 105, 99, 100, minute: 3), on: Fixture.symbol)
            let fill = try #require(account.takeChanges().fills.first)
            #expect(fill.price == Price(105) && fill.isMaker)
            #expect(account.openOrders.isEmpty)
        }
    }

    @Test("a stop of a holding sells at its price when it is touched, or at the open beyond it")
    func stop() throws {
        for (bar, price) in [(Fixture.bar(100, 101, 95, 96), 95), (Fixture.bar(90, 91, 89, 90), 90)] {
            var account = try Fixture.account(cash: 0, base: 3)
            account.take(Fixture.tick(100), on: Fixture.symbol)
            _ = try account.place(
                Fixture.order(1, .sell, .stop(trigger: Price(95), limit: nil), 3), now: Fixture.time(1))
            #expect(balance(account, "BTC") == "0/3")
            account.take(bar, on: Fixture.symbol)
            let fill = try #require(account.takeChanges().fills.first)
            #expect(fill.price == Price(FixedDecimal(price)) && !fill.isMaker)
            #expect(balance(account, "BTC") == "0/0")
        }
    }

    @Test("a stop with a limit becomes a limit order: it fills at the trigger, or waits when the price has gone past")
    func stopLimit() throws {
        var account = try Fixture.account(cash: 0, base: 3)
        account.take(Fixture.tick(100), on: Fixture.symbol)
        let instruction = OrderInstruction.stop(trigger: Price(95), limit: Price(94))
        _ = try account.place(Fixture.order(1, .sell, instruction, 3), now: Fixture.time(1))
        account.take(Fixture.bar(92, 93, 90, 91, minute: 2), on: Fixture.symbol)
        #expect(account.openOrders.first?.isTriggered == true)
        #expect(balance(account, "BTC") == "0/3")
        account.take(Fixture.bar(91, 94.5, 91, 94, minute: 3), on: Fixture.symbol)
        #expect(account.takeChanges().fills.first?.price == Price(94))

        _ = try account.place(
            Fixture.order(2, .buy, .stop(trigger: Price(97), limit: Price(98)), 1), now: Fixture.time(4))
        account.take(Fixture.bar(95, 99, 95, 98, minute: 5), on: Fixture.symbol)
        #expect(account.takeChanges().fills.first?.price == Price(97))
    }

    @Test("a take-profit at market pays the taker's fee at its trigger")
    func takeProfit() throws {
        var account = try Fixture.account(cash: 0, base: 1)
        account.take(Fixture.tick(100), on: Fixture.symbol)
        _ = try account.place(
            Fixture.order(1, .sell, .takeProfit(trigger: Price(110), limit: nil), 1), now: Fixture.time(1))
        account.take(Fixture.bar(100, 110, 99, 109, minute: 2), on: Fixture.symbol)
        let fill = try #require(account.takeChanges().fills.first)
        #expect(fill.price == Price(110) && !fill.isMaker)
        #expect(fill.fee.amount == FixedDecimal("0.22")!)
    }

    @Test("of a pair the first one reached ends the other, and the base is held back once", arguments: [true, false])
    func pair(rises: Bool) throws {
        var account = try Fixture.account(cash: 0, base: 2)
        account.take(Fixture.tick(100), on: Fixture.symbol)
        let reports = try account.placePair(Fixture.pair(1, .sell, 2, target: 110, stop: 90), now: Fixture.time(1))
        #expect(reports.count == 2)
        #expect(balance(account, "BTC") == "0/2")
        account.take(rises ? Fixture.bar(100, 110, 99, 108) : Fixture.bar(100, 101, 90, 92), on: Fixture.symbol)
        let changes = account.takeChanges()
        #expect(changes.fills.count == 1)
        #expect(changes.orders[1]?.status == (rises ? .filled : .expired))
        #expect(changes.orders[2]?.status == (rises ? .expired : .filled))
        #expect(account.openOrders.isEmpty)
        #expect(balance(account, "BTC") == "0/0")
    }

    @Test("cancelling one half of a pair cancels both")
    func pairCancel() throws {
        for half in [1, 2] {
            var account = try Fixture.account(cash: 0, base: 2)
            account.take(Fixture.tick(100), on: Fixture.symbol)
            _ = try account.placePair(Fixture.pair(1, .sell, 2, target: 110, stop: 90, limit: 89), now: Fixture.time(1))
            _ = try account.cancel(.venue(VenueOrderID("\(half)")), on: Fixture.symbol, now: Fixture.time(2))
            #expect(account.openOrders.isEmpty)
            #expect(balance(account, "BTC") == "2/0")
        }
    }

    @Test("the stop of a pair that becomes a limit order keeps the hold and lives on alone")
    func pairStopLimit() throws {
        var account = try Fixture.account(cash: 0, base: 2)
        account.take(Fixture.tick(100), on: Fixture.symbol)
        _ = try account.placePair(Fixture.pair(1, .sell, 2, target: 110, stop: 90, limit: 89), now: Fixture.time(1))
        account.take(Fixture.bar(85, 86, 84, 85, minute: 2), on: Fixture.symbol)
        #expect(account.openOrders.map(\.number) == [2])
        #expect(balance(account, "BTC") == "0/2")
        account.take(Fixture.bar(88, 90, 87, 90, minute: 3), on: Fixture.symbol)
        #expect(account.takeChanges().fills.first?.price == Price(89))
        #expect(balance(account, "BTC") == "0/0")
    }

    @Test("IOC and FOK meet the next price or nothing", arguments: [TimeInForce.immediateOrCancel, .fillOrKill])
    func immediate(_ time: TimeInForce) throws {
        var account = try Fixture.account(cash: 1000)
        account.take(Fixture.tick(100), on: Fixture.symbol)
        _ = try account.place(Fixture.order(1, .buy, .limit(Price(99), time), 1), now: Fixture.time(1))
        account.take(Fixture.bar(100, 101, 98, 100, minute: 2), on: Fixture.symbol)
        #expect(account.takeChanges().orders[1]?.status == .expired)
        #expect(balance(account, "USDT") == "1000/0")
        _ = try account.place(Fixture.order(2, .buy, .limit(Price(101), time), 1), now: Fixture.time(3))
        account.take(Fixture.bar(100, 101, 98, 100, minute: 4), on: Fixture.symbol)
        #expect(account.takeChanges().fills.first?.price == Price(100))
    }

    @Test("what the cash does not cover at the next price is cut to it, and the rest is dropped")
    func cut() throws {
        var account = try Fixture.account(cash: 100)
        account.take(Fixture.tick(100), on: Fixture.symbol)
        _ = try account.place(Fixture.order(1, .buy, .market, 1), now: Fixture.time(1))
        account.take(Fixture.tick(101, minute: 2), on: Fixture.symbol)
        let order = try #require(account.takeChanges().orders[1])
        #expect(order.status == .expired)
        #expect(order.filledQuantity == Quantity(FixedDecimal("0.988")!))
    }

    @Test("an order in quote currency is sized at the price it meets")
    func quoteAmount() throws {
        for (side, amount, quantity) in [(Side.buy, 250, "2.475"), (.sell, 250, "2.475")] {
            var account = try Fixture.account(cash: 1000, base: 5)
            account.take(Fixture.tick(100), on: Fixture.symbol)
            _ = try account.place(
                OrderRequest(
                    clientID: ClientOrderID(prefix: "t", number: 1), symbol: Fixture.symbol, side: side,
                    instruction: .market, amount: .quote(Money(FixedDecimal(amount)))), now: Fixture.time(1))
            account.take(Fixture.tick(101, minute: 2), on: Fixture.symbol)
            #expect(account.takeChanges().fills.first?.quantity == Quantity(FixedDecimal(quantity)!))
        }
    }

    @Test("with fills at the last price a market order is filled in the answer, and refused when it is not covered")
    func lastPrice() throws {
        var account = try Fixture.account(cash: 1000, fill: .lastPrice)
        #expect(throws: BrokerError.self) {
            try account.place(Fixture.order(1, .buy, .market, 1), now: Fixture.time(1))
        }
        account.take(Fixture.tick(100), on: Fixture.symbol)
        let report = try account.place(Fixture.order(1, .buy, .market, 1), now: Fixture.time(1))
        #expect(report.status == .filled && report.fills.first?.price == Price(100))
        #expect(
            rejection { _ = try account.place(Fixture.order(2, .buy, .market, 9), now: Fixture.time(2)) }
                == .insufficientBalance)
        let limit = try account.place(
            Fixture.order(3, .buy, .limit(Price(105), .goodTillCancelled), 1), now: Fixture.time(2))
        #expect(limit.status == .filled && limit.fills.first?.price == Price(100))
        let killed = try account.place(Fixture.order(4, .buy, .limit(Price(95), .fillOrKill), 1), now: Fixture.time(2))
        #expect(killed.status == .expired)
    }

    @Test("what a venue refuses is refused with its word")
    func refusals() throws {
        var account = try Fixture.account(cash: 1000, base: 1)
        account.take(Fixture.tick(100), on: Fixture.symbol)
        func place(_ request: OrderRequest) -> BrokerError.Rejection? {
            rejection { _ = try account.place(request, now: Fixture.time(1)) }
        }
        let gtc = TimeInForce.goodTillCancelled
        #expect(place(Fixture.order(1, .buy, .market, 1, on: try Symbol("XXX/USDT"))) == .unknownSymbol)
        #expect(place(Fixture.order(1, .buy, .limit(Price(100), gtc), FixedDecimal("0.0005")!)) == .offStep)
        #expect(place(Fixture.order(1, .buy, .limit(Price(FixedDecimal("100.001")!), gtc), 1)) == .offStep)
        #expect(place(Fixture.order(1, .buy, .limit(Price(100), gtc), FixedDecimal("0.05")!)) == .outOfRange)
        #expect(place(Fixture.order(1, .buy, .limit(Price(100), gtc), 2000)) == .outOfRange)
        #expect(place(Fixture.order(1, .buy, .limit(Price(100), gtc), 0)) == .outOfRange)
        #expect(place(Fixture.order(1, .buy, .limit(Price(-1), gtc), 1)) == .outOfRange)
        #expect(place(Fixture.order(1, .buy, .limit(Price(100), gtc), 11)) == .insufficientBalance)
        #expect(place(Fixture.order(1, .sell, .limit(Price(100), gtc), 2)) == .insufficientBalance)
        #expect(place(Fixture.order(1, .buy, .postOnly(Price(100)), 1)) == .wouldTake)
        #expect(place(Fixture.order(1, .sell, .stop(trigger: Price(100), limit: nil), 1)) == .wouldTrigger)
        #expect(place(Fixture.order(1, .sell, .takeProfit(trigger: Price(99), limit: nil), 1)) == .wouldTrigger)
        #expect(place(Fixture.order(1, .buy, .postOnly(Price(99)), 1)) == nil)
        #expect(place(Fixture.order(1, .buy, .postOnly(Price(99)), 1)) == .duplicateOrder)
        try account.list(Fixture.instrument(isTrading: false))
        #expect(place(Fixture.order(2, .buy, .market, 1)) == .marketClosed)
        #expect(
            rejection {
                _ = try account.cancel(.venue(VenueOrderID("7")), on: Fixture.symbol, now: Fixture.time(1))
            } == .unknownOrder)
    }
}
