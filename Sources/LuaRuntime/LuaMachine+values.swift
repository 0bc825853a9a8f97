import CLuaHost

extension LuaMachine {
    // MARK: Making values

    public func makeTable() throws(LuaFailure) -> LuaReference {
        try make { ah_new_table(state.raw, $0) }
    }

    /// The series and everything it points to must outlive the machine.
    public func makeSeries(_ series: UnsafePointer<ah_series>) throws(LuaFailure) -> LuaReference {
        try make { ah_new_series(state.raw, series, $0) }
    }

    /// The bundle and everything it points to must outlive the machine.
    public func makeBundle(_ bundle: UnsafePointer<ah_bundle>) throws(LuaFailure) -> LuaReference {
        try make { ah_new_bundle(state.raw, bundle, $0) }
    }

    /// The record and everything it points to must outlive the machine. Field names have at most 40 bytes.
    public func makeRecord(_ record: UnsafePointer<ah_record>) throws(LuaFailure) -> LuaReference {
        try make { ah_new_record(state.raw, record, $0) }
    }

    /// `function` is a global `@convention(c)` function: a closure made elsewhere may carry an isolation check.
    /// `opened` has bit i set when a table as argument i (from 0) is copied for the function; others stay closed.
    public func makeFunction(
        _ name: String, opened: UInt32 = 0, context: UnsafeMutableRawPointer?, _ function: ah_function
    ) throws(LuaFailure) -> LuaReference {
        try make(isFunction: true) { ah_new_function(state.raw, name, opened, function, context, $0) }
    }

    public enum Builtin: String, CaseIterable, Sendable {
        /// `a[1] <= b[1] and a[0] > b[0]` over series and numbers; NaN gives false.
        case crossover
        /// Its mirror.
        case crossunder
    }

    public func builtin(_ builtin: Builtin) throws(LuaFailure) -> LuaReference {
        try make(isFunction: true) { ah_builtin(state.raw, builtin.rawValue, $0) }
    }

    /// A view of the table that scripts can read and walk through but not change.
    public func freeze(_ table: LuaReference) throws(LuaFailure) -> LuaReference {
        try make { ah_freeze(state.raw, table.raw, $0) }
    }

    /// The globals of scripts.
    public func scriptGlobals() throws(LuaFailure) -> LuaReference {
        try make { ah_globals(state.raw, $0) }
    }

    /// The globals of the host's modules, which scripts do not see.
    public func hostGlobals() throws(LuaFailure) -> LuaReference {
        try make { ah_host_globals(state.raw, $0) }
    }

    /// Builds a table inside the machine from plain data.
    public func makeTable(_ table: LuaTable) throws(LuaFailure) -> LuaReference {
        let reference = try makeTable()
        for entry in table.entries { try set(reference, entry.key, entry.value) }
        return reference
    }

    // MARK: Tables

    /// `table[key] = value`, without metamethods.
    public func set(_ table: LuaReference, _ key: LuaValue, _ value: LuaValue) throws(LuaFailure) {
        let status = try withRaw(key) { rawKey throws(LuaFailure) in
            try withRaw(value) { rawValue in ah_set(state.raw, table.raw, rawKey, rawValue) }
        }
        try check(status)
    }

    public func set(_ table: LuaReference, _ key: String, _ value: LuaValue) throws(LuaFailure) {
        try set(table, .string(key), value)
    }

    public func set(_ table: LuaReference, _ key: String, _ value: LuaReference) throws(LuaFailure) {
        try set(table, .string(key), .reference(value))
    }

    public func setGlobal(_ name: String, _ value: LuaReference) throws(LuaFailure) {
        try set(scriptGlobals(), name, value)
    }

    /// `table[key]`, without metamethods; tables and functions as references.
    public func get(_ table: LuaReference, _ key: String) throws(LuaFailure) -> LuaValue {
        var value = ah_value()
        let status = try withRaw(.string(key)) { rawKey in ah_get(state.raw, table.raw, rawKey, &value) }
        try check(status)
        return adopt(value)
    }

    /// A copy of the table and of those in it; fails with kind `refused` beyond the value limits.
    public func open(_ table: LuaReference) throws(LuaFailure) -> LuaTable {
        var value = ah_value()
        var nodes: UnsafePointer<ah_node>?
        try check(ah_open(state.raw, table.raw, &value, &nodes))
        return LuaTable(value, nodes: nodes)
    }

    // MARK: Calls

    /// Calls a function; tables and functions among the results are references.
    public func call(
        _ function: LuaReference, _ arguments: [LuaValue] = [], results: Int = 1, loading: Bool = false
    ) throws(LuaFailure) -> [LuaValue] {
        var raws: [ah_value] = []
        var kept: [LuaReference] = []
        for argument in arguments {
            let raw = try place(argument, keeping: &kept)
            raws.append(raw)
        }
        var answers = [ah_value](repeating: .null, count: max(0, results))
        let status = ah_call(
            state.raw, function.raw, raws, Int32(clamping: raws.count), &answers, Int32(clamping: answers.count),
            loading)
        withExtendedLifetime(kept) {}
        try check(status, loading: loading)
        return answers.map { adopt($0) }
    }

    // MARK: Internals

    private func make(
        isFunction: Bool = false, _ body: (UnsafeMutablePointer<ah_ref>) -> ah_status
    ) throws(LuaFailure) -> LuaReference {
        var reference: ah_ref = 0
        try check(body(&reference))
        return LuaReference(reference, in: state, isFunction: isFunction)
    }

    /// Takes over a result; a kept value becomes a reference with an owner.
    func adopt(_ raw: ah_value) -> LuaValue {
        guard raw.kind == AH_REFERENCE.rawValue else { return LuaValue(raw, nodes: nil) }
        let isFunction = raw.length == AH_FUNCTION.rawValue
        return .reference(LuaReference(ah_ref(truncatingIfNeeded: raw.integer), in: state, isFunction: isFunction))
    }

    /// The plain form of an argument; strings and tables are put into the machine first.
    private func place(_ value: LuaValue, keeping kept: inout [LuaReference]) throws(LuaFailure) -> ah_value {
        switch value {
        case .string(let text):
            // Strings of arguments must outlive the call, so the machine holds them.
            let holder = try makeTable()
            try set(holder, .integer(1), .string(text))
            var raw = ah_value()
            try check(ah_get(state.raw, holder.raw, .integer(1), &raw))
            kept.append(holder)
            return raw
        case .table(let table):
            let reference = try makeTable(table)
            kept.append(reference)
            return .reference(reference)
        default:
            return try withRaw(value) { $0 }
        }
    }

    private func withRaw<Result>(
        _ value: LuaValue, _ body: (ah_value) throws(LuaFailure) -> Result
    ) throws(LuaFailure) -> Result {
        switch value {
        case .boolean(let flag): return try body(.boolean(flag))
        case .integer(let number): return try body(.integer(number))
        case .number(let number): return try body(.number(number))
        case .labelled(let label, let number): return try body(.labelled(label, number))
        case .reference(let reference):
            defer { withExtendedLifetime(reference) {} }
            return try body(.reference(reference))
        case .string(let text):
            let bytes = text.utf8.map { CChar(bitPattern: $0) }
            let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(1, bytes.count))
            defer { copy.deallocate() }
            _ = copy.initialize(from: bytes)
            return try body(.string(UnsafeBufferPointer(start: copy.baseAddress, count: bytes.count)))
        case .table(let table):
            let reference = try makeTable(table)
            defer { withExtendedLifetime(reference) {} }
            return try body(.reference(reference))
        default:
            return try body(.null)
        }
    }
}
