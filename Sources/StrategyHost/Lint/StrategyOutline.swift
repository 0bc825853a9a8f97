/// Where a strategy file declares what, read from its text without running it.
public struct StrategyOutline: Sendable, Hashable {
    /// A name and where it stands.
    public struct Entry: Sendable, Hashable {
        public var name: String
        /// 1-based.
        public var line: Int
        /// 1-based, in UTF-8 bytes.
        public var column: Int
    }

    /// The local that holds the value of `Strategy { … }`; nil where there is none.
    public var variable: String?
    /// The keys of the table given to `Strategy`, in the order of the file.
    public var keys: [Entry] = []
    /// The keys of its `params` table.
    public var params: [Entry] = []
    /// The functions stored in the strategy, in the order of the file: `function S:should_long()`, `function
    /// S.valid(p)`, `S.init = function(self) … end`, and functions among the keys of the declaration.
    public var methods: [Entry] = []

    /// Nil where the text is no Lua: the syntax stage of the checker tells why.
    public init?(source: String) {
        guard let facts = try? LuaParser.facts(of: source) else { return nil }  // no Lua, no outline
        self.init(facts)
    }

    init(_ facts: SourceFacts) {
        variable = facts.locals.first { $0.isStrategy }?.name
        if let id = facts.declaration {
            keys = facts.tables[id].entries.map(Entry.init)
            params = facts.declaredParams.map(Entry.init)
        }
        methods = facts.methods.compactMap { function in
            function.name.map { Entry(name: $0, line: function.place.line, column: function.place.column) }
        }
    }

    public func key(_ name: String) -> Entry? { keys.first { $0.name == name } }
    public func param(_ name: String) -> Entry? { params.first { $0.name == name } }
    public func method(_ name: String) -> Entry? { methods.last { $0.name == name } }
}

extension StrategyOutline.Entry {
    fileprivate init(_ entry: SourceFacts.Table.Entry) {
        self.init(name: entry.name, line: entry.place.line, column: entry.place.column)
    }
}

extension SourceFacts {
    /// The entries of the literal `params = { … }` of the declaration.
    var declaredParams: [Table.Entry] {
        guard let declaration else { return [] }
        for entry in tables[declaration].entries where entry.name == "params" {
            if case .table(let id) = entry.value { return tables[id].entries }
        }
        return []
    }

    /// The functions stored in the strategy.
    var methods: [Function] {
        functions.filter { $0.isDeclarationEntry || isStrategy($0.owner) }
    }
}
