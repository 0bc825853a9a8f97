import Testing

@testable import Transport

@Suite("Keeping a connection alive")
struct KeepAliveTests {
    private func keepAlive() -> KeepAlive {
        KeepAlive(pingAfter: .seconds(20), answerWithin: .seconds(10), now: .zero)
    }

    @Test func `silence brings a ping, more silence the end`() {
        var keepAlive = keepAlive()
        #expect(keepAlive.deadline == .seconds(20))
        #expect(keepAlive.timeReached(now: .seconds(19)) == nil)
        #expect(keepAlive.timeReached(now: .seconds(20)) == .ping)
        #expect(keepAlive.deadline == .seconds(30))
        #expect(keepAlive.timeReached(now: .seconds(29)) == nil)
        #expect(keepAlive.timeReached(now: .seconds(30)) == .giveUp(silentFor: .seconds(30)))
    }

    @Test func `any frame is an answer`() {
        var keepAlive = keepAlive()
        keepAlive.heard(now: .seconds(15))
        #expect(keepAlive.timeReached(now: .seconds(20)) == nil)
        #expect(keepAlive.timeReached(now: .seconds(35)) == .ping)
        keepAlive.heard(now: .seconds(40))
        #expect(keepAlive.deadline == .seconds(60))
        #expect(keepAlive.timeReached(now: .seconds(45)) == nil)
    }

    @Test func `while nothing is read nobody is given up`() {
        var keepAlive = keepAlive()
        #expect(keepAlive.timeReached(now: .seconds(20)) == .ping)
        keepAlive.paused()
        #expect(keepAlive.deadline == nil)
        #expect(keepAlive.timeReached(now: .seconds(1000)) == nil)
        keepAlive.resumed(now: .seconds(1000))
        #expect(keepAlive.deadline == .seconds(1020))
    }
}
