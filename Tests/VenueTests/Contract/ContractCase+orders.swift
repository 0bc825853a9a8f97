import Broker
import Market
import Testing
import Trading

extension ContractCase {
    static let orders: [ContractCase] = [
        ContractCase(1, "a market buy fills near the price") { trial async throws in
            let report = try await trial.trade(1, .buy, 1)
            #expect(report.status == .filled)
            #expect(report.filledQuantity == Quantity(1))
            let fills = try await trial.fills()
            #expect(fills.map(\.quantity.value).reduce(0, +) == 1)
            for fill in fills {
                #expect(fill.price > Price(999) && fill.price < Price(1001))
                #expect(fill.clientID == trial.id(1) || fill.venueOrderID == report.venueID)
                #expect(!fill.isMaker && fill.side == .buy)
            }
        },
        ContractCase(2, "a market sale fills near the price") { trial async throws in
            let report = try await trial.trade(1, .sell, 1)
            #expect(report.status == .filled)
            #expect(report.filledValue > Money(999) && report.filledValue < Money(1001))
        },
        ContractCase(3, "a market order in quote currency spends at most its amount") { trial async throws in
            let amount = Money(500)
            _ = try await trial.broker.place(
                OrderRequest(
                    clientID: trial.id(1), symbol: trial.symbol, side: .buy, instruction: .market,
                    amount: .quote(amount)))
            try await trial.venue.settle()
            let report = try await trial.report(1)
            #expect(report.status == .filled)
            #expect(report.filledValue <= amount && report.filledValue > Money(499))
        },
        ContractCase(4, "a limit order out of reach rests, is listed and holds its value back") { trial async throws in
            let report = try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1))
            #expect(report.status == .open)
            #expect(report.clientID == trial.id(1))
            let open = try await trial.broker.openOrders(on: trial.symbol)
            #expect(open.map(\.clientID) == [trial.id(1)])
            #expect(open.first?.instruction == trial.limit(900))
            #expect(try await trial.balance("USDT").locked >= 900)
        },
        ContractCase(5, "a resting order fills when the price goes through it, at its limit") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(950), 1))
            try await trial.venue.setPrice(940)
            let report = try await trial.report(1)
            #expect(report.status == .filled)
            #expect(report.filledValue <= Money(950))
            #expect(try await trial.fills().allSatisfy(\.isMaker))
        },
        ContractCase(6, "a cancelled order is told as cancelled, and its money is free again") { trial async throws in
            let placed = try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1))
            let ended = try await trial.broker.cancel(.venue(placed.venueID), on: trial.symbol)
            #expect(ended.status == .cancelled && ended.clientID == trial.id(1))
            #expect(try await trial.broker.openOrders(on: nil).isEmpty)
            #expect(try await trial.balance("USDT").free == 10_000)
        },
        ContractCase(7, "an order that has filled cannot be cancelled any more") { trial async throws in
            _ = try await trial.trade(1, .buy, 1)
            #expect(
                await trial.failure { _ = try await trial.broker.cancel(.client(trial.id(1)), on: trial.symbol) }
                    == "unknown_order")
            #expect(try await trial.report(1).status == .filled)
        },
        ContractCase(8, "an order that never was cannot be cancelled") { trial async throws in
            #expect(
                await trial.failure { _ = try await trial.broker.cancel(.client(trial.id(77)), on: trial.symbol) }
                    == "unknown_order")
        },
        ContractCase(9, "an order that is over is found by its client id") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1))
            let ended = try await trial.broker.cancel(.client(trial.id(1)), on: trial.symbol)
            let found = try await trial.report(1)
            #expect(found.status == .cancelled && found.venueID == ended.venueID)
            let same = try await trial.broker.order(.venue(ended.venueID), on: trial.symbol)
            #expect(same?.clientID == trial.id(1))
        },
        ContractCase(10, "an order that never was is answered with nothing, not with an error") { trial async throws in
            #expect(try await trial.broker.order(.client(trial.id(77)), on: trial.symbol) == nil)
        },
        ContractCase(11, "a second order under the client id of an open one is refused") { trial async throws in
            let request = trial.order(1, .buy, trial.limit(900), 1)
            _ = try await trial.broker.place(request)
            #expect(await trial.failure { _ = try await trial.broker.place(request) } == "duplicate_order")
            #expect(try await trial.broker.openOrders(on: nil).count == 1)
        },
        ContractCase(
            12, "a second order under the client id of one that is over is refused", needs: [.clientIDsForEver]
        ) { trial async throws in
            let request = trial.order(1, .buy, trial.limit(900), 1)
            _ = try await trial.broker.place(request)
            _ = try await trial.broker.cancel(.client(trial.id(1)), on: trial.symbol)
            #expect(await trial.failure { _ = try await trial.broker.place(request) } == "duplicate_order")
            #expect(try await trial.broker.openOrders(on: nil).isEmpty)
        },
        ContractCase(13, "open orders are listed by symbol and over all") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1))
            _ = try await trial.broker.place(trial.order(2, .buy, trial.limit(90), 1, on: ContractTrial.other))
            #expect(try await trial.broker.openOrders(on: trial.symbol).map(\.clientID) == [trial.id(1)])
            #expect(try await trial.broker.openOrders(on: ContractTrial.other).map(\.clientID) == [trial.id(2)])
            #expect(Set(try await trial.broker.openOrders(on: nil).map(\.clientID)) == [trial.id(1), trial.id(2)])
        },
        ContractCase(14, "a post-only order below the price rests") { trial async throws in
            let report = try await trial.broker.place(trial.order(1, .buy, .postOnly(Price(950)), 1))
            #expect(report.status == .open)
            #expect(try await trial.report(1).instruction == .postOnly(Price(950)))
        },
        ContractCase(15, "a post-only order that would take is refused") { trial async throws in
            #expect(
                await trial.failure {
                    _ = try await trial.broker.place(trial.order(1, .buy, .postOnly(Price(1050)), 1))
                } == "would_take")
            #expect(try await trial.broker.openOrders(on: nil).isEmpty)
        },
        ContractCase(16, "IOC out of reach ends at once, without a fill") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(950, .immediateOrCancel), 1))
            try await trial.venue.settle()
            #expect(try await trial.report(1).status == .expired)
            #expect(try await trial.fills().isEmpty)
        },
        ContractCase(17, "IOC within reach fills") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(1010, .immediateOrCancel), 1))
            try await trial.venue.settle()
            #expect(try await trial.report(1).status == .filled)
        },
        ContractCase(18, "FOK out of reach ends at once, without a fill") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .sell, trial.limit(1050, .fillOrKill), 1))
            try await trial.venue.settle()
            #expect(try await trial.report(1).status == .expired)
            #expect(try await trial.fills().isEmpty)
        },
        ContractCase(19, "FOK within reach fills whole") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .sell, trial.limit(990, .fillOrKill), 1))
            try await trial.venue.settle()
            #expect(try await trial.report(1).status == .filled)
        },
        ContractCase(
            20, "an order that is filled in part and cancelled keeps its part", needs: [.partialFills]
        ) { trial async throws in
            try await trial.venue.inject(.halfFills)
            let placed = try await trial.broker.place(trial.order(1, .buy, trial.limit(1010), 1))
            #expect(placed.status == .partiallyFilled)
            let ended = try await trial.broker.cancel(.client(trial.id(1)), on: trial.symbol)
            #expect(ended.status == .cancelled)
            #expect(ended.filledQuantity == Quantity(FixedDecimal("0.5")!))
            #expect(try await trial.fills().map(\.quantity.value).reduce(0, +) == FixedDecimal("0.5")!)
        },
        ContractCase(21, "IOC fills what there is and drops the rest", needs: [.partialFills]) { trial async throws in
            try await trial.venue.inject(.halfFills)
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(1010, .immediateOrCancel), 1))
            let report = try await trial.report(1)
            #expect(report.status == .expired)
            #expect(report.filledQuantity == Quantity(FixedDecimal("0.5")!))
        },
        ContractCase(22, "FOK takes nothing when there is not enough within its limit", needs: [.partialFills]) {
            trial async throws in
            // The venue shows one coin a tick.
            let tight = trial.limit(FixedDecimal("1000.02")!, .fillOrKill)
            _ = try await trial.broker.place(trial.order(1, .buy, tight, 5))
            #expect(try await trial.report(1).status == .expired)
            #expect(try await trial.fills().isEmpty)
        },
    ]

    static let conditional: [ContractCase] = [
        ContractCase(30, "a stop waits, and sells when the price falls to it") { trial async throws in
            let placed = try await trial.broker.place(
                trial.order(1, .sell, .stop(trigger: Price(950), limit: nil), 1))
            #expect(!placed.status.isTerminal)
            #expect(try await trial.balance("BTC").locked == 1)
            try await trial.venue.setPrice(960)
            #expect(try await trial.report(1).status == .open)
            try await trial.venue.setPrice(940)
            let report = try await trial.report(1)
            #expect(report.status == .filled)
            #expect(report.instruction == .stop(trigger: Price(950), limit: nil))
            #expect(report.filledValue < Money(951) && report.filledValue > Money(930))
        },
        ContractCase(31, "a stop with a limit beyond the price rests as a limit order once triggered") {
            trial async throws in
            _ = try await trial.broker.place(
                trial.order(1, .sell, .stop(trigger: Price(950), limit: Price(945)), 1))
            try await trial.venue.setPrice(930)
            #expect(try await trial.report(1).status == .open)
            try await trial.venue.setPrice(946)
            let report = try await trial.report(1)
            #expect(report.status == .filled)
            #expect(report.filledValue >= Money(945))
        },
        ContractCase(32, "a take-profit sells when the price rises to it") { trial async throws in
            _ = try await trial.broker.place(
                trial.order(1, .sell, .takeProfit(trigger: Price(1050), limit: nil), 1))
            try await trial.venue.setPrice(1060)
            #expect(try await trial.report(1).status == .filled)
        },
        ContractCase(33, "a buy stop buys when the price rises to it") { trial async throws in
            _ = try await trial.broker.place(
                trial.order(1, .buy, .stop(trigger: Price(1050), limit: Price(1080)), 1))
            try await trial.venue.setPrice(1060)
            let report = try await trial.report(1)
            #expect(report.status == .filled)
            #expect(report.filledValue <= Money(1080))
        },
        ContractCase(34, "a stop on the wrong side of the price is refused") { trial async throws in
            #expect(
                await trial.failure {
                    _ = try await trial.broker.place(
                        trial.order(1, .sell, .stop(trigger: Price(1050), limit: nil), 1))
                } == "would_trigger")
            #expect(
                await trial.failure {
                    _ = try await trial.broker.place(
                        trial.order(2, .sell, .takeProfit(trigger: Price(950), limit: nil), 1))
                } == "would_trigger")
            #expect(try await trial.balance("BTC").locked == 0)
        },
        ContractCase(35, "a waiting stop is cancelled like any order") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .sell, .stop(trigger: Price(950), limit: nil), 1))
            let ended = try await trial.broker.cancel(.client(trial.id(1)), on: trial.symbol)
            #expect(ended.status == .cancelled)
            try await trial.venue.setPrice(940)
            #expect(try await trial.fills().isEmpty)
        },
        ContractCase(40, "a pair holds its quantity back once, target and stop in this order") { trial async throws in
            let reports = try await trial.broker.placePair(trial.pair(1, .sell, 2, target: 1050, stop: 950))
            #expect(reports.map(\.clientID) == [trial.id(1), trial.id(2)])
            #expect(try await trial.broker.openOrders(on: trial.symbol).count == 2)
            #expect(try await trial.balance("BTC").locked == 2)
        },
        ContractCase(41, "the target of a pair fills and ends the stop") { trial async throws in
            _ = try await trial.broker.placePair(trial.pair(1, .sell, 2, target: 1050, stop: 950))
            try await trial.venue.setPrice(1060)
            #expect(try await trial.report(1).status == .filled)
            #expect(try await trial.report(2).status == .expired)
            #expect(try await trial.fills().map(\.quantity.value).reduce(0, +) == 2)
        },
        ContractCase(42, "the stop of a pair fills and ends the target") { trial async throws in
            _ = try await trial.broker.placePair(trial.pair(1, .sell, 2, target: 1050, stop: 950))
            try await trial.venue.setPrice(940)
            #expect(try await trial.report(1).status == .expired)
            #expect(try await trial.report(2).status == .filled)
            try await trial.venue.setPrice(1060)
            #expect(try await trial.fills().map(\.quantity.value).reduce(0, +) == 2)
        },
        ContractCase(43, "cancelling one half of a pair ends both") { trial async throws in
            _ = try await trial.broker.placePair(
                trial.pair(1, .sell, 2, target: 1050, stop: 950, limit: 940))
            _ = try await trial.broker.cancel(.client(trial.id(2)), on: trial.symbol)
            #expect(try await trial.broker.openOrders(on: nil).isEmpty)
            #expect(try await trial.report(1).status == .cancelled)
            #expect(try await trial.report(2).status == .cancelled)
        },
        ContractCase(44, "a pair on the wrong side of the price is refused whole") { trial async throws in
            #expect(
                await trial.failure {
                    _ = try await trial.broker.placePair(trial.pair(1, .sell, 2, target: 950, stop: 940))
                } == "would_trigger")
            #expect(try await trial.broker.openOrders(on: nil).isEmpty)
            #expect(try await trial.balance("BTC").locked == 0)
        },
    ]
}
