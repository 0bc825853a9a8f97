/// What one reading of a strategy's source found, for the rules of `StrategyLint` and for `StrategyOutline`.
struct SourceFacts {
    /// An index into `locals`.
    typealias LocalID = Int
    /// An index into `functions`; 0 is the chunk itself.
    typealias FunctionID = Int
    /// An index into `tables`.
    typealias TableID = Int

    struct Place: Hashable {
        var line: Int
        var column: Int
    }

    /// The variable that a name or a chain of fields starts from.
    enum Root: Hashable {
        case global(String)
        case local(LocalID)
    }

    struct Local {
        enum Kind { case variable, function, parameter, loop }
        var name: String
        var kind: Kind
        var place: Place
        var readCount = 0
        /// The module's name, for `local ta = require "ta"`.
        var module: String?
        /// The table constructor that it was declared with.
        var table: TableID?
        /// It holds the strategy's parameters: `local p = self.params`, or the argument of `valid`.
        var isParams = false
        /// It holds the value of `Strategy { … }`.
        var isStrategy = false
        /// It is the `self` of one of the strategy's methods.
        var isStrategySelf = false
    }

    struct Global {
        var name: String
        var place: Place
        var function: FunctionID
        var isWrite = false
        var isFunctionDeclaration = false
    }

    /// `root.name`, `root["name"]` or `root:name(…)`.
    struct Field {
        var root: Root
        var name: String
        var place: Place
        var function: FunctionID
        var isWrite = false
        /// It is called, with a dot or with a colon.
        var isCalled = false
        var isMethodCall = false
        /// It is asked whether it is true: `if self.position then`, `not self.position`.
        var isTested = false
        /// The table constructor that it is called with, as in `self:buy { … }`.
        var table: TableID?
    }

    struct Function {
        var place: Place
        var parent: FunctionID?
        /// The variable that the function is stored into as a field; nil for any other function.
        var owner: Root?
        var name: String?
        /// It is written inside `Strategy { … }`.
        var isDeclarationEntry = false
        var hasSelf = false
        var statementCount = 0
        /// `return` with at least one value occurs in the function itself.
        var answers = false
        /// Every `return 2` of the function: the number and its place.
        var constantAnswers: [(value: Double, place: Place)] = []
    }

    struct Table {
        struct Entry {
            var name: String
            var place: Place
            var value: LuaShape
        }
        var entries: [Entry] = []
    }

    var locals: [Local] = []
    var globals: [Global] = []
    var fields: [Field] = []
    var functions: [Function] = []
    var tables: [Table] = []

    /// The table of the first `Strategy { … }`; nil where the argument is no table constructor.
    var declaration: TableID?
    /// Names read from the parameters: `self.params.fast`.
    var readParams: Set<String> = []
    /// How often the table of parameters is handed to code that this reading does not follow.
    var escapedParams = 0
    /// Roots indexed with something other than a constant name, or handed on as a value.
    var escapedRoots: Set<Root> = []
    var mentionsEnvironment = false
    /// What the chunk returns, where that is a variable, or one with a metatable.
    var returned: Root?

    /// The outermost function around `function`, the chunk excepted: the callback that code belongs to.
    func outermostFunction(of function: FunctionID) -> Function? {
        var current = function
        // Ends: a parent's number is smaller than its child's.
        while let parent = functions[current].parent, parent != 0 { current = parent }
        return current == 0 ? nil : functions[current]
    }

    func isStrategy(_ root: Root?) -> Bool {
        guard case .local(let id) = root else { return false }
        return locals[id].isStrategy
    }

    func isStrategySelf(_ root: Root) -> Bool {
        guard case .local(let id) = root else { return false }
        return locals[id].isStrategySelf
    }
}

/// What an expression is, as far as the rules care.
enum LuaShape {
    case variable(SourceFacts.Root)
    /// A field of a variable; the number is its index in `SourceFacts.fields`.
    case field(SourceFacts.Root, String, use: Int)
    /// The table of parameters itself.
    case params
    /// A call of a variable by name, such as `Strategy { … }` or `require "ta"`, with its first argument.
    case call(SourceFacts.Root, argument: CallArgument)
    case table(SourceFacts.TableID)
    case function(SourceFacts.FunctionID)
    case string(String)
    case number(Double)
    case other

    enum CallArgument {
        case string(String)
        case table(SourceFacts.TableID)
        case variable(SourceFacts.Root)
        case other
    }
}
