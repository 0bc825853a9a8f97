import CStdlibLua
import Indicators

/// The names that the modules of the standard library export, read from their own sources.
enum ModuleNames {
    /// What `require(module)` gives; nil for a module that is not there.
    static func fields(of module: String) -> Set<String>? { exports[module] }

    /// The functions of `ta` that make an indicator.
    static let indicators = Set(IndicatorCatalog.all.map(\.name))

    /// The embedded modules, by name.
    static let sources: [String: String] = {
        var sources: [String: String] = [:]
        for index in 0..<ah_stdlib_count() {
            guard let module = ah_stdlib_at(index)?.pointee else { continue }
            let bytes = UnsafeBufferPointer(start: module.bytes, count: module.count)
            sources[String(cString: module.name)] = String(decoding: bytes, as: UTF8.self)
        }
        return sources
    }()

    private static let exports: [String: Set<String>] = {
        var exports: [String: Set<String>] = [:]
        for (name, source) in sources {
            guard let facts = try? LuaParser.facts(of: source) else { continue }  // a test loads every module
            exports[name] = facts.exportedNames
        }
        exports["ta"]?.formUnion(indicators)
        return exports
    }()
}

extension SourceFacts {
    /// The fields of the table that the chunk returns.
    fileprivate var exportedNames: Set<String> {
        guard let exported = returned else { return [] }
        let assigned = fields.lazy.filter { $0.isWrite && $0.root == exported }.map(\.name)
        let declared = functions.lazy.filter { $0.owner == exported }.compactMap(\.name)
        var names = Set(assigned).union(declared)
        if case .local(let id) = exported, let table = locals[id].table {
            names.formUnion(tables[table].entries.map(\.name))
        }
        return names
    }
}
