import Broker
import Testing
import Wording

@testable import BinanceBroker

@Suite("Faults of the venue") struct VenueFaultTests {
    private func error(
        _ status: Int, _ body: String, effect: CallEffect = .changesOrders, retryAfter: Duration? = nil
    ) -> BrokerError {
        VenueFault(status: status, body: Array(body.utf8), retryAfter: retryAfter).error(effect: effect)
    }

    private func body(_ code: Int, _ text: String) -> String { "{\"code\":\(code),\"msg\":\"\(text)\"}" }

    @Test(arguments: [
        (-2010, "Account has insufficient balance for requested action.", "insufficient_balance"),
        (-2010, "Duplicate order sent.", "duplicate_order"), (-2010, "Market is closed.", "market_closed"),
        (-2010, "Order would trigger immediately.", "would_trigger"),
        (-2010, "Order would immediately match and take.", "would_take"),
        (-2010, "Price * QTY is zero or less.", "out_of_range"),
        (-2010, "The relationship of the prices for the orders is not correct.", "would_trigger"),
        (-2010, "Stop loss orders are not supported for this symbol.", "unsupported"),
        (-2010, "This account may not place or cancel orders.", "unauthorised"), (-2010, "Something new.", "other"),
        (-2011, "Unknown order sent.", "unknown_order"), (-2013, "Order does not exist.", "unknown_order"),
        (-2026, "Order was canceled or expired with no executed qty over 90 days ago.", "other"),
        (-1121, "Invalid symbol.", "unknown_symbol"), (-1111, "Precision is over the maximum.", "off_step"),
        (-1013, "Filter failure: LOT_SIZE", "off_step"), (-1013, "Filter failure: PRICE_FILTER", "off_step"),
        (-1013, "Filter failure: MARKET_LOT_SIZE", "out_of_range"),
        (-1013, "Filter failure: NOTIONAL", "out_of_range"), (-1013, "Filter failure: MIN_NOTIONAL", "out_of_range"),
        (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", "out_of_range"),
        (-1013, "Filter failure: MAX_NUM_ORDERS", "other"), (-1013, "Market is closed.", "market_closed"),
        (-1013, "Price * QTY is zero or less.", "out_of_range"),
        (-2010, "Filter failure: MAX_POSITION", "out_of_range"),
        (-1013, "Take profit orders are not supported for this symbol.", "unsupported"),
        (-1116, "Invalid orderType.", "unsupported"), (-1120, "Invalid interval.", "unsupported"),
        (-1102, "Mandatory parameter 'x' was not sent.", "other"), (-1008, "Overloaded.", "retryable"),
        (-1021, "Timestamp for this request is outside of the recvWindow.", "retryable"),
        (-1022, "Signature for this request is not valid.", "unauthorised"),
        (-2014, "API-key format invalid.", "unauthorised"),
        (-2015, "Invalid API-key, IP, or permissions for action.", "unauthorised"),
    ])
    func `a refusal is told apart by its number and words`(code: Int, text: String, name: String) {
        let error = error(400, body(code, text))
        #expect(error.code == name)
        #expect(error.message.english.contains(text))
        #expect(error.message.french.contains("(\(code))"))
    }

    @Test func `a wrong key says which part of it is wrong`() {
        let texts = [-2014, -2015, -1022].map { error(401, body($0, "x")).message.english }
        #expect(texts[0].contains("malformed"))
        #expect(texts[1].contains("IP"))
        #expect(texts[2].contains("signature"))
    }

    @Test(arguments: [
        (500, ""), (502, "<html><body>Bad gateway</body></html>"), (503, "{\"code\":-1000,\"msg\":\"x\"}"),
        (504, ""), (400, "{\"code\":-1006,\"msg\":\"x\"}"), (400, "{\"code\":-1007,\"msg\":\"Timeout\"}"),
        (400, "{\"code\":-1001,\"msg\":\"Internal error\"}"),
    ])
    func `what may have been carried out is unknown for orders and passing for questions`(status: Int, body: String) {
        #expect(error(status, body).code == "outcome_unknown")
        #expect(error(status, body, effect: .none).code == "retryable")
    }

    @Test func `an overloaded venue refused, even with a 503`() {
        #expect(error(503, body(-1008, "Server is currently overloaded")).code == "retryable")
    }

    @Test func `limits say how long to stay away`() {
        #expect(
            error(429, body(-1003, "Too much request weight used"), retryAfter: .seconds(17)).wait == .seconds(17))
        #expect(error(418, "", retryAfter: .seconds(1200)).wait == .seconds(1200))
        #expect(error(418, "").wait == .seconds(120))
        #expect(error(429, body(-1015, "Too many new orders"), retryAfter: .seconds(3)).wait == .seconds(3))
        #expect(error(429, "", retryAfter: .seconds(9_999_999)).wait == .seconds(3 * 86_400))
    }

    @Test func `a firewall's page is named as one, and not shown`() {
        let error = error(403, "<html><head><title>403 Forbidden</title></head></html>")
        #expect(error.code == "retryable")
        #expect(error.message.english.contains("firewall"))
        #expect(error.message.english.contains("web page"))
        #expect(!error.message.english.contains("<"))
    }

    @Test func `a place that is not served is a refusal`() {
        #expect(error(451, #"{"code":0,"msg":"Service unavailable from a restricted location"}"#).code == "other")
    }

    @Test func `words from outside are cleaned and cut`() {
        let text = VenueFault.cleaned("\u{1B}[31mred\u{202E}\n" + String(repeating: "x", count: 500))
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
        #expect(text.count <= VenueFault.longestText)
    }
}

extension BrokerError {
    fileprivate var wait: Duration? {
        guard case .retryable(_, let after) = self else { return nil }
        return after
    }
}
