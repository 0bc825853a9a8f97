/// The last so many elements of a sequence that goes on; older ones are forgotten. It grows up to its bound and then
/// allocates nothing.
struct RingLog<Element> {
    let bound: Int
    private var elements: [Element] = []
    /// Where the oldest element lies once the log is full.
    private var head = 0
    /// How many elements were forgotten.
    private(set) var forgotten = 0

    init(bound: Int) {
        self.bound = max(bound, 1)
    }

    var count: Int { elements.count }

    var isEmpty: Bool { elements.isEmpty }

    var last: Element? { isEmpty ? nil : self[count - 1] }

    /// The element at a place from 0, the oldest, to `count` - 1.
    subscript(place: Int) -> Element {
        get { elements[physical(place)] }
        set { elements[physical(place)] = newValue }
    }

    private func physical(_ place: Int) -> Int {
        precondition(place >= 0 && place < elements.count, "no such element")
        let at = head + place
        return at < elements.count ? at : at - elements.count
    }

    mutating func append(_ element: Element) {
        guard elements.count == bound else {
            elements.append(element)
            return
        }
        elements[head] = element
        head = head + 1 == bound ? 0 : head + 1
        forgotten += 1
    }

    /// The first place whose element does not come before, for a log sorted by it.
    func firstPlace(where comesAtOrAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if comesAtOrAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    func slice(_ range: Range<Int>) -> [Element] {
        range.map { self[$0] }
    }
}
