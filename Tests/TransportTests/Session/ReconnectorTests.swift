import TestSupport
import Testing
import Transport

@Suite("Deciding when to connect")
struct ReconnectorTests {
    /// Always the largest number, so that delays are their longest.
    private struct Largest: RandomNumberGenerator, Sendable {
        mutating func next() -> UInt64 { .max }
    }

    private static let day = Duration.seconds(86_400)

    private func reconnector(_ change: (inout ReconnectorOptions) -> Void = { _ in }) -> Reconnector {
        var options = ReconnectorOptions()
        options.firstDelay = .seconds(1)
        options.longestDelay = .seconds(30)
        options.stableAfter = .seconds(60)
        change(&options)
        return Reconnector(options, random: Largest())
    }

    /// The actions of events that happen at the same time.
    private func run(
        _ reconnector: inout Reconnector, at seconds: Int, _ events: Reconnector.Event...
    ) -> [Reconnector.Action] {
        events.flatMap { reconnector.handle($0, now: .seconds(seconds)) }
    }

    @Test func `a first connection opens, greets and is announced`() {
        var reconnector = reconnector()
        #expect(run(&reconnector, at: 0, .started) == [.open(1)])
        #expect(run(&reconnector, at: 1, .opened(1)) == [.greet(1)])
        #expect(reconnector.deadline == .seconds(11))
        #expect(run(&reconnector, at: 2, .ready(1)) == [.announceConnected(1, isRenewal: false)])
        #expect(reconnector.deadline == nil)
        #expect(run(&reconnector, at: 3, .started, .ready(1), .opened(7)) == [.close(7)])
    }

    @Test func `failed attempts wait twice as long each time, up to the cap, and never stop`() {
        var reconnector = reconnector()
        _ = run(&reconnector, at: 0, .started)
        var now = 0
        for (index, delay) in ([1, 2, 4, 8, 16] + Array(repeating: 30, count: 200)).enumerated() {
            let link = index + 1
            #expect(
                run(&reconnector, at: now, .failed(link, retryAfter: nil))
                    == [.announceRetry(attempt: link, after: .seconds(delay))])
            #expect(reconnector.deadline == .seconds(now + delay))
            #expect(run(&reconnector, at: now + delay - 1, .timeReached).isEmpty)
            now += delay
            #expect(run(&reconnector, at: now, .timeReached) == [.open(link + 1)])
        }
    }

    @Test func `a venue that asks for more time gets it`() {
        var reconnector = reconnector()
        _ = run(&reconnector, at: 0, .started)
        #expect(
            run(&reconnector, at: 0, .failed(1, retryAfter: .seconds(120)))
                == [.announceRetry(attempt: 1, after: .seconds(120))])
        #expect(reconnector.deadline == .seconds(120))
    }

    @Test func `a loss is announced, and after a stable time counts as the first`() {
        var reconnector = reconnector()
        _ = run(&reconnector, at: 0, .started, .failed(1, retryAfter: nil))
        _ = run(&reconnector, at: 1, .timeReached, .opened(2), .ready(2))
        #expect(
            run(&reconnector, at: 60, .lost(2))
                == [.announceDisconnected(2), .announceRetry(attempt: 2, after: .seconds(2))])
        _ = run(&reconnector, at: 62, .timeReached, .opened(3), .ready(3))
        #expect(
            run(&reconnector, at: 122, .lost(3))
                == [.announceDisconnected(3), .announceRetry(attempt: 1, after: .seconds(1))])
        #expect(run(&reconnector, at: 123, .lost(3)).isEmpty)
    }

    @Test func `a connection that is not ready in time is closed and tried again`() {
        var reconnector = reconnector()
        _ = run(&reconnector, at: 0, .started, .opened(1))
        #expect(run(&reconnector, at: 9, .timeReached).isEmpty)
        #expect(
            run(&reconnector, at: 10, .timeReached)
                == [.close(1), .announceRetry(attempt: 1, after: .seconds(1))])
        // Its end, once closed, is no news.
        #expect(run(&reconnector, at: 10, .lost(1), .ready(1)).isEmpty)
    }

    @Test func `a loss before it is ready is a failed attempt without a disconnection`() {
        var reconnector = reconnector()
        _ = run(&reconnector, at: 0, .started, .opened(1))
        #expect(run(&reconnector, at: 1, .lost(1)) == [.announceRetry(attempt: 1, after: .seconds(1))])
    }

    @Test func `at its age a connection is renewed: the new one first, then the old one goes`() {
        var reconnector = reconnector { $0.renewAfter = Self.day }
        _ = run(&reconnector, at: 0, .started, .opened(1), .ready(1))
        #expect(reconnector.deadline == Self.day)
        #expect(run(&reconnector, at: 86_400, .timeReached) == [.open(2)])
        #expect(run(&reconnector, at: 86_401, .opened(2)) == [.greet(2)])
        #expect(
            run(&reconnector, at: 86_402, .ready(2)) == [.announceConnected(2, isRenewal: true), .retire(1)])
        #expect(run(&reconnector, at: 86_403, .lost(1)).isEmpty)
        #expect(reconnector.deadline == .seconds(86_402) + Self.day)
    }

    @Test func `a notice brings a new connection at once, and only once`() {
        var reconnector = reconnector()
        _ = run(&reconnector, at: 0, .started, .opened(1), .ready(1))
        #expect(run(&reconnector, at: 5, .noticeGiven(1), .noticeGiven(1)) == [.open(2)])
        #expect(
            run(&reconnector, at: 6, .opened(2), .ready(2), .noticeGiven(1))
                == [.greet(2), .announceConnected(2, isRenewal: true), .retire(1)])
    }

    @Test func `a renewal that fails leaves the old connection alone and waits longer each time`() {
        var reconnector = reconnector { $0.renewAfter = .seconds(1000) }
        _ = run(&reconnector, at: 0, .started, .opened(1), .ready(1))
        #expect(run(&reconnector, at: 1000, .timeReached) == [.open(2)])
        #expect(
            run(&reconnector, at: 1000, .failed(2, retryAfter: nil))
                == [.announceRetry(attempt: 1, after: .seconds(1))])
        #expect(run(&reconnector, at: 1001, .timeReached) == [.open(3)])
        #expect(
            run(&reconnector, at: 1001, .failed(3, retryAfter: nil))
                == [.announceRetry(attempt: 2, after: .seconds(2))])
    }

    @Test func `the old connection lost during a renewal is a gap, and the new one no renewal`() {
        var reconnector = reconnector { $0.renewAfter = .seconds(1000) }
        _ = run(&reconnector, at: 0, .started, .opened(1), .ready(1))
        _ = run(&reconnector, at: 1000, .timeReached)
        #expect(run(&reconnector, at: 1001, .lost(1)) == [.announceDisconnected(1)])
        #expect(
            run(&reconnector, at: 1002, .opened(2), .ready(2))
                == [.greet(2), .announceConnected(2, isRenewal: false)])
    }

    @Test func `after the stop everything is closed, and what comes late too`() {
        var reconnector = reconnector { $0.renewAfter = .seconds(1000) }
        _ = run(&reconnector, at: 0, .started, .opened(1), .ready(1))
        _ = run(&reconnector, at: 1000, .timeReached)
        #expect(run(&reconnector, at: 1001, .stopped) == [.close(1), .close(2)])
        #expect(run(&reconnector, at: 1002, .opened(2)) == [.close(2)])
        #expect(run(&reconnector, at: 1003, .lost(1), .timeReached, .started, .stopped).isEmpty)
        #expect(reconnector.deadline == nil)
    }

    @Test func `delays are spread between half and the whole`() {
        var options = ReconnectorOptions()
        options.firstDelay = .seconds(1)
        var delays: Set<Duration> = []
        for seed in 0..<200 {
            var reconnector = Reconnector(options, random: SeededNumbers(seed: UInt64(seed)))
            _ = reconnector.handle(.started, now: .zero)
            _ = reconnector.handle(.failed(1, retryAfter: nil), now: .zero)
            let delay = reconnector.deadline ?? .zero
            #expect(delay >= .milliseconds(500) && delay <= .seconds(1), "seed \(seed)")
            delays.insert(delay)
        }
        #expect(delays.count > 100)
    }

    /// Whatever happens in whatever order: at most one connection is current, every opened one is closed in the end.
    @Test(arguments: 0..<50)
    func `over random events no connection is forgotten`(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        var options = ReconnectorOptions()
        options.renewAfter = .seconds(100)
        var reconnector = Reconnector(options, random: SeededNumbers(seed: seed))
        var now = Duration.zero
        /// Opened and neither closed, retired nor lost.
        var alive: Set<Int> = []
        var opening: Set<Int> = []
        var isConnected = false
        func take(_ event: Reconnector.Event) {
            for action in reconnector.handle(event, now: now) {
                switch action {
                case .open(let link): opening.insert(link)
                case .close(let link), .retire(let link): alive.remove(link)
                case .greet: break
                case .announceConnected(_, let isRenewal):
                    #expect(isRenewal == isConnected, "seed \(seed)")
                    isConnected = true
                case .announceDisconnected:
                    #expect(isConnected, "seed \(seed)")
                    isConnected = false
                case .announceRetry: break
                }
            }
            #expect(alive.count <= 2 && opening.count <= 1, "seed \(seed)")
        }
        take(.started)
        for _ in 0..<2000 {
            now += .milliseconds(random.below(20_000))
            let link = alive.sorted().randomElement(using: &random)
            switch (random.below(6), opening.first, link) {
            case (0, let link?, _):
                opening.remove(link)
                alive.insert(link)
                take(.opened(link))
            case (1, let link?, _):
                opening.remove(link)
                take(.failed(link, retryAfter: random.chance(50) ? .seconds(3) : nil))
            case (2, _, let link?):
                alive.remove(link)
                take(.lost(link))
            case (3, _, let link?): take(.ready(link))
            case (4, _, let link?): take(.noticeGiven(link))
            default: take(.timeReached)
            }
            #expect(!opening.isEmpty || !alive.isEmpty || reconnector.deadline != nil, "stuck at seed \(seed)")
        }
        take(.stopped)
        for link in opening {
            alive.insert(link)
            take(.opened(link))
        }
        #expect(alive.isEmpty, "seed \(seed)")
    }
}
