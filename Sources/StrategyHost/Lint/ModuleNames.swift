import Indicators

/// The names that the modules of the standard library export, read from their own sources.
enum ModuleNames {
    /// What `require(module)` gives; nil for a module that is not there.
    static func fields(of module: String) -> Set<String>? { exports[module] }

    /// The functions of `ta` that make an indicator.
    static let indicators = Set(IndicatorCatalog.all.map(\.name))

    private static let exports: [String: Set<String>] = {
        var exports: [String: Set<String>] = [:]
        for module in StandardLibrary.modules {
            let source = String(decoding: UnsafeRawBufferPointer(module.source), as: UTF8.self)
            guard let facts = try? LuaParser.facts(of: source) else { continue }  // a test loads every module
            exports[module.name] = facts.exportedNames
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
