import Market
import StrategyHost
import Testing
import Trading
import Wording

@testable import Worker

@Suite("Messages in bytes")
struct WireTests {
    @Test("whole numbers come back, each in its shortest form")
    func numbers() throws {
        var writer = WireWriter()
        let numbers: [Int64] = [0, 1, -1, 63, 64, -64, -65, .max, .min, 1 << 40]
        for number in numbers { writer.signed(number) }
        let wide: [Int128] = [0, -1, .max, .min, 1 << 100]
        for number in wide { writer.wide(number) }
        var reader = WireReader(writer.bytes)
        for number in numbers { #expect(try reader.signed() == number) }
        for number in wide { #expect(try reader.wide() == number) }
        try reader.finish()
    }

    @Test(
        "bytes that no writer wrote are refused",
        arguments: [
            [0x80, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], [0x80], [],
        ] as [[UInt8]])
    func brokenNumbers(bytes: [UInt8]) {
        #expect(throws: WireError.self) {
            var reader = WireReader(bytes)
            _ = try reader.unsigned()
        }
    }

    @Test("a length beyond the message or the bound is refused before anything is made of it")
    func lengths() {
        var writer = WireWriter()
        writer.count(1 << 40)
        let bytes = writer.bytes
        #expect(throws: WireError.self) {
            var reader = WireReader(bytes)
            _ = try reader.data("state", most: 1 << 50)
        }
        #expect(throws: WireError.self) {
            var reader = WireReader([2, 65, 66])
            _ = try reader.text("tag", most: 1)
        }
    }

    @Test("every NaN has one form")
    func notANumber() throws {
        var writer = WireWriter()
        writer.double(-Double.nan)
        writer.double(Double(nan: 77, signaling: false))
        #expect(writer.bytes.prefix(8) == writer.bytes.suffix(8))
        var reader = WireReader(writer.bytes)
        #expect(try reader.double().isNaN)
        var other = WireReader([1, 0, 0, 0, 0, 0, 0xF8, 0x7F])
        #expect(throws: WireError.self) { try other.double() }
    }

    @Test("an item with every kind of event comes back equal, from the same bytes")
    func item() throws {
        let item = try Samples.fullItem()
        let again = try DecisionItem(stored: item.stored)
        #expect(again.stored == item.stored)
        #expect(again.openOrders == item.openOrders)
        #expect(again.events[1] == item.events[1])
        #expect(again.events.count == item.events.count)
        var unknown = item.stored
        unknown[0] = 99
        #expect(throws: WireError.self) { try DecisionItem(stored: unknown) }
    }

    @Test("an item cut short at any byte, or with a byte more, is refused")
    func cutItem() throws {
        let bytes = try Samples.fullItem().stored
        for length in 0..<bytes.count {
            #expect(throws: WireError.self) { try DecisionItem(stored: Array(bytes[..<length])) }
        }
        #expect(throws: WireError.self) { try DecisionItem(stored: bytes + [0]) }
    }

    @Test("an item with any byte changed is refused, or is another item with just those bytes")
    func changedItem() throws {
        let bytes = try Samples.fullItem().stored
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x15
            guard let read = try? DecisionItem(stored: changed) else { continue }  // Refused: as it should be.
            #expect(read.stored == changed, "byte \(place)")
        }
    }

    @Test("an answer comes back with the same outcome, whatever time it took")
    func answer() throws {
        let answer = Samples.fullAnswer()
        var again = try DecisionAnswer(wireBytes: answer.wireBytes)
        #expect(again.wireBytes == answer.wireBytes)
        again.nanoseconds += 5
        #expect(again.outcome == answer.outcome)
        #expect(again.outcomeHash == answer.outcomeHash)
        again.failuresInARow += 1
        #expect(again.outcomeHash != answer.outcomeHash)
    }

    @Test("an answer whose time is below nothing, or whose entry is of no year, is refused")
    func wildTimes() throws {
        var answer = Samples.fullAnswer()
        answer.nanoseconds = -1
        #expect(throws: WireError.self) { try DecisionAnswer(wireBytes: answer.wireBytes) }
        for time in [Int64.min, -1, Int64.max] {
            let entry = JournalEntry(
                time: Timestamp(milliseconds: time), kind: .skipped, order: nil, message: Message("a", fr: "a"))
            #expect(throws: WireError.self) { try JournalEntry(wireBytes: entry.wireBytes) }
        }
    }

    @Test(
        "an intent that the sandbox would never make is refused",
        arguments: [
            .enter(EntryIntent(.long, size: .value(.nan))), .enter(EntryIntent(.long, size: .quantity(-1))),
            .enter(EntryIntent(.long, size: .value(1), stop: .distance(-0.5))), .exit(reason: "two\nlines"),
            .submit(OrderIntent(.buy, size: .value(1), limit: .infinity)),
            .submit(OrderIntent(.buy, size: .value(1), expires: 0)), .cancel(OrderID(0)), .moveStop(-1),
            .submit(OrderIntent(.buy, size: .value(1), tag: String(repeating: "x", count: 300))),
        ] as [Intent])
    func wildIntents(intent: Intent) {
        #expect(throws: WireError.self) { try Intent(wireBytes: intent.wireBytes) }
    }

    private func says(_ decision: Decision) -> Bool {
        // Refused: that is what is asked.
        (try? Decision(wireBytes: decision.wireBytes)) != nil
    }

    private func line(fields: Int, bytes: Int = 0, text: String = "") -> LogLine {
        let value = String(repeating: "x", count: bytes)
        return LogLine(
            level: .info, text: text,
            fields: Array(repeating: LogLine.Field(name: "", value: value), count: fields))
    }

    @Test("a line of the log with more fields or more bytes than the sandbox lets through is refused")
    func wideLines() {
        var decision = Decision()
        decision.logs = [line(fields: 64)]
        #expect(says(decision))
        decision.logs = [line(fields: 65)]
        #expect(!says(decision))
        decision.logs = [line(fields: 4, bytes: 1_024)]
        #expect(says(decision))
        decision.logs = [line(fields: 4, bytes: 1_024, text: "x")]
        #expect(!says(decision))
    }

    @Test("a decision that says more in all than is kept of one is refused, and so are too many orders")
    func largeDecisions() {
        var decision = Decision()
        decision.logs = Array(repeating: line(fields: 1, bytes: 4_000), count: 250)
        #expect(says(decision))
        decision.notices = Array(repeating: String(repeating: "x", count: 4_000), count: 20)
        #expect(!says(decision))
        decision = Decision()
        decision.intents = Array(repeating: .moveStop(nil), count: 160)
        #expect(says(decision))
        decision.intents.append(.moveStop(nil))
        #expect(!says(decision))
    }

    @Test("an honest worker cuts what it says to what is read, and says how much it has dropped")
    func cutDecisions() throws {
        let long = String(repeating: "x", count: 8_000)
        let diagnostic = Diagnostic(.error, line: 1, code: "runtime", message: Message(long, fr: long + "!"))
        var decision = Decision()
        decision.failures = Array(
            repeating: CallbackFailure(callback: .onCandle, diagnostic: diagnostic), count: 300)
        decision.logs = [line(fields: 1)]
        let read = try Decision(wireBytes: decision.bounded.wireBytes)
        #expect(read.failures.count == 64)
        #expect(read.logs.last?.text == "236 more lines were dropped")
    }

    @Test("a declaration with every kind of parameter comes back equal")
    func declaration() throws {
        let declaration = try Samples.declaration()
        #expect(try StrategyDeclaration(wireBytes: declaration.wireBytes) == declaration)
    }

    @Test("a loading comes back from the same bytes")
    func loading() throws {
        let loading = try Samples.loading()
        #expect(try InstanceLoading(wireBytes: loading.wireBytes).wireBytes == loading.wireBytes)
    }

    @Test("texts of others that are too long are cut at a character, and read back")
    func longTexts() throws {
        let long = String(repeating: "é", count: 20_000)
        let message = try Message(wireBytes: Message(long, fr: long + "!").wireBytes)
        #expect(message.english.utf8.count <= WireBounds.messageBytes)
        #expect(message.english.allSatisfy { $0 == "é" })
        let event = StrategyEvent.filled(try Self.fill(long), tag: "x" + long)
        guard case .filled(let fill, let tag) = try StrategyEvent(wireBytes: event.wireBytes) else {
            Issue.record("another event")
            return
        }
        #expect(fill.id.text.utf8.count == 256)
        #expect(tag.utf8.count == 255)
    }

    private static func fill(_ name: String) throws -> Fill {
        Fill(
            id: FillID(name), order: OrderID(1), side: .buy, price: Price(1), quantity: Quantity(1), fee: .zero,
            time: Timestamp(milliseconds: 0), index: 0, isMaker: false)
    }

    @Test("a turn with more events than a message holds is refused before it is sent")
    func tooManyEvents() throws {
        var item = Stage.item(1)
        item.events = Array(repeating: .filled(try Self.fill("f"), tag: ""), count: WireBounds.events + 1)
        var progress = BatchProgress([item, Stage.item(2)])
        #expect(progress.nextFrame() != nil)
        #expect(progress.takeProblems().map(\.item.instance.number) == [1])
        #expect(try progress.take(DecisionAnswer(instance: InstanceNumber(2))).instance.number == 2)
    }
}
