import Broker
import Heartbeat
import Logging
import Storage
import Testing

/// Several processes that offer to be one market's heartbeat.
@Suite(.timeLimit(.minutes(1))) struct HeartbeatRotaTests {
    private let places = HandPlaces()

    /// A process that offers itself; its heartbeat says when it begins and ends.
    private func process(_ name: String) -> Task<Void, Never> {
        let rota = HeartbeatRota(
            market: .binance, place: places.link(name), every: .milliseconds(2),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return Task { [places] in
            await rota.run {
                places.add("\(name) beats")
                // Until it is cancelled.
                for await _ in AsyncStream<Void>.makeStream().stream {}
                places.add("\(name) is silent")
            }
        }
    }

    /// One that beats, and another one that stands by.
    private func pair(_ events: inout AsyncStream<String>.Iterator) async -> (Task<Void, Never>, Task<Void, Never>) {
        let one = process("one")
        #expect(await story(&events, until: "one beats") == ["one: at work", "one beats"])
        let two = process("two")
        #expect(await story(&events, until: "two: stands by") == ["two: stands by"])
        return (one, two)
    }

    /// What happened since the last call, up to an event.
    private func story(_ events: inout AsyncStream<String>.Iterator, until last: String) async -> [String] {
        var story: [String] = []
        while let event = await events.next() {
            story.append(event)
            if event == last { break }
        }
        return story
    }

    @Test("Of two one beats; when it ends in order the other takes over, after its last beat")
    func takesOver() async {
        var events = places.events.makeAsyncIterator()
        let (one, two) = await pair(&events)
        one.cancel()
        #expect(
            await story(&events, until: "two beats")
                == ["one is silent", "one: withdrawn", "two: at work", "two beats"])
        two.cancel()
        #expect(await story(&events, until: "two: withdrawn") == ["two is silent", "two: withdrawn"])
        _ = await (one.value, two.value)
    }

    @Test("One that reaches nobody goes on; when another one has its place it ends its beat and stands by")
    func loses() async {
        var events = places.events.makeAsyncIterator()
        let (one, two) = await pair(&events)
        places.cut("one", true)
        #expect(await story(&events, until: "one: cannot ask") == ["one: cannot ask"])
        places.bury("one")
        #expect(await story(&events, until: "two beats") == ["two: at work", "two beats"])
        places.cut("one", false)
        #expect(await story(&events, until: "one is silent") == ["one: stands by", "one is silent"])
        two.cancel()
        #expect(
            await story(&events, until: "one beats")
                == ["two is silent", "two: withdrawn", "one: at work", "one beats"])
        one.cancel()
        _ = await (one.value, two.value)
    }

    @Test("While nobody reaches the store whoever beats goes on beating and whoever stands by stands by")
    func storeAway() async {
        var events = places.events.makeAsyncIterator()
        let (one, two) = await pair(&events)
        for name in ["one", "two"] { places.cut(name, true) }
        var away = await story(&events, until: "one: cannot ask")
        if !away.contains("two: cannot ask") { away += await story(&events, until: "two: cannot ask") }
        #expect(away.sorted() == ["one: cannot ask", "two: cannot ask"])
        places.cut("two", false)
        #expect(await story(&events, until: "two: stands by") == ["two: stands by"])
        places.cut("one", false)
        #expect(await story(&events, until: "one: at work") == ["one: at work"])
        for process in [one, two] { process.cancel() }
        _ = await (one.value, two.value)
    }
}
