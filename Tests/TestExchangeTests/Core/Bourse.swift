import Market
import Testing

@testable import TestExchange

/// An exchange of one market, BASE/QUOTE in cents and thousandths, with three rich accounts and a clock set by hand.
final class Bourse {
    static let start = Timestamp(milliseconds: 1_700_000_000_000)
    static let market = MarketID(0)
    static let alice = AccountID(1)
    static let bob = AccountID(2)
    static let carol = AccountID(3)
    static let base = Asset("BASE")
    static let quote = Asset("QUOTE")

    let core: ExchangeCore
    var now = Bourse.start

    init(
        source: PriceSource = .manual(start: 100), house: HouseSettings? = nil,
        settings: ExchangeSettings = ExchangeSettings(), start: Timestamp = Bourse.start,
        change: (inout MarketDefinition) -> Void = { _ in }
    ) throws {
        now = start
        var definition = MarketDefinition(
            name: "BASEQUOTE", base: Self.base, quote: Self.quote, tick: decimal("0.01"), lot: decimal("0.001"),
            minimumNotional: 1)
        change(&definition)
        var quiet = HouseSettings()
        quiet.levels = 0
        core = try ExchangeCore(
            markets: [MarketSetup(definition, source: source, house: house ?? quiet)], settings: settings,
            start: start)
        for account in [Self.alice, Self.bob, Self.carol] {
            try core.openAccount(account, now: now)
            try core.credit(1_000_000, of: Self.base, to: account, now: now)
            try core.credit(100_000_000, of: Self.quote, to: account, now: now)
        }
        _ = core.drainEvents()
    }

    func limit(
        _ side: Side, _ quantity: FixedDecimal, at price: FixedDecimal, _ force: TimeInForce = .goodTillCancel
    ) -> NewOrder {
        NewOrder(
            market: Self.market, side: side, kind: .limit, timeInForce: force, quantity: quantity, price: price)
    }

    @discardableResult
    func place(_ order: NewOrder, by account: AccountID = Bourse.alice) throws -> PlacedOrder {
        try core.place(order, account: account, now: now)
    }

    func free(_ asset: Asset, of account: AccountID = Bourse.alice) -> FixedDecimal {
        balance(asset, of: account).free
    }

    func locked(_ asset: Asset, of account: AccountID = Bourse.alice) -> FixedDecimal {
        balance(asset, of: account).locked
    }

    private func balance(_ asset: Asset, of account: AccountID) -> Balance {
        core.accountState(account)?.balances.first { $0.asset == asset }
            ?? Balance(asset: asset, free: .zero, locked: .zero)
    }

    /// What an order is now.
    func order(_ placed: PlacedOrder) throws -> ExchangeOrder {
        try core.order(
            OrderReference(id: placed.order.id), market: Self.market, account: placed.order.account)
    }

    func refusal(_ body: () throws -> some Any) -> ExchangeRefusal? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? ExchangeRefusal
        }
    }
}

func decimal(_ text: String) -> FixedDecimal {
    FixedDecimal(text) ?? .zero
}
