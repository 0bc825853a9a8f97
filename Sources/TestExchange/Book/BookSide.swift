import Market

/// The price levels of one side of a book, sorted, the best at the end of the array, so that what changes most moves
/// least.
struct BookSide {
    struct Entry {
        /// The price for bids, its negative for asks: the best level of either side has the largest key.
        var key: Int64
        var level: Int32
    }

    let side: Side
    private(set) var entries: [Entry] = []

    init(_ side: Side) {
        self.side = side
        entries.reserveCapacity(256)
    }

    @inline(__always)
    func key(_ price: Int64) -> Int64 { side == .buy ? price : -price }

    @inline(__always)
    var best: Entry? { entries.last }

    @inline(__always)
    func price(_ entry: Entry) -> Int64 { side == .buy ? entry.key : -entry.key }

    /// The first place whose key is not smaller. Most orders come near the best price: the search begins there.
    @inline(__always)
    func place(of key: Int64) -> Int {
        var high = entries.count
        var reach = 1
        // Doubling steps from the end find the range, bisection the place.
        while reach <= high, entries[high - reach].key >= key {
            high -= reach
            reach *= 2
        }
        var low = Swift.max(0, high - reach)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func level(at price: Int64) -> Int32? {
        let key = key(price)
        return level(key, at: place(of: key))
    }

    /// The level with that key, when it lies at the place where it would be.
    @inline(__always)
    func level(_ key: Int64, at place: Int) -> Int32? {
        guard place < entries.count, entries[place].key == key else { return nil }
        return entries[place].level
    }

    mutating func insert(_ entry: Entry, at place: Int) {
        entries.insert(entry, at: place)
    }

    mutating func remove(price: Int64) {
        let key = key(price)
        let place = place(of: key)
        precondition(place < entries.count && entries[place].key == key, "the level is not on its side")
        entries.remove(at: place)
    }
}
