extension LuaParser {
    mutating func expressions() throws(NotLua) -> [LuaShape] {
        var shapes = [try expression()]
        while try accept(",") { shapes.append(try expression()) }
        return shapes
    }

    mutating func expression() throws(NotLua) -> LuaShape {
        try subexpression(above: 0)
    }

    /// Binding powers of Lua 5.4's operators: to the left and to the right of each.
    private static let powers: [String: (left: Int, right: Int)] = [
        "or": (1, 1), "and": (2, 2), "<": (3, 3), ">": (3, 3), "<=": (3, 3), ">=": (3, 3), "~=": (3, 3), "==": (3, 3),
        "|": (4, 4), "~": (5, 5), "&": (6, 6), "<<": (7, 7), ">>": (7, 7), "..": (9, 8), "+": (10, 10),
        "-": (10, 10), "*": (11, 11), "/": (11, 11), "//": (11, 11), "%": (11, 11), "^": (14, 13),
    ]
    private static let unaryPower = 12

    private func binaryPower() -> (left: Int, right: Int)? {
        switch token.kind {
        case .symbol(let text), .keyword(let text): Self.powers[text]
        default: nil
        }
    }

    private mutating func subexpression(above limit: Int) throws(NotLua) -> LuaShape {
        try deeper { (parser) throws(NotLua) in
            var shape: LuaShape
            if parser.isKeyword("not") || parser.isSymbol("-") || parser.isSymbol("~") || parser.isSymbol("#") {
                let isMinus = parser.isSymbol("-")
                let isTest = parser.isKeyword("not")
                try parser.advance()
                let operand = try parser.subexpression(above: Self.unaryPower)
                if isTest { parser.noteTested(operand) }
                if isMinus, case .number(let value) = operand { shape = .number(-value) } else { shape = .other }
            } else {
                shape = try parser.simple()
            }
            while let power = parser.binaryPower(), power.left > limit {
                // The left side of `and` and `or` is asked whether it is true; comparisons ask nothing.
                if parser.isKeyword("and") || parser.isKeyword("or") { parser.noteTested(shape) }
                try parser.advance()
                _ = try parser.subexpression(above: power.right)
                shape = .other
            }
            return shape
        }
    }

    private mutating func simple() throws(NotLua) -> LuaShape {
        switch token.kind {
        case .number(let value):
            try advance()
            return .number(value)
        case .string(let text):
            try advance()
            return .string(text)
        case .keyword("nil"), .keyword("true"), .keyword("false"), .symbol("..."):
            try advance()
            return .other
        case .symbol("{"):
            return .table(try table())
        case .keyword("function"):
            let start = place
            try advance()
            return .function(try functionBody(SourceFacts.Function(place: start)))
        default:
            let shape = try suffixed().shape
            noteValue(shape)
            return shape
        }
    }

    /// The expression is asked whether it is true.
    mutating func noteTested(_ shape: LuaShape) {
        if case .field(_, _, let use) = shape { facts.fields[use].isTested = true }
    }

    /// A variable used as a value may be changed where this reading does not follow it.
    private mutating func noteValue(_ shape: LuaShape) {
        switch shape {
        case .params: facts.escapedParams += 1
        case .variable(let root): facts.escapedRoots.insert(root)
        default: break
        }
    }

    /// A variable, field, call or parenthesised expression; says whether it ends with a call.
    mutating func suffixed() throws(NotLua) -> (shape: LuaShape, isCall: Bool) {
        var shape: LuaShape
        var isCall = false
        if try accept("(") {
            shape = try expression()
            try expect(")")
            if case .params = shape { facts.escapedParams -= 1 }
        } else {
            let (name, start) = try expectName()
            shape = mention(name, at: start)
        }
        while let next = try suffix(of: shape) {
            shape = next.shape
            isCall = next.isCall
        }
        return (shape, isCall)
    }

    private mutating func suffix(of shape: LuaShape) throws(NotLua) -> (shape: LuaShape, isCall: Bool)? {
        switch token.kind {
        case .symbol("."):
            try advance()
            let (name, start) = try expectName()
            return (access(name, of: shape, at: start), false)
        case .symbol("["):
            try advance()
            let start = place
            let index = try expression()
            try expect("]")
            if case .string(let name) = index { return (access(name, of: shape, at: start), false) }
            noteValue(shape)
            return (.other, false)
        case .symbol(":"):
            try advance()
            let (name, start) = try expectName()
            let field = access(name, of: shape, at: start)
            if case .field(_, _, let use) = field { facts.fields[use].isMethodCall = true }
            return (try call(field), true)
        case .symbol("("), .symbol("{"), .string:
            return (try call(shape), true)
        default:
            return nil
        }
    }

    private mutating func access(_ name: String, of shape: LuaShape, at place: SourceFacts.Place) -> LuaShape {
        switch shape {
        case .params:
            facts.readParams.insert(name)
            return .other
        case .variable(let root):
            let field = SourceFacts.Field(root: root, name: name, place: place, function: function)
            facts.fields.append(field)
            return name == "params" ? .params : .field(root, name, use: facts.fields.count - 1)
        default:
            return name == "params" ? .params : .other
        }
    }

    private mutating func call(_ callee: LuaShape) throws(NotLua) -> LuaShape {
        if case .field(_, _, let use) = callee { facts.fields[use].isCalled = true }
        var argument = LuaShape.CallArgument.other
        let escapedBefore = facts.escapedRoots
        switch token.kind {
        case .string(let text):
            try advance()
            argument = .string(text)
        case .symbol("{"):
            argument = .table(try table(ofStrategy: isStrategyCall(callee)))
        default:
            try expect("(")
            if case .symbol("{") = token.kind, isStrategyCall(callee) {
                argument = .table(try table(ofStrategy: true))
            } else if !isSymbol(")") {
                argument = callArgument(try expression())
            }
            while try accept(",") { _ = try expression() }
            try expect(")")
        }
        if case .field(_, _, let use) = callee, case .table(let id) = argument { facts.fields[use].table = id }
        // The modules of the standard library read a strategy; they do not add fields to it.
        if case .field(.local(let id), _, _) = callee, facts.locals[id].module != nil {
            facts.escapedRoots = escapedBefore
        }
        guard case .variable(let root) = callee else { return .other }
        return .call(root, argument: argument)
    }

    private func isStrategyCall(_ callee: LuaShape) -> Bool {
        if case .variable(.global("Strategy")) = callee { facts.declaration == nil } else { false }
    }

    private func callArgument(_ shape: LuaShape) -> LuaShape.CallArgument {
        switch shape {
        case .string(let text): .string(text)
        case .table(let id): .table(id)
        case .variable(let root): .variable(root)
        default: .other
        }
    }

    /// `{ … }`. Its number is given before its contents are read, so that a callback inside knows its owner.
    private mutating func table(ofStrategy: Bool = false) throws(NotLua) -> SourceFacts.TableID {
        let id = facts.tables.count
        facts.tables.append(SourceFacts.Table())
        if ofStrategy { facts.declaration = id }
        try expect("{")
        while !isSymbol("}") {
            try tableEntry(of: id, isStrategy: ofStrategy)
            if isSymbol("}") { break }
            if try !accept(",") { try expect(";") }
        }
        try expect("}")
        return id
    }

    private mutating func tableEntry(of id: SourceFacts.TableID, isStrategy: Bool) throws(NotLua) {
        let start = place
        var key: String?
        if case .name(let name) = token.kind, try peek() == .symbol("=") {
            try advance()
            try advance()
            key = name
        } else if try accept("[") {
            if case .string(let name) = try expression() { key = name }
            try expect("]")
            try expect("=")
        }
        guard let key else {
            _ = try expression()
            return
        }
        let value: LuaShape
        if isStrategy, isKeyword("function") {
            try advance()
            var new = SourceFacts.Function(place: start, name: key)
            new.isDeclarationEntry = true
            value = .function(try functionBody(new))
        } else {
            value = try expression()
        }
        facts.tables[id].entries.append(SourceFacts.Table.Entry(name: key, place: start, value: value))
    }

    /// The parameters and the block of a function whose `function` and name have been read.
    @discardableResult
    mutating func functionBody(_ new: SourceFacts.Function) throws(NotLua) -> SourceFacts.FunctionID {
        let id = facts.functions.count
        try insideFunction(new) { (parser) throws(NotLua) in
            let start = parser.place
            if new.hasSelf {
                let own = parser.declare("self", .parameter, at: start)
                parser.facts.locals[own].isStrategySelf = parser.facts.isStrategy(new.owner)
            }
            try parser.parameters(of: new, id: id)
            try parser.block()
            try parser.expect(keyword: "end")
        }
        return id
    }

    private mutating func parameters(of new: SourceFacts.Function, id: SourceFacts.FunctionID) throws(NotLua) {
        try expect("(")
        var isFirst = !new.hasSelf
        while !isSymbol(")") {
            if try accept("...") { break }
            let (name, start) = try expectName()
            let local = declare(name, .parameter, at: start)
            if isFirst {
                note(first: local, named: name, of: new, id: id)
                isFirst = false
            }
            guard try accept(",") else { break }
            guard !isSymbol(")") else { throw NotLua() }
        }
        try expect(")")
    }

    private mutating func note(
        first local: SourceFacts.LocalID, named name: String, of new: SourceFacts.Function, id: SourceFacts.FunctionID
    ) {
        guard new.isDeclarationEntry || facts.isStrategy(new.owner) else { return }
        if new.name == "valid" {
            facts.locals[local].isParams = true
        } else if name == "self" {
            facts.functions[id].hasSelf = true
            facts.locals[local].isStrategySelf = true
        }
    }
}
