import Broker
import Market
import Testing
import Trading
import Wording

@testable import BinanceBroker

@Suite("Checks before sending") struct OrderCheckTests {
    private func decimal(_ text: String) throws -> FixedDecimal { try #require(FixedDecimal(text)) }

    private func refusal(
        _ instruction: OrderInstruction, _ amount: OrderAmount, on symbol: String = "BTC/USDT"
    ) throws -> BrokerError? {
        let order = OrderRequest(
            clientID: ClientOrderID(prefix: "t", number: 1), symbol: try Symbol(symbol), side: .buy,
            instruction: instruction, amount: amount)
        let check = OrderCheck(market: try Payload.market(symbol))
        do throws(BrokerError) {
            try check.check(order)
            return nil
        } catch {
            return error
        }
    }

    private func base(_ text: String) throws -> OrderAmount { .base(Quantity(try decimal(text))) }
    private func limit(_ text: String) throws -> OrderInstruction {
        .limit(Price(try decimal(text)), .goodTillCancelled)
    }

    @Test func `an order within the rules passes`() throws {
        #expect(try refusal(limit("42000.01"), base("0.001")) == nil)
        #expect(try refusal(.market, base("0.00001")) == nil)
        #expect(try refusal(.market, .quote(Money(5))) == nil)
        #expect(
            try refusal(.stop(trigger: Price(40_000), limit: Price(decimal("39990.5"))), base("0.001")) == nil)
    }

    @Test func `a quantity off the step is refused with the step in words`() throws {
        let error = try refusal(limit("42000"), base("0.000015"))
        #expect(error?.code == "off_step")
        #expect(
            error?.message.english
                == "BTC/USDT: the quantity 0.000015 is not a multiple of the step 0.00001")
        #expect(try refusal(limit("42000.001"), base("0.001"))?.code == "off_step")
        #expect(
            try refusal(.stop(trigger: Price(decimal("40000.005")), limit: nil), base("0.001"))?.code == "off_step")
    }

    @Test func `quantities, prices and values out of bounds are refused`() throws {
        #expect(try refusal(limit("42000"), base("0.000001"))?.code == "out_of_range")
        #expect(try refusal(limit("42000"), base("9000.00001"))?.code == "out_of_range")
        #expect(try refusal(limit("0"), base("1"))?.code == "out_of_range")
        #expect(try refusal(limit("1000000.01"), base("1"))?.code == "out_of_range")
        #expect(try refusal(limit("42000"), base("0.0001"))?.code == "out_of_range")
        #expect(try refusal(limit("42000"), base("1000"))?.code == "out_of_range")
        #expect(try refusal(.market, base("120.1"))?.code == "out_of_range")
        #expect(try refusal(limit("42000"), base("-1"))?.code == "out_of_range")
        #expect(try refusal(.market, .quote(Money(decimal("4.99"))))?.code == "out_of_range")
    }

    @Test func `a value beyond counting is refused, not a crash`() throws {
        let huge = FixedDecimal.limit.description
        let error = try refusal(limit(huge), base(huge), on: "SHIB/USDT")
        #expect(error?.code == "out_of_range")
    }

    @Test func `a closed market is refused with the venue's word for its state`() throws {
        let error = try refusal(limit("0.05"), base("1"), on: "ETH/BTC")
        #expect(error?.code == "market_closed")
        #expect(error?.message.english.contains("HALT") == true)
    }

    @Test func `a kind of order that the market lacks is unsupported`() throws {
        #expect(try refusal(.postOnly(Price(1)), base("10"), on: "SHIB/USDT")?.code == "unsupported")
        #expect(try refusal(limit("1"), .quote(Money(10)))?.code == "unsupported")
    }

    @Test func `a pair is checked on both legs and on their order`() throws {
        let market = try Payload.market("BTC/USDT")
        func code(_ side: Side, target: String, stop: String, quantity: String = "0.01") throws -> String? {
            let pair = OrderPairRequest(
                symbol: market.symbol, side: side, quantity: Quantity(try decimal(quantity)),
                target: Price(try decimal(target)), targetID: ClientOrderID(prefix: "t", number: 1),
                stop: Price(try decimal(stop)), stopID: ClientOrderID(prefix: "t", number: 2))
            do throws(BrokerError) {
                try OrderCheck(market: market).check(pair)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(try code(.sell, target: "45000", stop: "40000") == nil)
        #expect(try code(.buy, target: "40000", stop: "45000") == nil)
        #expect(try code(.sell, target: "40000", stop: "45000") == "would_trigger")
        #expect(try code(.buy, target: "45000", stop: "45000") == "would_trigger")
        #expect(try code(.sell, target: "45000.001", stop: "40000") == "off_step")
        #expect(try code(.sell, target: "45000", stop: "40000.001") == "off_step")
        #expect(try code(.sell, target: "45000", stop: "40000", quantity: "0") == "out_of_range")
    }
}
