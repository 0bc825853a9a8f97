/// Where the orders of a book lie, by their numbers: open addressing with linear probing, at most half full, without
/// tombstones, so that a book that lives long does not slow down. It allocates only to grow.
struct OrderIndex {
    /// No order has this number.
    static let none = Int64.min

    private var keys: [Int64]
    private var slots: [Int32]
    private var mask: Int
    private(set) var count = 0

    init(capacity: Int = 1024) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        keys = Array(repeating: Self.none, count: size)
        slots = Array(repeating: 0, count: size)
        mask = size - 1
    }

    /// The finalizer of SplitMix64: numbers that follow each other must not lie side by side.
    @inline(__always)
    private func home(_ key: Int64) -> Int {
        var mixed = UInt64(bitPattern: key)
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: mixed ^ (mixed >> 31)) & mask
    }

    @inline(__always)
    func slot(of key: Int64) -> Int32? {
        var at = home(key)
        // Half of the places are free, so the walk ends.
        while keys[at] != Self.none {
            if keys[at] == key { return slots[at] }
            at = (at + 1) & mask
        }
        return nil
    }

    mutating func insert(_ key: Int64, slot: Int32) {
        if (count + 1) * 2 > keys.count { grow() }
        var at = home(key)
        while keys[at] != Self.none { at = (at + 1) & mask }
        keys[at] = key
        slots[at] = slot
        count += 1
    }

    mutating func remove(_ key: Int64) {
        var at = home(key)
        while keys[at] != key {
            guard keys[at] != Self.none else { return }
            at = (at + 1) & mask
        }
        count -= 1
        // Close the hole: move back every later entry of the run whose home lies at or before it.
        var hole = at
        var next = (at + 1) & mask
        while keys[next] != Self.none {
            let distance = (next - home(keys[next])) & mask
            if distance >= (next - hole) & mask {
                keys[hole] = keys[next]
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        keys[hole] = Self.none
    }

    private mutating func grow() {
        var larger = OrderIndex(capacity: keys.count)
        for at in keys.indices where keys[at] != Self.none { larger.insert(keys[at], slot: slots[at]) }
        self = larger
    }
}
