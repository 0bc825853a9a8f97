import CLuaHost

/// Owns the interpreter; closed when the machine and all its references are gone.
final class LuaState {
    let raw: OpaquePointer

    init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { ah_close(raw) }
}

/// A value that lives inside a machine and is kept for the host: a table, a function, a userdata.
public final class LuaReference {
    let state: LuaState
    public let raw: ah_ref
    public let isFunction: Bool

    init(_ raw: ah_ref, in state: LuaState, isFunction: Bool = false) {
        self.raw = raw
        self.state = state
        self.isFunction = isFunction
    }

    deinit { ah_release(state.raw, raw) }
}
