import Broker
import Market
import Testing
import Trading

extension ContractCase {
    static let market: [ContractCase] = [
        ContractCase(100, "markets are listed with their rules") { trial async throws in
            let instruments = try await trial.broker.instruments()
            let found = try #require(instruments.first { $0.symbol == trial.symbol })
            #expect(found.isTrading && found.hasOrderPairs)
            #expect(found.rules.priceTick == Price(FixedDecimal("0.01")!))
            #expect(found.rules.quantityStep == Quantity(FixedDecimal("0.00001")!))
            #expect(found.rules.minimumNotional == Money(5))
            #expect(found.orderKinds.isSuperset(of: [.market, .limit, .postOnly, .stopLimit, .takeProfitLimit]))
            #expect(instruments.contains { $0.symbol == ContractTrial.other })
        },
        ContractCase(101, "the ticker tells the last price") { trial async throws in
            try await trial.venue.setPrice(1010)
            let ticker = try await trial.broker.ticker(trial.symbol)
            #expect(ticker.last == Price(1010))
            if let bid = ticker.bid, let ask = ticker.ask { #expect(bid < ask) }
        },
        ContractCase(102, "an unknown symbol has no ticker and no candles") { trial async throws in
            let unknown = try Symbol("NOPE/USDT")
            #expect(await trial.failure { _ = try await trial.broker.ticker(unknown) } == "unknown_symbol")
            let request = CandleRequest(
                symbol: unknown, timeframe: .m1, from: Timestamp(milliseconds: 0), to: Timestamp(milliseconds: 1))
            #expect(await trial.failure { _ = try await trial.broker.candles(request) } == "unknown_symbol")
        },
        ContractCase(103, "candles come whole, in order, without the one in progress") { trial async throws in
            let now = try await trial.broker.serverTime()
            let day: Int64 = 86_400_000
            let candles = try await trial.broker.candles(
                CandleRequest(
                    symbol: trial.symbol, timeframe: .m1, from: Timestamp(milliseconds: now.milliseconds - 3 * day),
                    to: Timestamp(milliseconds: now.milliseconds + day)))
            #expect(candles.count >= 2499, "more than the thousand that one page has")
            for (earlier, later) in zip(candles, candles.dropFirst()) {
                #expect(later.openTime.milliseconds - earlier.openTime.milliseconds == 60_000)
            }
            let after = try await trial.broker.serverTime()
            if let last = candles.last { #expect(last.openTime.milliseconds + 60_000 <= after.milliseconds) }
        },
        ContractCase(104, "candles of a range, and no more than asked for") { trial async throws in
            let now = try await trial.broker.serverTime()
            let to = Timeframe.m1.openTime(containing: Timestamp(milliseconds: now.milliseconds - 3_600_000))
            let from = Timestamp(milliseconds: to.milliseconds - 1500 * 60_000)
            let request = CandleRequest(symbol: trial.symbol, timeframe: .m1, from: from, to: to)
            let all = try await trial.broker.candles(request)
            #expect(all.count == 1500)
            #expect(all.first?.openTime == from)
            var few = request
            few.limit = 7
            #expect(try await trial.broker.candles(few) == Array(all.prefix(7)))
        },
        ContractCase(105, "trades are told, their numbers rise", needs: [.trades]) { trial async throws in
            let log = EventLog(trial.broker.marketEvents([.trades(trial.symbol)]))
            #expect(await log.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            for price in [1001, 1002, 1003, 1002] { try await trial.venue.setPrice(FixedDecimal(price)) }
            #expect(
                await log.wait { events in
                    events.contains { if case .trade(_, let tick, _) = $0 { tick.price == 1003 } else { false } }
                })
            let numbers: [Int64] = log.all.compactMap { if case .trade(_, _, let id) = $0 { id } else { nil } }
            for (earlier, later) in zip(numbers, numbers.dropFirst()) { #expect(earlier < later) }
        },
        ContractCase(
            106, "after a cut the market feed comes back and says so", needs: [.trades, .connection]
        ) { trial async throws in
            let log = EventLog(trial.broker.marketEvents([.trades(trial.symbol)]))
            #expect(await log.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            try await trial.venue.inject(.streamsCut)
            #expect(
                await log.wait { events in
                    events.count { if case .connected = $0 { true } else { false } } == 2
                        && events.contains { if case .disconnected = $0 { true } else { false } }
                })
            try await trial.venue.setPrice(1007)
            #expect(
                await log.wait { events in
                    events.contains { if case .trade(_, let tick, _) = $0 { tick.price == 1007 } else { false } }
                })
        },
        ContractCase(107, "the candle at work is told as open", needs: [.trades]) { trial async throws in
            let log = EventLog(trial.broker.marketEvents([.candles(trial.symbol, .m1)]))
            #expect(await log.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            try await trial.venue.setPrice(1004)
            #expect(
                await log.wait { events in
                    events.contains {
                        if case .candle(_, .m1, let candle, _) = $0 { candle.high >= 1004 } else { false }
                    }
                })
        },
        ContractCase(110, "a closed broker answers nothing more, and its streams end") { trial async throws in
            #expect(await trial.events.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            await trial.broker.close()
            #expect(await !trial.events.wait { _ in false })
            #expect(await trial.failure { _ = try await trial.broker.balances() } != nil)
        },
    ]
}
