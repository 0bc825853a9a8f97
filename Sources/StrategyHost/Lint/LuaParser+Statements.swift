extension LuaParser {
    mutating func block() throws(NotLua) {
        openScope()
        try statements()
        closeScope()
    }

    private mutating func statements() throws(NotLua) {
        while !blockEnds {
            if isKeyword("return") {
                try returnStatement()
                return
            }
            if !isSymbol(";") { facts.functions[function].statementCount += 1 }
            try deeper { (parser) throws(NotLua) in try parser.statement() }
        }
    }

    private var blockEnds: Bool {
        switch token.kind {
        case .end, .keyword("end"), .keyword("else"), .keyword("elseif"), .keyword("until"): true
        default: false
        }
    }

    private mutating func statement() throws(NotLua) {
        switch token.kind {
        case .keyword(let word):
            try keywordStatement(word)
        case .symbol(";"):
            try advance()
        case .symbol("::"):
            try advance()
            _ = try expectName()
            try expect("::")
        default:
            try callOrAssignment()
        }
    }

    private mutating func keywordStatement(_ word: String) throws(NotLua) {
        try advance()
        switch word {
        case "if": try ifStatement()
        case "while":
            try condition()
            try body(after: "do")
        case "do":
            try block()
            try expect(keyword: "end")
        case "for": try forStatement()
        case "repeat": try repeatStatement()
        case "function": try functionStatement()
        case "local": try localStatement()
        case "goto": _ = try expectName()
        case "break": break
        default: throw NotLua()
        }
    }

    private mutating func body(after word: String) throws(NotLua) {
        try expect(keyword: word)
        try block()
        try expect(keyword: "end")
    }

    private mutating func condition() throws(NotLua) {
        noteTested(try expression())
    }

    private mutating func ifStatement() throws(NotLua) {
        try condition()
        try expect(keyword: "then")
        try block()
        while try accept(keyword: "elseif") {
            try condition()
            try expect(keyword: "then")
            try block()
        }
        if try accept(keyword: "else") { try block() }
        try expect(keyword: "end")
    }

    private mutating func forStatement() throws(NotLua) {
        var names = [try expectName()]
        while try accept(",") { names.append(try expectName()) }
        if try !accept("=") { try expect(keyword: "in") }
        _ = try expressions()
        openScope()
        for (name, place) in names { declare(name, .loop, at: place) }
        try body(after: "do")
        closeScope()
    }

    /// The condition still sees the locals of the body.
    private mutating func repeatStatement() throws(NotLua) {
        openScope()
        try statements()
        try expect(keyword: "until")
        try condition()
        closeScope()
    }

    private mutating func functionStatement() throws(NotLua) {
        let (name, start) = try expectName()
        var last = (name: name, place: start)
        var owner: SourceFacts.Root?
        var fieldCount = 0
        while try accept(".") {
            owner = fieldCount == 0 ? resolve(name) : nil
            last = try expectName()
            fieldCount += 1
        }
        let isMethod = try accept(":")
        if isMethod {
            owner = fieldCount == 0 ? resolve(name) : nil
            last = try expectName()
            fieldCount += 1
        }
        let shape = mention(name, at: start)
        if fieldCount == 0 {
            markWritten(shape)
            if case .variable(.global) = shape { facts.globals[facts.globals.count - 1].isFunctionDeclaration = true }
        }
        var new = SourceFacts.Function(place: last.place, owner: owner, name: last.name)
        new.hasSelf = isMethod
        try functionBody(new)
    }

    private mutating func localStatement() throws(NotLua) {
        if try accept(keyword: "function") {
            let (name, start) = try expectName()
            declare(name, .function, at: start)
            try functionBody(SourceFacts.Function(place: start, name: name))
            return
        }
        var names: [(name: String, place: SourceFacts.Place)] = []
        repeat {
            names.append(try expectName())
            if try accept("<") {
                _ = try expectName()
                try expect(">")
            }
        } while try accept(",")
        let values = try accept("=") ? try expressions() : []
        for (index, (name, place)) in names.enumerated() {
            let id = declare(name, .variable, at: place)
            if index < values.count { note(values[index], storedIn: id) }
        }
    }

    /// Remembers what a new local holds, where the rules care.
    private mutating func note(_ value: LuaShape, storedIn id: SourceFacts.LocalID) {
        switch value {
        case .params:
            facts.locals[id].isParams = true
            facts.escapedParams -= 1
        case .call(.global("require"), argument: .string(let module)):
            facts.locals[id].module = module
        case .call(.global("Strategy"), _):
            facts.locals[id].isStrategy = true
        case .function:
            facts.locals[id].kind = .function
        case .table(let table):
            facts.locals[id].table = table
        default:
            break
        }
    }

    private mutating func callOrAssignment() throws(NotLua) {
        let start = place
        let (first, isCall) = try suffixed()
        guard isSymbol("=") || isSymbol(",") else {
            guard isCall else { throw NotLua() }
            return
        }
        markWritten(first)
        while try accept(",") { markWritten(try suffixed().shape) }
        try expect("=")
        if case .field(let root, let name, _) = first, try accept(keyword: "function") {
            // `S.init = function(self) … end` declares a method as `function S.init(self)` does.
            try functionBody(SourceFacts.Function(place: start, owner: root, name: name))
            if try accept(",") { _ = try expressions() }
            return
        }
        let values = try expressions()
        if case .variable(.local(let id)) = first, case .call(.global("Strategy"), _)? = values.first {
            facts.locals[id].isStrategy = true
        }
    }

    private mutating func returnStatement() throws(NotLua) {
        try advance()
        var values: [LuaShape] = []
        let start = place
        if !blockEnds && !isSymbol(";") { values = try expressions() }
        _ = try accept(";")
        guard blockEnds else { throw NotLua() }
        facts.functions[function].statementCount += 1
        guard let first = values.first else { return }
        facts.functions[function].answers = true
        if case .number(let value) = first {
            facts.functions[function].constantAnswers.append((value: value, place: start))
        }
        guard function == 0 else { return }
        switch first {
        case .variable(let root), .call(.global("setmetatable"), argument: .variable(let root)): facts.returned = root
        default: break
        }
    }
}
