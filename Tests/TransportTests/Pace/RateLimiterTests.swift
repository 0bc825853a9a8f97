import Testing
import Transport
import Wording

@Suite("Waiting for a rate limit", .timeLimit(.minutes(5)))
struct RateLimiterTests {
    private static let minute = Duration.seconds(60)

    private func limiter(_ clock: HandClock, _ limit: Int = 2, maximumWaiting: Int = 100) throws -> RateLimiter {
        RateLimiter(
            [try #require(RateLimitWindow("weight", limit: limit, per: Self.minute))], maximumWaiting: maximumWaiting,
            clock: clock.transport)
    }

    private func failure(_ limiter: RateLimiter, _ cost: RateLimitBudget.Cost) async -> RateLimitFailure? {
        do throws(RateLimitFailure) {
            try await limiter.wait(for: cost)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a request over the limit goes when the window has passed`() async throws {
        let clock = HandClock(at: .seconds(30))
        let limiter = try limiter(clock)
        #expect(try await limiter.wait(for: ["weight": 2]) == .seconds(30))
        async let later = limiter.wait(for: ["weight": 1])
        #expect(await clock.nextWait() == .seconds(30) + .milliseconds(100))
        clock.advance(by: .seconds(31))
        #expect(try await later == .seconds(61))
    }

    @Test func `a timer that rings too early is set again`() async throws {
        let clock = HandClock(at: .seconds(30))
        let limiter = try limiter(clock)
        try await limiter.wait(for: ["weight": 2])
        async let later = limiter.wait(for: ["weight": 1])
        _ = await clock.nextWait()
        limiter.pause(for: .seconds(90))
        #expect(await clock.nextWait() == .seconds(90))
        clock.advance(by: .seconds(90))
        #expect(try await later == .seconds(120))
    }

    @Test func `cancelling gives the place away`() async throws {
        let clock = HandClock(at: .zero)
        let limiter = try limiter(clock)
        try await limiter.wait(for: ["weight": 1])
        let first = Task { await failure(limiter, ["weight": 2]) }
        _ = await clock.nextWait()
        async let second = limiter.wait(for: ["weight": 1])
        first.cancel()
        #expect(await first.value == .cancelled)
        #expect(try await second == .zero)
    }

    @Test func `a cancelled task does not wait at all`() async throws {
        let limiter = try limiter(HandClock(at: .zero))
        try await limiter.wait(for: ["weight": 2])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure(limiter, ["weight": 2])
        }
        #expect(await task.value == .cancelled)
    }

    @Test func `closing answers who waits and who comes later`() async throws {
        let clock = HandClock(at: .zero)
        let limiter = try limiter(clock)
        try await limiter.wait(for: ["weight": 2])
        async let waiting = failure(limiter, ["weight": 1])
        _ = await clock.nextWait()
        limiter.close()
        #expect(await waiting == .closed)
        #expect(await failure(limiter, [:]) == .closed)
    }

    @Test func `refusals say why`() async throws {
        let clock = HandClock(at: .zero)
        let limiter = try limiter(clock, maximumWaiting: 0)
        try await limiter.wait(for: ["weight": 2])
        #expect(await failure(limiter, ["weight": 1]) == .full(waiting: 0))
        let impossible = await failure(limiter, ["weight": 3])
        #expect(
            impossible?.message.english == "the request costs 3 weight, but the venue allows 2 in 60 s")
    }

    @Test func `windows that grow let go at once who fits now`() async throws {
        let clock = HandClock(at: .zero)
        let limiter = try limiter(clock)
        let asked = try await limiter.wait(for: ["weight": 1])
        limiter.report(used: 2, of: "weight", per: Self.minute, askedAt: asked)
        async let waiting = limiter.wait(for: ["weight": 2])
        _ = await clock.nextWait()
        limiter.setWindows([try #require(RateLimitWindow("weight", limit: 10, per: Self.minute))])
        #expect(try await waiting == .zero)
        #expect(limiter.used("weight", per: Self.minute) == 4)
    }
}
