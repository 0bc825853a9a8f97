import CLuaHost

/// Where the script's `self.params` reads from; written once, when the instance is made.
final class ParameterMemory {
    let record: UnsafeMutablePointer<ah_record>
    private let fields: UnsafeMutablePointer<ah_field>
    /// Numbers, integers and truths by their bits, texts by their address: eight bytes a parameter.
    private let cells: UnsafeMutableRawPointer
    private let texts: [UnsafeMutablePointer<CChar>]

    init(_ values: [(name: String, value: ParameterValue)]) {
        let count = max(values.count, 1)
        fields = .allocate(capacity: count)
        cells = .allocate(byteCount: count * 8, alignment: 8)
        record = .allocate(capacity: 1)
        var texts: [UnsafeMutablePointer<CChar>] = []
        func keep(_ text: String) -> UnsafeMutablePointer<CChar> {
            let bytes = Array(text.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            texts.append(copy)
            return copy
        }
        for (index, item) in values.enumerated() {
            let cell = cells + index * 8
            let kind: ah_field_kind
            switch item.value {
            case .int(let value):
                cell.storeBytes(of: value, as: Int64.self)
                kind = AH_FIELD_INTEGER
            case .float(let value):
                cell.storeBytes(of: value, as: Double.self)
                kind = AH_FIELD_NUMBER
            case .bool(let value):
                cell.storeBytes(of: value ? 1 : 0, as: UInt8.self)
                kind = AH_FIELD_BOOLEAN
            case .choice(let value):
                cell.storeBytes(of: UnsafePointer(keep(value)), as: UnsafePointer<CChar>?.self)
                kind = AH_FIELD_TEXT
            }
            fields[index] = ah_field(name: keep(item.name), kind: kind.rawValue, address: cell)
        }
        self.texts = texts
        record.initialize(
            to: ah_record(
                name: cString("self.params"), fields: fields, count: UInt32(values.count), tag: 0, value: nil))
    }

    deinit {
        record.deallocate()
        fields.deallocate()
        cells.deallocate()
        for text in texts { text.deallocate() }
    }
}
