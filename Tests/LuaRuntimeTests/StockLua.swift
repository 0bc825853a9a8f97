import CLua

/// The unprotected interpreter of the system, to compare with. Only for scripts written here.
final class StockLua {
    private let state: OpaquePointer

    init?() {
        guard let state = luaL_newstate() else { return nil }
        self.state = state
        luaL_openlibs(state)
    }

    deinit { lua_close(state) }

    /// The chunk's first result as text, or its error.
    func text(_ source: String) -> String {
        lua_settop(state, 0)
        let bytes = source.utf8.map { CChar(bitPattern: $0) }
        guard luaL_loadbufferx(state, bytes, bytes.count, "=user.lua", "t") == LUA_OK,
            lua_pcallk(state, 0, 1, 0, 0, nil) == LUA_OK
        else { return "error: " + top }
        return top
    }

    private var top: String {
        var length = 0
        guard let text = lua_tolstring(state, -1, &length) else { return "not a string" }
        return String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
    }
}

/// Puts what a call answers, or the error it raises, into one line of text.
let showPrelude = """
    local function quote(v)
      if type(v) == "string" then return (v:gsub("[^%w%p ]", function(c) return "\\\\" .. c:byte() end)) end
      if type(v) == "table" or type(v) == "function" then return type(v) end
      return tostring(v)
    end
    local function show(f, ...)
      local r = table.pack(pcall(f, ...))
      for i = 1, r.n do r[i] = quote(r[i]) end
      return table.concat(r, "|", 1, r.n)
    end
    local lines = {}
    local function add(f, ...) lines[#lines + 1] = show(f, ...) end

    """

let showEnd = "\nreturn table.concat(lines, '\\n')"

/// The first line in which two texts differ; nil when they are equal.
func firstDifference(_ ours: String, _ theirs: String) -> String? {
    let pairs = zip(
        ours.split(separator: "\n", omittingEmptySubsequences: false),
        theirs.split(separator: "\n", omittingEmptySubsequences: false))
    for (line, pair) in pairs.enumerated() where pair.0 != pair.1 {
        return "case \(line + 1): ours \(pair.0), stock \(pair.1)"
    }
    return ours == theirs ? nil : "ours has \(ours.utf8.count) bytes, stock \(theirs.utf8.count)"
}
