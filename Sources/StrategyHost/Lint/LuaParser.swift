/// Reads a Lua 5.4 chunk once, resolves its names and collects `SourceFacts`; it builds no tree.
///
/// Recursive descent with a bound on depth, so that no source makes it crash; its time is linear in the source.
struct LuaParser {
    /// Lua itself refuses deeper nesting (LUAI_MAXCCALLS).
    static let depthLimit = 200

    var facts = SourceFacts()
    private(set) var token: LuaToken
    private var lexer: LuaLexer
    private var ahead: LuaToken?
    private var depth = 0
    /// The locals that a name stands for, the innermost last.
    private var visible: [String: [SourceFacts.LocalID]] = [:]
    private var scopes: [[SourceFacts.LocalID]] = []
    private(set) var function: SourceFacts.FunctionID = 0

    static func facts(of source: String) throws(NotLua) -> SourceFacts {
        var lexer = LuaLexer(source)
        let first = try lexer.next()
        var parser = LuaParser(first: first, lexer: lexer)
        try parser.chunk()
        return parser.facts
    }

    private init(first: LuaToken, lexer: LuaLexer) {
        token = first
        self.lexer = lexer
    }

    private mutating func chunk() throws(NotLua) {
        facts.functions.append(SourceFacts.Function(place: place))
        try block()
        guard token.kind == .end else { throw NotLua() }
    }
}

// MARK: - Tokens

extension LuaParser {
    var place: SourceFacts.Place { SourceFacts.Place(line: token.line, column: token.column) }

    mutating func advance() throws(NotLua) {
        if let next = ahead {
            token = next
            ahead = nil
        } else {
            token = try lexer.next()
        }
    }

    mutating func peek() throws(NotLua) -> LuaToken.Kind {
        if let next = ahead { return next.kind }
        let next = try lexer.next()
        ahead = next
        return next.kind
    }

    func isSymbol(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }
    func isKeyword(_ word: String) -> Bool { token.kind == .keyword(word) }

    mutating func accept(_ symbol: String) throws(NotLua) -> Bool {
        guard isSymbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func accept(keyword word: String) throws(NotLua) -> Bool {
        guard isKeyword(word) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: String) throws(NotLua) {
        guard try accept(symbol) else { throw NotLua() }
    }

    mutating func expect(keyword word: String) throws(NotLua) {
        guard try accept(keyword: word) else { throw NotLua() }
    }

    mutating func expectName() throws(NotLua) -> (name: String, place: SourceFacts.Place) {
        guard case .name(let name) = token.kind else { throw NotLua() }
        let start = place
        try advance()
        return (name, start)
    }

    mutating func deeper<Result>(
        _ body: (inout LuaParser) throws(NotLua) -> Result
    ) throws(NotLua) -> Result {
        depth += 1
        guard depth <= Self.depthLimit else { throw NotLua() }
        defer { depth -= 1 }
        return try body(&self)
    }
}

// MARK: - Scopes

extension LuaParser {
    mutating func openScope() { scopes.append([]) }

    mutating func closeScope() {
        for id in scopes.removeLast() { visible[facts.locals[id].name]?.removeLast() }
    }

    @discardableResult
    mutating func declare(
        _ name: String, _ kind: SourceFacts.Local.Kind, at place: SourceFacts.Place
    ) -> SourceFacts.LocalID {
        if name == "_ENV" { facts.mentionsEnvironment = true }
        let id = facts.locals.count
        facts.locals.append(SourceFacts.Local(name: name, kind: kind, place: place))
        visible[name, default: []].append(id)
        scopes[scopes.count - 1].append(id)
        return id
    }

    func resolve(_ name: String) -> SourceFacts.Root {
        visible[name]?.last.map { .local($0) } ?? .global(name)
    }

    /// Notes a mention of a variable as a read; an assignment turns it into a write (`markWritten`).
    mutating func mention(_ name: String, at place: SourceFacts.Place) -> LuaShape {
        if name == "_ENV" { facts.mentionsEnvironment = true }
        let root = resolve(name)
        switch root {
        case .local(let id):
            facts.locals[id].readCount += 1
            if facts.locals[id].isParams { return .params }
        case .global:
            facts.globals.append(SourceFacts.Global(name: name, place: place, function: function))
        }
        return .variable(root)
    }

    /// The expression just read is the target of an assignment.
    mutating func markWritten(_ target: LuaShape) {
        switch target {
        case .variable(.local(let id)):
            facts.locals[id].readCount -= 1
        case .variable(.global):
            facts.globals[facts.globals.count - 1].isWrite = true
        case .field(_, _, let use):
            facts.fields[use].isWrite = true
        default:
            break
        }
    }

    /// Runs `body` inside a new function of the source.
    mutating func insideFunction<Result>(
        _ new: SourceFacts.Function, _ body: (inout LuaParser) throws(NotLua) -> Result
    ) throws(NotLua) -> Result {
        let outer = function
        var new = new
        new.parent = outer
        function = facts.functions.count
        facts.functions.append(new)
        openScope()
        let result = try body(&self)
        closeScope()
        function = outer
        return result
    }
}
