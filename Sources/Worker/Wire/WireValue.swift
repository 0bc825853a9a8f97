import Wording

/// Something that goes over the wire. Reading what was written gives an equal value; no other bytes give that value.
protocol WireValue {
    func write(to writer: inout WireWriter)
    init(from reader: inout WireReader) throws(WireError)
}

extension WireValue {
    /// The value alone, as bytes.
    var wireBytes: [UInt8] {
        var writer = WireWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Reads a value that is all of the bytes.
    init(wireBytes: [UInt8]) throws(WireError) {
        var reader = WireReader(wireBytes)
        try self.init(from: &reader)
        try reader.finish()
    }

    /// The value as it is kept for long: its form, then itself.
    func stored(form: UInt8) -> [UInt8] {
        var writer = WireWriter()
        writer.byte(form)
        write(to: &writer)
        return writer.bytes
    }

    /// Reads what `stored(form:)` gave; refuses another form.
    ///
    /// - Parameter name: what it is, for the refusal.
    init(stored: [UInt8], form: UInt8, _ name: Message) throws(WireError) {
        var reader = WireReader(stored)
        let found = try reader.byte()
        guard found == form else {
            throw WireError(
                "\(name.english) stored in form \(found): expected form \(form)",
                fr: "\(name.french) sous la forme \(found) : attendu la forme \(form)")
        }
        try self.init(from: &reader)
        try reader.finish()
    }
}

/// FNV-1a, 64 bits: names a state or an answer; two that differ by accident differ in it.
enum WireHash {
    static func of(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
