import Foundation
import Market
import Testing

@testable import TestExchange

@Suite("What goes over the wire") struct WireTests {
    @Test(
        "decimals have eight digits, and more only where they are finer",
        arguments: [
            ("0", "0.00000000"), ("1.5", "1.50000000"), ("-0.00000001", "-0.00000001"),
            ("123456789012.12345678", "123456789012.12345678"), ("0.000000000001", "0.000000000001"),
        ])
    func writesDecimals(text: String, expected: String) throws {
        var bytes: [UInt8] = []
        bytes.appendDecimal(try #require(FixedDecimal(text)))
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("JSON is read with its numbers as they were written, and written back")
    func readsJSON() throws {
        let text = #"{"a":[1,-2.50,1e-7,true,null],"b":{"c":"x\"y\\zé😀\n"},"d":""}"#
        let value = try JSONParser.parse(text)
        #expect(value["a"] == .array([.number("1"), .number("-2.50"), .number("1e-7"), .bool(true), .null]))
        #expect(value["b"]?["c"]?.text == "x\"y\\zé😀\n")
        #expect(value.compact == text)
        #expect(try JSONParser.parse(#""\u00e9\ud83d\ude00\/""#) == .string("é😀/"))
    }

    @Test(
        "broken JSON is refused where it breaks",
        arguments: [
            "", "{", "[1,]", "{\"a\" 1}", "01", "1.", "--1", "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "nul", "1 2",
            "\"abc",
            String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
        ])
    func refusesBrokenJSON(text: String) {
        #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(text) }
    }

    @Test("no bytes whatever crash the reader of JSON")
    func survivesNoise() {
        var numbers = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[]",:0123456789.eE+-tfn\u "#.utf8) + [0, 0x80, 0xFF]
        for _ in 0..<2000 {
            let length = Int.random(in: 0..<40, using: &numbers)
            let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &numbers)] }
            _ = try? JSONParser.parse(bytes)
        }
    }

    @Test("the query wins over the body, and what comes twice, is empty or is left over is refused")
    func readsParameters() throws {
        var parameters = try RequestParameters(query: "symbol=BTCUSDT&price=1%2E5", body: "symbol=X&side=BUY")
        #expect(try parameters.required("symbol") == "BTCUSDT")
        #expect(try parameters.requiredDecimal("price") == FixedDecimal("1.5"))
        #expect(throws: VenueRefusal.unread(read: 2, sent: 3)) { try parameters.checkAllRead() }
        #expect(try parameters.required("side") == "BUY")
        #expect(throws: Never.self) { try parameters.checkAllRead() }
        #expect(throws: VenueRefusal.missing("type")) { try parameters.required("type") }
        #expect(throws: VenueRefusal.duplicate("a")) { try RequestParameters(query: "a=1&a=2", body: "") }
        var empty = try RequestParameters(query: "limit=", body: "")
        #expect(throws: VenueRefusal.empty("limit")) { try empty.integer("limit") }
    }

    @Test(
        "numbers in a form that the venue does not take are refused",
        arguments: [
            "-1", "1e5", "abc", ".5", "5.", "1,5", "123456789012345678901",
        ])
    func refusesNumbers(text: String) throws {
        var parameters = try RequestParameters(query: "price=\(text)", body: "")
        #expect { try parameters.decimal("price") } throws: { ($0 as? VenueRefusal)?.code == -1100 }
    }

    @Test(
        "a WebSocket's opening is told from other requests",
        arguments: [
            "/ws", "/ws/0", "/ws/btcusdt@trade", "/stream?streams=a@trade/b@trade", "/ws-api/v3",
            "/ws-api/v3?timeUnit=x",
        ])
    func readsHandshakes(target: String) throws {
        let text =
            "GET \(target) HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAccept: */*\r\n\r\n"
        let beginning = HandshakeRequest.beginning(of: Array(text.utf8) + [1, 2, 3])
        guard case .handshake(let request, let length) = beginning else {
            Issue.record("\(beginning)")
            return
        }
        #expect(length == text.utf8.count)
        // The example of RFC 6455, section 1.3.
        #expect(request.response.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(Venue.SocketRequest(path: request.path, query: request.query) != nil)
        for cut in [0, 5, 20, text.utf8.count - 1] {
            #expect(HandshakeRequest.beginning(of: text.utf8.prefix(cut)) == (cut < 0 ? .http : .undecided))
        }
    }

    @Test(
        "what is no opening of a WebSocket is left to HTTP",
        arguments: [
            "GET /api/v3/time HTTP/1.1\r\nUpgrade: h2c\r\n\r\n", "POST /ws HTTP/1.1\r\n\r\n",
            "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}garbage",
        ])
    func leavesHTTP(text: String) {
        #expect(HandshakeRequest.beginning(of: Array(text.utf8)) == .http)
    }

    @Test("names of streams are read, others are refused")
    func readsStreamNames() {
        #expect(StreamName("btcusdt@kline_1m")?.kind == .kline(.m1, offsetHours: 0))
        #expect(StreamName("btcusdt@kline_1M")?.kind == .kline(.month, offsetHours: 0))
        #expect(StreamName("btcusdt@depth@100ms")?.kind == .depthUpdates(milliseconds: 100))
        #expect(StreamName("btcusdt@depth5")?.kind == .partialDepth(levels: 5, milliseconds: 1000))
        #expect(StreamName("!miniTicker@arr")?.kind == .allMiniTickers)
        #expect(StreamName("!ticker_4h@arr")?.kind == .allRollingTickers(.fourHours))
        #expect(StreamName("btcusdt@aggTrade")?.symbol == "BTCUSDT")
        for wrong in ["BTCUSDT@trade", "btcusdt", "@trade", "btcusdt@trades", "btcusdt@kline_2m", "!ticker@arr", "0"] {
            #expect(StreamName(wrong) == nil, "\(wrong)")
        }
    }
}
