import Broker
import Market
import Testing

@testable import Engine
@testable import Storage

@Suite("Keys that a broker refuses")
struct AccountNoticesTests {
    private let notices = AccountNotices()
    private let interval = Duration.seconds(600)
    private let start = ContinuousClock.now
    private let account = StoredBroker(
        id: BrokerID(1), user: UserID(1), name: "main", venue: .binance, settings: BrokerSettings(),
        hasCredentials: true, keysMark: "first", isDefault: true, createdAt: Timestamp(milliseconds: 0))

    private func refused(_ account: StoredBroker? = nil, after seconds: Int) -> Bool {
        notices.keysRefused(
            of: account ?? self.account, interval: interval, at: start + .seconds(seconds))
    }

    @Test("are tried again soon, then ever more seldom, and soon again once others were entered")
    func pauses() {
        #expect(refused(after: 0))
        var pauses: [Duration] = []
        for place in 0..<9 {
            pauses.append(notices.keysPause(atMost: interval))
            notices.keysRefusedAgain(at: start + .seconds(place))
        }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600].map { .seconds($0) })
        var other = account
        other.keysMark = "second"
        #expect(refused(other, after: 10))
        #expect(notices.keysPause(atMost: interval) == .seconds(5))
        #expect(notices.keysPause(atMost: .milliseconds(100)) == .milliseconds(100))
    }

    @Test("are told once, and not each time where they are accepted for one thing and refused for another")
    func told() {
        #expect(refused(after: 0))
        #expect(!refused(after: 5))
        notices.keysAccepted()
        #expect(!refused(after: 20), "told so short a time ago")
        notices.keysAccepted()
        #expect(refused(after: 700))
        #expect(!refused(after: 1400), "they were not accepted in between")
        #expect(notices.keysPause(atMost: interval) == .seconds(80), "they are not good for long enough")
    }

    @Test("begin anew after a long time in which they were good")
    func anew() {
        #expect(refused(after: 0))
        #expect(!refused(after: 5))
        notices.keysAccepted()
        #expect(refused(after: 5 + 1260))
        #expect(notices.keysPause(atMost: interval) == .seconds(5))
    }
}
