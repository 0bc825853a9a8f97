import Wording

/// The names a strategy can use without declaring them. A test compares them with the sandbox itself.
enum SandboxNames {
    /// What the host adds.
    static let host: Set<String> = [
        "Strategy", "param", "units", "log", "plot", "notify", "now", "random", "require",
    ]

    /// What is kept of Lua's own globals.
    static let lua: Set<String> = [
        "_G", "_VERSION", "assert", "coroutine", "error", "getmetatable", "ipairs", "math", "next", "pairs", "pcall",
        "print",
        "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable", "string", "table", "tonumber", "tostring",
        "type", "utf8", "xpcall",
    ]

    static let globals = host.union(lua)

    /// Globals of the full Lua that reach outside the strategy.
    static let withheld: Set<String> = [
        "collectgarbage", "debug", "dofile", "io", "load", "loadfile", "loadstring", "os", "package", "warn",
    ]

    /// The fields of the global tables.
    static let fields: [String: Set<String>] = [
        "coroutine": ["create", "isyieldable", "resume", "running", "status", "wrap", "yield"],
        "log": ["debug", "error", "info", "warn"],
        "math": [
            "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max",
            "maxinteger", "min", "mininteger", "modf", "pi", "rad", "random", "sin", "sqrt", "tan", "tointeger",
            "type", "ult",
        ],
        "param": ["bool", "choice", "float", "int"],
        "string": [
            "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep", "reverse", "sub",
            "upper",
        ],
        "table": ["concat", "insert", "move", "pack", "remove", "sort", "unpack"],
        "utf8": ["char", "charpattern", "codepoint", "codes", "len", "offset"],
    ]

    /// The fields and methods of `self` that the host gives.
    static let strategyFields: Set<String> = [
        "balance", "buy", "cancel", "candles", "close", "high", "low", "open", "orders", "params", "position", "sell",
        "set_stop", "set_target", "state", "symbol", "tf", "time", "volume",
    ]

    /// The methods of `self` that want a colon. (`close` is a series too, so `self.close` alone says nothing.)
    static let strategyMethods: Set<String> = [
        "buy", "cancel", "sell", "set_stop", "set_target", "symbol", "tf",
    ]

    /// The callbacks that must answer something to have an effect.
    static let answeringCallbacks: Set<String> = [
        "should_long", "should_short", "should_exit", "calculate_position_size", "calculate_stop_loss",
        "calculate_take_profit", "stop_price", "target_price",
    ]

    /// The callbacks that run after `init`.
    static let laterCallbacks = answeringCallbacks.union([
        "update_position", "on_candle", "on_order", "on_fill", "on_position_opened", "on_position_closed", "on_start",
        "on_stop", "on_upgrade",
    ])

    /// What to write in place of a name that other languages, other Lua hosts or the full Lua have.
    static func hint(for name: String) -> Message? {
        if let word = otherWords[name] {
            return Message("in Lua this is written \(word)", fr: "en Lua, cela s'écrit \(word)")
        }
        switch name {
        case "self":
            return Message(
                "declare the function with a colon, as in function S:should_long(), so that it receives self",
                fr: "déclarez la fonction avec deux-points, comme function S:should_long(), pour qu'elle reçoive self")
        case "ta", "sizing", "exits", "patterns", "class", "stats":
            return Message(
                "write local \(name) = require \"\(name)\" at the top of the file",
                fr: "écrivez local \(name) = require \"\(name)\" en tête du fichier")
        default:
            return strategyFields.contains(name)
                ? Message("did you mean self.\(name)?", fr: "vouliez-vous dire self.\(name) ?") : nil
        }
    }

    private static let otherWords = [
        "None": "nil", "null": "nil", "undefined": "nil", "True": "true", "False": "false", "len": "#x",
        "unpack": "table.unpack(x)", "append": "table.insert(list, x)", "abs": "math.abs(x)", "max": "math.max(a, b)",
        "min": "math.min(a, b)", "floor": "math.floor(x)", "sqrt": "math.sqrt(x)", "int": "math.floor(x)",
        "float": "tonumber(x)", "str": "tostring(x)", "range": "for i = 1, n do … end", "elif": "elseif",
        "pandas_ta": "require \"ta\"", "nan": "0/0", "NaN": "0/0", "continue": "goto",
    ]
}
