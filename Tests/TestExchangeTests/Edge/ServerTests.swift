import Foundation
import Market
import TestExchange
import Testing
import Transport

@Suite("The test exchange as a server") struct ServerTests {
    @Test("answers public and signed requests over HTTP", .timeLimit(.minutes(1)))
    func answersOverHTTP() async throws {
        try await TestExchangeServer.running(ExchangeFixture.options) { _, address in
            let http = HTTPClient(HTTPClientOptions())
            let time = try await http.send(HTTPRequest(.get, address.rest + "/api/v3/time"))
            #expect(time.status == 200)
            #expect(time.text.hasPrefix(#"{"serverTime":"#))
            let headers: HeaderFields = [
                "X-MBX-APIKEY": ExchangeFixture.key, "Content-Type": "application/x-www-form-urlencoded",
            ]
            let order = ExchangeFixture.signed("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
            let placed = try await http.send(
                HTTPRequest(.post, address.rest + "/api/v3/order", headers: headers, body: Array(order.utf8)))
            #expect(placed.status == 200)
            #expect(placed.text.contains(#""status":"FILLED""#))
            #expect(placed.headers["X-MBX-ORDER-COUNT-10S"] == "0")
            await http.close()
        }
    }
}
