import Market
import Testing

@testable import TestExchange

@Suite struct PlacingTests {
    @Test func `a limit order locks its funds, trades at the maker's price and pays its commission in what it gets`()
        throws
    {
        let bourse = try Bourse()
        let ask = try bourse.place(bourse.limit(.sell, 2, at: 101), by: Bourse.bob)
        #expect(ask.order.status == .new)
        #expect(bourse.locked(Bourse.base, of: Bourse.bob) == 2)
        let bid = try bourse.place(bourse.limit(.buy, 3, at: 102))
        #expect(bid.order.status == .partiallyFilled)
        #expect(bid.fills.map(\.price) == [101])
        #expect(bid.fills.map(\.commission) == [decimal("0.002")])
        #expect(bid.fills.map(\.commissionAsset) == [Bourse.base])
        #expect(bid.order.executedQuote == 202)
        #expect(bourse.free(Bourse.base) == decimal("1000001.998"))
        #expect(bourse.locked(Bourse.quote) == 102)
        #expect(bourse.free(Bourse.quote) == decimal("99999696"))
        #expect(try bourse.order(ask).status == .filled)
        #expect(bourse.free(Bourse.quote, of: Bourse.bob) == decimal("100000201.798"))
    }
}
