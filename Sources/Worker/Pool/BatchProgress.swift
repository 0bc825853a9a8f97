import Wording

/// How far one batch has come: which items wait, which are on their way, which are answered.
struct BatchProgress {
    let items: [DecisionItem]
    /// The first item without an answer.
    private(set) var next = 0
    /// The first item that the present process has not been sent.
    private(set) var sent = 0
    /// Items before this one are asked one by one, since one of them has killed a process.
    private(set) var careful = 0
    /// Further items that are asked alone.
    private var alone: Set<Int> = []
    /// Items that are not asked, and why.
    private var problems: [Int: Message] = [:]

    /// Items of one frame, and on their way at most: what has to be asked again after a death.
    static let mostOfChunk = 256
    static let mostOnTheirWay = 1_024
    /// Bytes of one frame from which the next item goes into another one.
    static let chunkBytes = 256 << 10
    /// Bytes of one item beyond which it is not sent.
    static let mostItemBytes = WireBounds.frame / 2

    init(_ items: [DecisionItem]) {
        self.items = items
    }

    var isOver: Bool { next == items.count }
    /// Items that no process need be asked about any more.
    var rest: Range<Int> { next..<items.count }

    func isRefused(_ index: Int) -> Bool { problems[index] != nil }

    mutating func refuse(_ index: Int, _ message: Message) {
        if index >= next { problems[index] = message }
    }

    mutating func askAlone(_ index: Int) {
        alone.insert(index)
    }

    private func isAlone(_ index: Int) -> Bool {
        index < careful || alone.contains(index)
    }

    mutating func refuseAll(_ message: Message) {
        for index in rest where problems[index] == nil { problems[index] = message }
    }

    /// The items that are to be answered with a problem before the next one that is asked.
    mutating func takeProblems() -> [(item: DecisionItem, problem: Message)] {
        var taken: [(item: DecisionItem, problem: Message)] = []
        while next < items.count, let problem = problems[next] {
            taken.append((items[next], problem))
            next += 1
        }
        sent = max(sent, next)
        return taken
    }

    /// Whether any of these is really asked.
    private func isAsked(_ range: Range<Int>) -> Bool {
        range.contains { problems[$0] == nil }
    }

    /// The next frame for the process; nil while enough is on its way, or nothing is left.
    mutating func nextFrame() -> [UInt8]? {
        while sent < items.count, problems[sent] != nil { sent += 1 }
        guard sent < items.count else { return nil }
        let isCareful = isAlone(sent)
        guard !isCareful || !isAsked(next..<sent) else { return nil }
        var encoded = WireWriter()
        var count = 0
        while sent < items.count, count < (isCareful ? 1 : Self.mostOfChunk), sent - next < Self.mostOnTheirWay,
            encoded.bytes.count < Self.chunkBytes, isCareful == isAlone(sent)
        {
            guard problems[sent] == nil else {
                sent += 1
                continue
            }
            let size = encoded.bytes.count
            let fits = items[sent].fits
            if fits { encoded.value(items[sent]) }
            if fits, encoded.bytes.count - size <= Self.mostItemBytes {
                count += 1
            } else {
                encoded.cut(to: size)
                refuse(sent, Self.tooLarge)
            }
            sent += 1
        }
        guard count > 0 else { return nil }
        return WorkerRequest.decideFrame(items: encoded.bytes, count: count, isCareful: isCareful)
    }

    private static let tooLarge = Message(
        "the strategy's turn takes too much: too many orders or events",
        fr: "le tour de la stratégie est trop gros : trop d'ordres ou d'événements")

    /// Takes an answer in: it must be that of the first item on its way.
    mutating func take(_ answer: DecisionAnswer) throws(WireError) -> DecisionItem {
        guard next < sent, items[next].instance == answer.instance else {
            throw WireError("an answer that was not asked for", fr: "une réponse que personne n'a demandée")
        }
        defer { next += 1 }
        return items[next]
    }

    /// The process is gone. Answers the item that killed it, where that is known; where it is not, those that were on
    /// their way are asked one by one from now on.
    mutating func lost() -> Int? {
        defer { sent = next }
        guard sent > next else { return nil }
        // Items between that were refused are not on their way.
        let asked = (next..<sent).filter { problems[$0] == nil }
        if asked.count == 1 { return asked[0] }
        careful = max(careful, sent)
        return nil
    }
}
