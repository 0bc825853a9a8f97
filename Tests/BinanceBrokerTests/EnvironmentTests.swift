import Broker
import Market
import Testing
import Transport
import Wording

@testable import BinanceBroker

@Suite("Environments") struct EnvironmentTests {
    @Test func `one base URL serves REST, streams and the WebSocket API`() throws {
        let plain = try BinanceEnvironment.custom(baseURL: "http://127.0.0.1:8080/")
        #expect(plain.rest == "http://127.0.0.1:8080")
        #expect(plain.streams == "ws://127.0.0.1:8080")
        #expect(plain.socketAPI == "ws://127.0.0.1:8080/ws-api/v3")
        let secure = try BinanceEnvironment.custom(baseURL: "https://[::1]:8443")
        #expect(secure.streams == "wss://[::1]:8443")
        #expect(secure.socketAPI == "wss://[::1]:8443/ws-api/v3")
    }

    @Test(arguments: [
        "", "binance", "ftp://x", "http://", "ws://127.0.0.1:1", "http://a:b@c", "http://x/api/v3", "http://x?y=1",
        "http://x:99999", "http://x y",
    ])
    func `what is no base URL is refused, without a password that stands in it`(text: String) throws {
        let error = #expect(throws: BinanceURLError.self) { try BinanceEnvironment.custom(baseURL: text) }
        #expect(error?.message.english.contains("a:b") == false)
    }

    @Test func `money is real at the venue itself only, by whichever way it is named`() throws {
        #expect(BinanceEnvironment.live.isRealMoney)
        #expect(!BinanceEnvironment.testnet.isRealMoney)
        func isReal(_ url: String) throws -> Bool { try BinanceEnvironment.custom(baseURL: url).isRealMoney }
        #expect(try isReal("https://api3.binance.com"))
        #expect(try !isReal("https://demo-api.binance.com"))
        #expect(try !isReal("http://127.0.0.1:8080"))
        #expect(try !isReal("https://api.binance.com.example.org"))
    }

    @Test func `the clock's offset is taken at half the round trip`() {
        func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
        let offset = ClockOffset(sent: time(1000), arrived: time(1100), venue: time(11_060))
        #expect(offset.milliseconds == 10_010)
        #expect(offset.uncertainty == 50)
        #expect(offset.venueTime(time(2000)) == time(12_010))
        #expect(offset.earliestVenueTime(time(2000)) == time(11_960))
        // A clock that was set back in between must not make the trip negative.
        #expect(ClockOffset(sent: time(1000), arrived: time(900), venue: time(1000)).uncertainty == 0)
    }
}
