import CLuaHost
import LuaRuntime
import Wording

extension LuaValue {
    /// Where in it something lies that is no plain data, such as `self.state.levels[2]`, and what; nil if nothing does.
    func placeOfBehaviour(in path: String) -> Message? {
        switch self {
        case .table(let table):
            for entry in table.entries {
                let inner: String
                switch entry.key {
                case .string(let name): inner = path + "." + ScriptVoice.clean(name, most: 40)
                case .integer(let place): inner = "\(path)[\(place)]"
                default:
                    return Message(
                        "a key in \(path) is a \(entry.key.typeName)",
                        fr: "une clé dans \(path) est de type \(entry.key.typeName)")
                }
                if let found = entry.value.placeOfBehaviour(in: inner) { return found }
            }
            return nil
        default:
            if PlainValue(self) != nil { return nil }
            return Message("\(path) is a \(typeName)", fr: "\(path) est de type \(typeName)")
        }
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
