import Broker
import Market
import Synchronization
import Testing
import Trading
import Transport
import Wording

@testable import BinanceBroker

/// A broker in front of a loopback venue, with a clock that the test moves.
struct VenueScene {
    /// 2024-01-01T12:00:30Z: in the middle of a minute.
    static let start = Duration.seconds(1_704_110_430)

    final class TestTime: Sendable {
        private let time = Mutex(VenueScene.start)
        var now: Duration { time.withLock { $0 } }
        func advance(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    let venue: LoopbackVenue
    let broker: BinanceBroker
    let time: TestTime

    /// What the venue answers unless the test says otherwise.
    static func usual(_ request: LoopbackVenue.Request, _ info: String) -> LoopbackVenue.Reply {
        switch request.path {
        case "/api/v3/time": .json(#"{"serverTime":1704110430000}"#)
        case "/api/v3/exchangeInfo": .json(info)
        default: .text(404, "")
        }
    }

    /// Runs `body` in front of a venue that answers by `answer`, or as usual where that is nil.
    static func run<Answer>(
        hasKeys: Bool = true, options: BinanceOptions = VenueScene.quick,
        answer: @escaping @Sendable (LoopbackVenue.Request, Int) -> LoopbackVenue.Reply? = { _, _ in nil },
        _ body: (VenueScene) async throws -> Answer
    ) async throws -> Answer {
        let info = String(decoding: try Payload.bytes("exchangeInfo"), as: UTF8.self)
        let venue = try LoopbackVenue { answer($0, $1) ?? usual($0, info) }
        defer { venue.stop() }
        let http = HTTPClient()
        let time = TestTime()
        // Waits of up to a second end at once, longer ones when they are given up.
        let clock = TransportClock(
            now: { time.now },
            wait: { duration in
                guard duration > .seconds(1) else { return }
                // A stream that tells nothing ends with the task that reads it.
                for await _ in AsyncStream<Void>.makeStream().stream {}
                throw CancellationError()
            })
        let broker = try BinanceBroker(
            environment: .custom(baseURL: venue.url),
            credentials: hasKeys ? BrokerCredentials(key: SigningTests.key, secret: Secret(SigningTests.secret)) : nil,
            http: http, options: options, clock: clock)
        let result: Result<Answer, any Error>
        do {
            result = .success(try await body(VenueScene(venue: venue, broker: broker, time: time)))
        } catch {
            result = .failure(error)
        }
        await broker.close()
        await http.close()
        return try result.get()
    }

    static let quick: BinanceOptions = {
        var options = BinanceOptions()
        options.longestTurn = .seconds(1)
        return options
    }()

    func order(_ quantity: String = "0.001", symbol: String = "BTC/USDT", number: Int = 12) throws -> OrderRequest {
        OrderRequest(
            clientID: ClientOrderID(prefix: "a7f3", number: number), symbol: try Symbol(symbol), side: .sell,
            instruction: .limit(Price(42_000), .goodTillCancelled),
            amount: .base(Quantity(try #require(FixedDecimal(quantity)))))
    }

    /// How the call failed; nil when it did not.
    func failure(_ body: () async throws(BrokerError) -> some Any) async -> BrokerError? {
        do throws(BrokerError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }
}
