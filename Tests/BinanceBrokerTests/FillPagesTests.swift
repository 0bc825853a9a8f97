import Broker
import Market
import Testing
import Trading

@testable import BinanceBroker

@Suite("Fills in pages") struct FillPagesTests {
    private let market: VenueMarket

    init() throws {
        market = try Payload.market("BTC/USDT")
    }

    private func request(
        order: VenueOrderID? = nil, after: FillID? = nil, since: Timestamp? = nil, limit: Int = 1000
    ) -> FillRequest {
        FillRequest(symbol: market.symbol, order: order, after: after, since: since, limit: limit)
    }

    private func rows(_ ids: [Int], order: Int = 7) throws -> JSONDocument {
        try JSONDocument(
            "["
                + ids.map {
                    "{\"id\":\($0),\"orderId\":\(order),\"price\":\"4\",\"qty\":\"1\",\"commission\":\"0\","
                        + "\"commissionAsset\":\"BNB\",\"time\":\(1_499_865_549_000 + $0),\"isBuyer\":true,"
                        + "\"isMaker\":false}"
                }.joined(separator: ",") + "]")
    }

    @Test func `rows become fills`() throws {
        var pages = try FillPages(request(), on: market)
        #expect(try pages.next?.query == "symbol=BTCUSDT&fromId=0&limit=1000")
        try pages.take(try Payload.document("my_trades"))
        #expect(pages.fills.map(\.side) == [.buy, .sell])
        #expect(pages.fills.map(\.isMaker) == [false, true])
        #expect(pages.fills[0].price.description == "4.000001")
        #expect(pages.fills[0].fee == Fee(amount: FixedDecimal("10.1")!, asset: "BNB"))
        #expect(try pages.next == nil)
    }

    @Test func `a start time opens the walk, numbers go on with it`() throws {
        var pages = try FillPages(
            request(since: Timestamp(milliseconds: 1_499_865_549_010), limit: 5000), on: market)
        #expect(try pages.next?.query == "symbol=BTCUSDT&startTime=1499865549010&limit=1000")
        try pages.take(try rows(Array(10..<1010)))
        #expect(try pages.next?.query == "symbol=BTCUSDT&fromId=1010&limit=1000")
        try pages.take(try rows([1010, 1012]))
        #expect(try pages.next == nil)
        #expect(pages.fills.count == 1002)
    }

    @Test func `the executions of an order are asked by its number, others and earlier ones left out`() throws {
        var pages = try FillPages(
            request(order: VenueOrderID("7"), after: FillID("11"), since: Timestamp(milliseconds: 1_499_865_549_014)),
            on: market)
        #expect(try pages.next?.query == "symbol=BTCUSDT&orderId=7&fromId=12&limit=1000")
        try pages.take(try rows([12, 13, 14, 15]))
        #expect(pages.fills.map(\.id.text) == ["14", "15"])
    }

    @Test func `a limit keeps the oldest`() throws {
        var pages = try FillPages(request(limit: 2), on: market)
        try pages.take(try rows([1, 2, 3]))
        #expect(pages.fills.map(\.id.text) == ["1", "2"])
        #expect(try pages.next == nil)
    }

    @Test func `rows that go back are refused, not repeated for ever`() throws {
        var pages = try FillPages(request(after: FillID("5")), on: market)
        let old = try rows([5])
        #expect(throws: UnreadableReply.self) { try pages.take(old) }
        let twice = try rows([6, 6])
        #expect(throws: UnreadableReply.self) { try pages.take(twice) }
    }

    @Test func `names that are no numbers are refused before anything is asked`() throws {
        #expect(throws: BrokerError.self) { try FillPages(request(after: FillID("x")), on: market) }
        let pages = try FillPages(request(order: VenueOrderID("x")), on: market)
        #expect(throws: BrokerError.self) { try pages.next }
    }
}
