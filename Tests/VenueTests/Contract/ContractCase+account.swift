import Broker
import Market
import Testing
import Trading

extension ContractCase {
    static let account: [ContractCase] = [
        ContractCase(60, "fills are listed oldest first, and after one of them") { trial async throws in
            for number in 1...3 { _ = try await trial.trade(number, .buy, 1) }
            let all = try await trial.fills()
            #expect(all.map(\.time) == all.map(\.time).sorted())
            #expect(Set(all.map(\.id)).count == all.count && all.count >= 3)
            let later = try await trial.broker.fills(FillRequest(symbol: trial.symbol, after: all[0].id))
            #expect(later == Array(all.dropFirst()))
        },
        ContractCase(61, "fills of one order only") { trial async throws in
            for number in 1...2 { _ = try await trial.trade(number, .buy, 1) }
            let second = try await trial.report(2)
            let fills = try await trial.broker.fills(FillRequest(symbol: trial.symbol, order: second.venueID))
            #expect(!fills.isEmpty && fills.allSatisfy { $0.venueOrderID == second.venueID })
            #expect(fills.map(\.quantity.value).reduce(0, +) == 1)
        },
        ContractCase(62, "fills since a time, and no more than asked for, the oldest") { trial async throws in
            for number in 1...3 { _ = try await trial.trade(number, .sell, 1) }
            let all = try await trial.fills()
            let last = try #require(all.last)
            let since = try await trial.broker.fills(FillRequest(symbol: trial.symbol, since: last.time))
            #expect(since.contains(last))
            let two = try await trial.broker.fills(FillRequest(symbol: trial.symbol, limit: 2))
            #expect(two == Array(all.prefix(2)))
            let never = Timestamp(milliseconds: last.time.milliseconds + 3_600_000)
            #expect(try await trial.broker.fills(FillRequest(symbol: trial.symbol, since: never)).isEmpty)
        },
        ContractCase(63, "asking for the most fills there can be answers all of them") { trial async throws in
            for number in 1...3 { _ = try await trial.trade(number, .buy, 1) }
            let all = try await trial.broker.fills(FillRequest(symbol: trial.symbol, limit: FillRequest.largestLimit))
            #expect(all == (try await trial.fills()))
        },
        ContractCase(70, "each change of the account is told: the order, its fill, the balances") {
            trial async throws in
            #expect(await trial.events.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            _ = try await trial.trade(1, .buy, 1)
            let id = trial.id(1)
            #expect(
                await trial.events.wait { events in
                    var isFilled = false
                    var quantity: FixedDecimal = 0
                    var hasBalances = false
                    for event in events {
                        switch event {
                        case .orderChanged(let report):
                            if report.clientID == id, report.status == .filled { isFilled = true }
                        case .filled(let fill): if fill.clientID == id { quantity += fill.quantity.value }
                        case .balancesChanged(let balances):
                            if balances.contains(where: { $0.asset == "BTC" && $0.total > 10 }) { hasBalances = true }
                        case .connected, .disconnected: break
                        }
                    }
                    return isFilled && quantity == 1 && hasBalances
                })
        },
        ContractCase(71, "a cancel is told") { trial async throws in
            #expect(await trial.events.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1))
            _ = try await trial.broker.cancel(.client(trial.id(1)), on: trial.symbol)
            let id = trial.id(1)
            #expect(
                await trial.events.wait { events in
                    let told: [OrderStatus] = events.compactMap { event in
                        guard case .orderChanged(let report) = event, report.clientID == id else { return nil }
                        return report.status
                    }
                    return told.first == .open && told.last == .cancelled
                })
        },
        ContractCase(72, "the fill of a resting order is told with the order's client id") { trial async throws in
            #expect(await trial.events.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(950), 1))
            try await trial.venue.setPrice(940)
            let id = trial.id(1)
            #expect(
                await trial.events.wait { events in
                    let filled: [FixedDecimal] = events.compactMap { event in
                        guard case .filled(let fill) = event, fill.clientID == id else { return nil }
                        return fill.quantity.value
                    }
                    return filled.reduce(0, +) == 1
                })
        },
        ContractCase(
            73, "after a cut the feed comes back and says so, and goes on telling", needs: [.connection]
        ) { trial async throws in
            #expect(await trial.events.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            try await trial.venue.inject(.streamsCut)
            #expect(
                await trial.events.wait { events in
                    events.count { if case .connected = $0 { true } else { false } } == 2
                        && events.contains { if case .disconnected = $0 { true } else { false } }
                })
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1))
            let id = trial.id(1)
            #expect(
                await trial.events.wait { events in
                    events.contains {
                        if case .orderChanged(let report) = $0 { report.clientID == id } else { false }
                    }
                })
        },
        ContractCase(74, "a fill that the venue tells twice is told once", needs: [.connection]) { trial async throws in
            #expect(await trial.events.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            try await trial.venue.inject(.eventsTwice)
            _ = try await trial.trade(1, .buy, 1)
            _ = try await trial.trade(2, .sell, 1)
            let second = trial.id(2)
            #expect(
                await trial.events.wait { events in
                    events.contains {
                        if case .orderChanged(let report) = $0 {
                            report.clientID == second && report.status == .filled
                        } else {
                            false
                        }
                    }
                })
            let fills: [FillReport] = trial.events.all.compactMap {
                if case .filled(let fill) = $0 { fill } else { nil }
            }
            #expect(Set(fills.map(\.id)).count == fills.count)
        },
        ContractCase(75, "two listeners hear the same") { trial async throws in
            let second = EventLog(trial.broker.accountEvents())
            for log in [trial.events, second] {
                #expect(await log.wait { $0.contains { if case .connected = $0 { true } else { false } } })
            }
            _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1))
            let id = trial.id(1)
            for log in [trial.events, second] {
                #expect(
                    await log.wait { events in
                        events.contains {
                            if case .orderChanged(let report) = $0 { report.clientID == id } else { false }
                        }
                    })
            }
        },
    ]
}
