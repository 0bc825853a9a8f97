import CLuaHost

/// Bounds of one machine; each call and each load gets the whole of its budget.
public struct LuaLimits: Sendable, Hashable {
    /// VM instructions of one call, and C work that costs about as much (pattern steps, bytes copied).
    public var instructions: Int64 = 10_000_000
    /// The same for running a chunk the first time, its modules included.
    public var loadInstructions: Int64 = 20_000_000
    /// Wall nanoseconds of one call, counted from its first look at the clock.
    public var callNanoseconds: Int64 = 250_000_000
    /// Wall nanoseconds to compile a chunk and run it the first time, together. Below one second, because one slow
    /// instruction may pass before the clock is looked at.
    public var loadNanoseconds: Int64 = 600_000_000
    /// Bytes of all blocks of the interpreter together.
    public var memoryBytes = 32 << 20
    /// Bytes of one block that is no string: a table's list part holds 32,768 elements, its named part 16,384.
    public var blockBytes = 512 << 10
    /// Bytes of one string.
    public var stringBytes = 256 << 10
    /// Bytes of one chunk or module.
    public var sourceBytes = 256 << 10
    /// Nesting, entries and bytes of text of a table that is handed to the host.
    public var valueDepth = 16
    public var valueCount = 16_384
    public var valueBytes = 1 << 20
    /// Lines, and bytes of them, that one call may print or log; what is beyond is counted and dropped.
    public var outputLines = 200
    public var outputBytes = 64 << 10

    public init() {}

    var raw: ah_limits {
        var limits = ah_limits()
        limits.instructions = max(1, instructions)
        limits.load_instructions = max(1, loadInstructions)
        limits.call_nanoseconds = max(1, callNanoseconds)
        limits.load_nanoseconds = max(1, loadNanoseconds)
        limits.memory = max(1, memoryBytes)
        limits.block = max(1, blockBytes)
        limits.string = max(1, stringBytes)
        limits.source_bytes = max(1, sourceBytes)
        limits.value_depth = UInt32(clamping: max(1, valueDepth))
        limits.value_count = UInt32(clamping: max(1, valueCount))
        limits.value_bytes = max(1, valueBytes)
        limits.output_lines = UInt32(clamping: max(1, outputLines))
        limits.output_bytes = max(1, outputBytes)
        return limits
    }
}
