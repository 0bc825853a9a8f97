import Broker
import Market
import Storage

import Testing
import Trading
import Wording

/// The paper broker over PostgreSQL, on prices that the test sets.
final class PaperVenue: VenueUnderTest {
    private let paper: PaperBroker
    private let market: HandMarket
    private let store: FaultyPaperStore
    var broker: any Broker { paper }

    static let abilities: [Ability: String?] = [
        .partialFills: "a price has no depth: an order is filled whole, or cut by the balance",
        .clientIDsForEver: nil,
        .connection: "there is none: the account lives in this process",
        .keys: "there are none: who may use the store may use its accounts",
        .clock: "it goes by the clock that it is given",
        .maintenance: "there is nobody who could close it",
        .trades: nil,
        .store: nil,
    ]

    private init(_ paper: PaperBroker, _ market: HandMarket, _ store: FaultyPaperStore) {
        self.paper = paper
        self.market = market
        self.store = store
    }

    static func with(
        _ fill: PaperMarketFill, _ body: (PaperVenue) async throws -> Void
    ) async throws {
        let settings = try PaperAccountSettings(
            fees: FeeRates(maker: FixedDecimal("0.001")!, taker: FixedDecimal("0.001")!), marketFill: fill)
        let (accounts, account) = try await PaperDatabase.account(
            settings, balances: ["USDT": 10_000, "BTC": 10])
        let store = FaultyPaperStore(accounts)
        let market = HandMarket(
            prices: [ContractTrial.symbol: 1000, ContractTrial.other: 100],
            candles: try VenueCandles.before(Store.systemTime()), now: Store.systemTime)
        let paper = try await PaperBroker(
            account: account, in: store, prices: market,
            options: PaperBrokerOptions(followsTrades: false) { Store.systemTime() })
        try await body(PaperVenue(paper, market, store))
        await paper.close()
    }

    func setPrice(_ price: FixedDecimal) async throws {
        market.setPrice(price, of: ContractTrial.symbol)
        await play(price)
    }

    func settle() async throws {
        await play(try #require(market.price(ContractTrial.symbol)))
    }

    private func play(_ price: FixedDecimal) async {
        let value = price.double
        await paper.take(
            MatchingBar(open: value, high: value, low: value, close: value, time: Store.systemTime(), index: 0),
            on: ContractTrial.symbol)
    }

    func setTrading(_ isTrading: Bool) async throws {
        market.setTrading(isTrading)
        // The broker learns of it when the markets are listed anew.
        _ = try await paper.instruments()
    }

    func inject(_ fault: VenueFault) async throws {
        switch fault {
        case .orderReplyLost, .orderStatusUnknown: store.fail(.lostAnswer)
        case .storeUnavailable: store.fail(.unavailable)
        default: Issue.record("the paper venue has no fault \(fault)")
        }
    }

    func other(_ keys: OtherKeys) async throws -> any Broker {
        Issue.record("the paper venue has no keys")
        return paper
    }
}

/// 2,500 minutes that have closed, at prices around 1000.
enum VenueCandles {
    static func before(_ now: Timestamp) throws -> CandleSeries {
        let last = Timeframe.m1.openTime(containing: now).milliseconds
        return try CandleSeries(
            symbol: ContractTrial.symbol, timeframe: .m1,
            candles: (0..<2500).map { place in
                let price = 990 + Double(place % 17)
                return Candle(
                    openTime: Timestamp(milliseconds: last - Int64(2500 - place) * 60_000), open: price,
                    high: price + 12, low: price - 12, close: place == 2499 ? 1000 : price + 1, volume: 5)
            })
    }
}
