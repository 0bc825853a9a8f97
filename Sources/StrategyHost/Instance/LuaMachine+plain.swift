import CLuaHost
import LuaRuntime

extension LuaMachine {
    /// A copy of a table as plain data; nil where it holds a function or an object of the host.
    func plain(_ table: LuaReference) throws(LuaFailure) -> PlainValue? {
        let opened = try open(table)
        return PlainValue(.table(opened))
    }

    /// The names under which a table holds functions, in the order of their bytes.
    func functionNames(of table: LuaReference) throws(LuaFailure) -> [String] {
        let source = """
            local t, names = ..., {}
            for k, v in pairs(t) do
                if type(k) == "string" and type(v) == "function" then names[#names + 1] = k end
            end
            return names
            """
        let chunk = try load(source.utf8, name: "host", isHost: true)
        guard case .reference(let found)? = try call(chunk, [.reference(table)]).first else { return [] }
        return try open(found).list.compactMap(\.text).sorted()
    }
}

extension PlainValue {
    /// The same as Lua holds it, copied; nil where a function or an object of the host is in it.
    init?(_ value: LuaValue) {
        switch value {
        case .boolean(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .number(let value): self = .float(value)
        case .string(let value): self = .text(value)
        case .record(let record):
            guard let number = record.pointee.value else { return nil }
            self = .float(number.pointee)
        case .table(let table):
            var entries: [Entry] = []
            for entry in table.entries {
                guard let inner = PlainValue(entry.value) else { return nil }
                switch entry.key {
                case .integer(let key): entries.append(Entry(.int(key), inner))
                case .string(let key): entries.append(Entry(.text(Array(key.utf8)), inner))
                default: return nil
                }
            }
            self = .table(entries.sorted { $0.key < $1.key })
        default: return nil
        }
    }

    /// The value as the machine takes it.
    var luaValue: LuaValue {
        switch self {
        case .bool(let value): .boolean(value)
        case .int(let value): .integer(value)
        case .float(let value): .number(value)
        case .text(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        case .table(let entries):
            .table(
                LuaTable(
                    entries.map { entry in
                        switch entry.key {
                        case .int(let key): (.integer(key), entry.value.luaValue)
                        case .text(let key): (.string(String(decoding: key, as: UTF8.self)), entry.value.luaValue)
                        }
                    }))
        }
    }
}
