import Broker
import Market
import Testing
import Trading

/// One numbered promise of `Broker`, tried on every implementation.
struct ContractCase: Sendable, CustomTestStringConvertible {
    let number: Int
    let title: String
    let needs: Set<Ability>
    let run: @Sendable (ContractTrial) async throws -> Void

    init(
        _ number: Int, _ title: String, needs: Set<Ability> = [],
        _ run: @escaping @Sendable (ContractTrial) async throws -> Void
    ) {
        self.number = number
        self.title = title
        self.needs = needs
        self.run = run
    }

    var id: String { "TC-" + String(repeating: "0", count: 3 - String(number).count) + String(number) }
    var testDescription: String { "\(id) \(title)" }

    static let all = orders + conditional + refusals + account + faults + market
}

/// One case at work on one venue, with short words for orders and expectations.
final class ContractTrial: Sendable {
    let venue: any VenueUnderTest
    let events: EventLog<AccountEvent>
    let prefix: String

    init(_ venue: any VenueUnderTest, prefix: String) {
        self.venue = venue
        self.prefix = prefix
        events = EventLog(venue.broker.accountEvents())
    }

    var broker: any Broker { venue.broker }
    static let symbol = try! Symbol("BTC/USDT")
    static let other = try! Symbol("ETH/USDT")
    var symbol: Symbol { Self.symbol }

    func id(_ number: Int) -> ClientOrderID { ClientOrderID(prefix: prefix, number: number) }

    func order(
        _ number: Int, _ side: Side, _ instruction: OrderInstruction, _ quantity: FixedDecimal,
        on symbol: Symbol = ContractTrial.symbol
    ) -> OrderRequest {
        OrderRequest(
            clientID: id(number), symbol: symbol, side: side, instruction: instruction,
            amount: .base(Quantity(quantity)))
    }

    func limit(_ price: FixedDecimal, _ time: TimeInForce = .goodTillCancelled) -> OrderInstruction {
        .limit(Price(price), time)
    }

    func pair(
        _ number: Int, _ side: Side, _ quantity: FixedDecimal, target: FixedDecimal, stop: FixedDecimal,
        limit: FixedDecimal? = nil
    ) -> OrderPairRequest {
        OrderPairRequest(
            symbol: symbol, side: side, quantity: Quantity(quantity), target: Price(target), targetID: id(number),
            stop: Price(stop), stopLimit: limit.map { Price($0) }, stopID: id(number + 1))
    }

    /// Places a market order and lets it meet a price.
    func trade(_ number: Int, _ side: Side, _ quantity: FixedDecimal) async throws -> OrderReport {
        _ = try await broker.place(order(number, side, .market, quantity))
        try await venue.settle()
        return try await report(number)
    }

    /// The order as the venue knows it.
    func report(_ number: Int, on symbol: Symbol = ContractTrial.symbol) async throws -> OrderReport {
        let found = try await broker.order(.client(id(number)), on: symbol)
        return try #require(found, "order \(number) is not known")
    }

    func fills(_ symbol: Symbol = ContractTrial.symbol) async throws -> [FillReport] {
        try await broker.fills(FillRequest(symbol: symbol))
    }

    func balance(_ asset: String) async throws -> Balance {
        try await broker.balances().first { $0.asset == asset } ?? Balance(asset: asset, free: 0, locked: 0)
    }

    /// The code of the error that the call fails with; nil when it does not.
    func failure(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch let error as BrokerError {
            return error.code
        } catch {
            return "\(error)"
        }
    }

    /// The total of each asset is what it was given, moved by the fills to the last digit; nothing is held back when
    /// nothing is open.
    func checkBooks() async throws {
        var totals: [String: FixedDecimal] = ["USDT": 10_000, "BTC": 10]
        for symbol in [Self.symbol, Self.other] {
            for fill in try await fills(symbol) {
                let isBuy = fill.side == .buy
                let value = try fill.price.value.multiplied(by: fill.quantity.value, rounding: isBuy ? .up : .down)
                totals[symbol.base, default: 0] += isBuy ? fill.quantity.value : -fill.quantity.value
                totals[symbol.quote, default: 0] += isBuy ? -value : value
                totals[fill.fee.asset, default: 0] -= fill.fee.amount
            }
        }
        let balances = try await broker.balances()
        for (asset, total) in totals {
            let found = balances.first { $0.asset == asset }?.total ?? 0
            #expect(found == total, "\(asset) does not add up")
        }
        if try await broker.openOrders(on: nil).isEmpty {
            for balance in balances { #expect(balance.locked == 0, "\(balance.asset) is held back for nothing") }
        }
    }
}
