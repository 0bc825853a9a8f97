/// One lexical element of a Lua 5.4 source.
struct LuaToken: Equatable {
    enum Kind: Equatable {
        /// An identifier that is no keyword.
        case name(String)
        /// `and`, `function`, … (`LuaToken.keywords`).
        case keyword(String)
        /// The contents of a short or long string. Escapes other than `\\`, `\"`, `\'` and `\n` stay as written: the
        /// reader compares contents with plain names only.
        case string(String)
        case number(Double)
        /// An operator or a delimiter, such as `==` or `(`.
        case symbol(String)
        case end
    }

    var kind: Kind
    /// 1-based.
    var line: Int
    /// 1-based, in UTF-8 bytes.
    var column: Int

    static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
        "not", "or", "repeat", "return", "then", "true", "until", "while",
    ]
}
