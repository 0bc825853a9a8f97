import CLuaHost
import Wording

/// One sandboxed Lua interpreter: text in, values out, every call under a budget.
///
/// Not Sendable: used by one thread at a time, with at least 1 MiB of stack. Nothing here may be called from inside a
/// host function, except `admitOutput`.
public final class LuaMachine {
    let state: LuaState
    /// For the functions of CLuaHost; valid as long as the machine lives.
    public var raw: OpaquePointer { state.raw }
    public let limits: LuaLimits
    /// Module sources, which the interpreter reads in place.
    private var sources: [UnsafeMutableBufferPointer<CChar>] = []

    /// Fails with kind `memory` when the limits do not hold even an empty interpreter.
    public init(limits: LuaLimits = LuaLimits(), seed: UInt64 = 0) throws(LuaFailure) {
        var raw = limits.raw
        guard let machine = ah_create(&raw, seed) else {
            throw LuaFailure(
                .memory,
                message: Message(
                    "A Lua interpreter does not fit into \(limits.memoryBytes) bytes",
                    fr: "Un interpréteur Lua ne tient pas dans \(limits.memoryBytes) octets"),
                text: "not enough memory")
        }
        state = LuaState(machine)
        self.limits = limits
    }

    deinit {
        for source in sources { source.deallocate() }
    }

    // MARK: Chunks and modules

    /// Compiles a chunk of text without running it.
    ///
    /// - Parameters:
    ///   - source: the bytes of the file; a byte order mark and a first line beginning with `#` are skipped.
    ///   - name: stands in messages; colons and line ends are replaced, 57 bytes are kept.
    ///   - environment: the table of globals; the script's own when nil.
    ///   - isHost: a part of the product, whose lines are never reported as the user's.
    public func load(
        _ source: some Collection<UInt8>, name: String, environment: LuaReference? = nil, isHost: Bool = false
    ) throws(LuaFailure) -> LuaReference {
        var reference: ah_ref = 0
        let bytes = Array(source)
        let clean = Self.chunkName(name)
        let status = bytes.withUnsafeBytes { buffer in
            let text = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return ah_load(state.raw, text, buffer.count, clean, environment?.raw ?? 0, isHost, &reference)
        }
        try check(status, loading: true)
        return LuaReference(reference, in: state, isFunction: true)
    }

    public func load(_ source: String, name: String) throws(LuaFailure) -> LuaReference {
        try load(source.utf8, name: name)
    }

    /// Compiles a chunk and runs it once under the load budget.
    public func run(
        _ source: some Collection<UInt8>, name: String, results: Int = 1
    ) throws(LuaFailure) -> [LuaValue] {
        try call(load(source, name: name), results: results, loading: true)
    }

    /// Makes `require "name"` find this source. A module of the host runs with the host's own globals and its table is
    /// read-only for scripts; a user's module shares the script's globals and its lines are reported.
    public func addModule(_ name: String, source: some Collection<UInt8>, isUser: Bool = false) throws(LuaFailure) {
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(1, source.count))
        for (position, byte) in source.enumerated() { copy[position] = CChar(bitPattern: byte) }
        sources.append(copy)
        try check(ah_add_module(state.raw, name, copy.baseAddress, source.count, isUser))
    }

    /// The same for bytes that live as long as the process, which are not copied.
    public func addModule(_ name: String, staticSource: UnsafeBufferPointer<CChar>) throws(LuaFailure) {
        try check(ah_add_module(state.raw, name, staticSource.baseAddress, staticSource.count, false))
    }

    /// Makes `require "name"` answer this value; a table becomes read-only for scripts.
    public func setModule(_ name: String, _ value: LuaReference) throws(LuaFailure) {
        try check(ah_set_module(state.raw, name, value.raw))
    }

    // MARK: Measures

    /// Bytes the interpreter holds now.
    public var memoryUsed: Int { ah_memory_used(state.raw) }
    public var memoryPeak: Int { ah_memory_peak(state.raw) }
    /// What the last call took from its instruction budget.
    public var instructionsUsed: Int64 { ah_instructions_used(state.raw) }
    /// Lines refused by the output budget since the machine was made.
    public var droppedOutput: UInt64 { ah_dropped_output(state.raw) }

    /// Counts one more printed or logged line; false when the call's budget is used up.
    public func admitOutput(bytes: Int) -> Bool { ah_admit_output(state.raw, max(0, bytes)) }

    /// Receives the lines of `print`; the context must outlive the machine.
    public func setOutput(_ output: ah_output?, context: UnsafeMutableRawPointer?) {
        ah_set_output(state.raw, output, context)
    }

    /// Restarts `math.random` from this seed.
    public func setSeed(_ seed: UInt64) { ah_set_seed(state.raw, seed) }

    // MARK: Internals

    func check(_ status: ah_status, loading: Bool = false) throws(LuaFailure) {
        guard status != AH_OK else { return }
        throw failure(loading: loading)
    }

    func failure(loading: Bool) -> LuaFailure {
        LuaFailure(ah_last_error(state.raw), limits: limits, loading: loading)
    }

    static func chunkName(_ name: String) -> String {
        var clean = String(name.map { $0 == ":" || $0.isNewline ? "_" : $0 })
        if clean.hasPrefix("[") { clean = "_" + clean.dropFirst() }
        while clean.utf8.count > 57 { clean.removeLast() }
        return clean.isEmpty ? "script" : clean
    }
}
