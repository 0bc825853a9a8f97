/// The arithmetic of one indicator, a row at a time.
///
/// A kernel owns its memory (`Window`), so it cannot be copied; `KernelStream` is the only one that holds kernels, and
/// specialises its loop for each of them. A kernel never sees an unusable input (see `StreamingIndicator`).
protocol Kernel: ~Copyable, SendableMetatype {
    associatedtype Input: KernelInput
    associatedtype Output: KernelOutput

    /// The number of rows that `step` answers with NaN after a reset.
    var lookback: Int { get }

    /// Takes the next row, and gives its value or NaN during the warm-up.
    mutating func step(_ input: Input) -> Output

    /// Back to the state before the first row, in constant time.
    mutating func reset()

    /// True if the warm-up is over and `steady` may be called; false for ever for kernels without a `steady` of their
    /// own.
    var isWarm: Bool { get }

    /// What `step` does once the kernel is warm, without asking whether it is: the loop over a column.
    mutating func steady(_ input: Input) -> Output

    /// True if `step` depends on its input alone, so that rows may be worked on side by side.
    static var isStateless: Bool { get }
}

extension Kernel where Self: ~Copyable {
    var isWarm: Bool {
        @inline(__always)
        get { false }
    }

    @inline(__always)
    mutating func steady(_ input: Input) -> Output { step(input) }

    static var isStateless: Bool {
        @inline(__always)
        get { false }
    }
}

/// Inputs of larger magnitude are taken for missing: their squares and products would overflow, and an infinity in a
/// running sum never leaves it.
let usableMagnitude = 1e100
