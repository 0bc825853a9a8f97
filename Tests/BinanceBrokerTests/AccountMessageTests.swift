import Broker
import Market
import Testing
import Trading
import Wording

@testable import BinanceBroker

@Suite("Account events") struct AccountMessageTests {
    private func message(_ name: String) throws -> AccountMessage {
        try AccountMessage(try Payload.document(name), book: try Payload.book())
    }

    private func parsed(_ text: String) throws -> AccountMessage {
        try AccountMessage(try JSONDocument(text), book: try Payload.book())
    }

    @Test func `an execution is a fill and the order as it stands now`() throws {
        guard case .event(.order(let order, let fill?)) = try message("executionReport_trade") else {
            Issue.record("no fill")
            return
        }
        #expect(order.clientID == ClientOrderID(prefix: "a7f3", number: 12))
        #expect(order.venueID == VenueOrderID("4293153"))
        #expect(order.status == .partiallyFilled)
        #expect(order.filledQuantity.description == "0.6")
        #expect(order.filledValue.description == "25200.05")
        #expect(order.instruction == .limit(Price(try #require(FixedDecimal("42000.1"))), .goodTillCancelled))
        #expect(order.createdAt.milliseconds == 1_499_405_650_000)
        #expect(fill.id == FillID("77"))
        #expect(fill.price.description == "42000.09")
        #expect(fill.quantity.description == "0.4")
        #expect(fill.fee == Fee(amount: try #require(FixedDecimal("0.0004")), asset: "BTC"))
        #expect(fill.isMaker)
        #expect(fill.side == .buy)
    }

    @Test func `a cancel bears the order's own name`() throws {
        guard case .event(.order(let order, nil)) = try message("executionReport_cancel") else {
            Issue.record("no order")
            return
        }
        #expect(order.clientID == ClientOrderID(prefix: "a7f3", number: 13))
        #expect(order.status == .cancelled)
        #expect(order.instruction == .stop(trigger: Price(39_500), limit: Price(39_000)))
    }

    @Test func `balances are those that changed`() throws {
        #expect(
            try message("outboundAccountPosition")
                == .event(
                    .balances([
                        Balance(asset: "ETH", free: 10_000, locked: 0),
                        Balance(asset: "USDT", free: FixedDecimal("0.10000001")!, locked: FixedDecimal("25.5")!),
                    ])))
    }

    @Test func `the rest is told apart`() throws {
        #expect(
            try parsed(#"{"subscriptionId":0,"event":{"e":"balanceUpdate","E":1,"a":"BTC","d":"1.0","T":2}}"#)
                == .event(.balanceMoved(asset: "BTC")))
        #expect(try parsed(#"{"event":{"e":"eventStreamTerminated","E":1}}"#) == .event(.terminated))
        #expect(try parsed(#"{"event":{"e":"serverShutdown","E":1}}"#) == .event(.shutdown))
        #expect(try parsed(#"{"subscriptionId":0,"event":{"e":"listStatus","g":1}}"#) == .event(.list))
        #expect(try parsed(#"{"event":{"e":"externalLockUpdate"}}"#) == .event(.other))
        #expect(try parsed(#"{"id":1,"status":200,"result":{"subscriptionId":0}}"#) == .done(id: 1))
        #expect(
            try parsed(
                #"{"id":1,"status":400,"error":{"code":-1021,"msg":"Timestamp for this request was 1000ms ahead"}}"#)
                == .refused(
                    VenueFault(status: 400, code: -1021, text: "Timestamp for this request was 1000ms ahead")))
        #expect(
            try parsed(
                #"{"id":1,"status":429,"error":{"code":-1003,"msg":"x","data":{"serverTime":1000,"retryAfter":5000}}}"#)
                == .refused(VenueFault(status: 429, code: -1003, text: "x", retryAfter: .seconds(4))))
    }

    @Test func `a market that is not known is named, not guessed`() throws {
        let text = String(decoding: try Payload.bytes("executionReport_trade"), as: UTF8.self)
            .replacing("BTCUSDT", with: "NEWUSDT")
        #expect(try parsed(text) == .event(.unknownMarket(spelling: "NEWUSDT")))
    }

    @Test(arguments: ["\"i\"", "\"q\"", "\"z\"", "\"L\"", "\"t\"", "\"x\"", "\"n\""])
    func `an execution without what matters is unreadable`(field: String) throws {
        let text = String(decoding: try Payload.bytes("executionReport_trade"), as: UTF8.self)
            .replacing(field, with: "\"none\"")
        #expect(throws: UnreadableReply.self) { try parsed(text) }
    }

    @Test func `a request is one line of JSON`() throws {
        var parameters = WireParameters()
        parameters.add("apiKey", "k\"")
        parameters.add("timestamp", number: 5)
        #expect(
            AccountMessage.request("userDataStream.subscribe.signature", id: 1, parameters)
                == #"{"id":1,"method":"userDataStream.subscribe.signature","params":{"apiKey":"k\"","timestamp":5}}"#)
    }

    @Test func `a repeated execution is no second fill, within a bounded memory`() throws {
        guard case .event(.order(_, let fill?)) = try message("executionReport_trade") else { return }
        var memory = FillMemory(capacity: 3)
        #expect(memory.isNew(fill) == true)
        #expect(memory.isNew(fill) == false)
        var other = fill
        for number in 1...3 {
            other.id = FillID(String(number))
            #expect(memory.isNew(other) == true)
            #expect(memory.isNew(other) == false)
        }
        // Three others have pushed it out.
        #expect(memory.isNew(fill) == true)
        other.symbol = try Symbol("ETH/BTC")
        #expect(memory.isNew(other) == true)
    }
}
