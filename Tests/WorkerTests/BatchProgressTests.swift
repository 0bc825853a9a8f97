import Testing
import Trading
import Wording

@testable import Worker

@Suite("A batch on its way")
struct BatchProgressTests {
    private func items(_ count: Int) -> [DecisionItem] {
        (0..<count).map { Stage.item(Int64($0)) }
    }

    private func answer(_ number: Int) -> DecisionAnswer {
        DecisionAnswer(instance: InstanceNumber(Int64(number)))
    }

    @Test("no more is on its way than has to be asked again after a death")
    func window() throws {
        var progress = BatchProgress(items(5_000))
        var frames = 0
        while progress.nextFrame() != nil { frames += 1 }
        #expect(frames == BatchProgress.mostOnTheirWay / BatchProgress.mostOfChunk)
        #expect(progress.sent == BatchProgress.mostOnTheirWay)
        _ = try progress.take(answer(0))
        #expect(progress.nextFrame() != nil)
    }

    @Test("after a death each item that was on its way is asked alone")
    func careful() throws {
        var progress = BatchProgress(items(10))
        #expect(progress.nextFrame() != nil)
        for number in 0..<4 { _ = try progress.take(answer(number)) }
        #expect(progress.lost() == nil)
        #expect(progress.nextFrame() != nil)
        #expect(progress.sent == 5)
        #expect(progress.nextFrame() == nil)
        _ = try progress.take(answer(4))
        #expect(progress.nextFrame() != nil)
        #expect(progress.lost() == 5)
        progress.refuse(5, Message("died", fr: "mort"))
        #expect(progress.takeProblems().map(\.item.instance.number) == [5])
        #expect(progress.next == 6)
    }

    @Test("an answer that belongs to another item is a lie")
    func lies() throws {
        var progress = BatchProgress(items(3))
        #expect(throws: WireError.self) { try progress.take(answer(0)) }
        _ = progress.nextFrame()
        #expect(throws: WireError.self) { try progress.take(answer(1)) }
        _ = try progress.take(answer(0))
        #expect(throws: WireError.self) { try progress.take(answer(0)) }
    }

    @Test("items that are not asked are answered in their place")
    func problems() throws {
        var progress = BatchProgress(items(4))
        let message = Message("no", fr: "non")
        progress.refuse(0, message)
        progress.refuse(2, message)
        #expect(progress.takeProblems().count == 1)
        #expect(progress.nextFrame() != nil)
        #expect(progress.sent == 4)
        _ = try progress.take(answer(1))
        #expect(progress.takeProblems().map(\.item.instance.number) == [2])
        _ = try progress.take(answer(3))
        #expect(progress.isOver)
    }
}
