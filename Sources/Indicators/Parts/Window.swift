/// The last `capacity` values in a ring of its own memory.
///
/// It does not know how many values it holds: kernels count their warm-up themselves. What was in it before a reset
/// is read again only during the next warm-up, where nobody uses it.
struct Window: ~Copyable {
    let base: UnsafeMutablePointer<Double>
    let capacity: Int
    /// Where the next value goes; once full, also where the oldest value is.
    private(set) var head = 0

    init(_ capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        base = .allocate(capacity: capacity)
        base.initialize(repeating: 0, count: capacity)
    }

    deinit { base.deallocate() }

    /// Puts a value in and gives the one it replaces: the value `capacity` rows ago.
    @inline(__always)
    mutating func exchange(_ value: Double) -> Double {
        let old = base[head]
        base[head] = value
        head &+= 1
        if head == capacity { head = 0 }
        return old
    }

    /// Puts a value in and gives the oldest of the last `capacity` ones, the new one included.
    @inline(__always)
    mutating func push(_ value: Double) -> Double {
        base[head] = value
        head &+= 1
        if head == capacity { head = 0 }
        return base[head]
    }

    /// Makes the next value go to the first place, for kernels that read the ring in the order of its memory.
    @inline(__always)
    mutating func rewind() { head = 0 }
}
