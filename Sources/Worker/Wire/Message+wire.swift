import Wording

extension Message: WireValue {
    func write(to writer: inout WireWriter) {
        writer.text(english, most: WireBounds.messageBytes)
        // Most are the same in both languages: what a script says has one.
        writer.optional(french == english ? nil : french) { $0.text($1, most: WireBounds.messageBytes) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        let english = try reader.text("message", most: WireBounds.messageBytes)
        let french = try reader.optional { (reader: inout WireReader) throws(WireError) in
            try reader.text("message", most: WireBounds.messageBytes)
        }
        // Two that are cut may be the same then; else the second one would not have been written.
        guard french != english || english.utf8.count > WireBounds.messageBytes - 4 else {
            throw .wrong("second text", at: reader.place)
        }
        self.init(english, fr: french ?? english)
    }

    /// The same without control characters and of a bearable length, as a script's words may go to terminals and logs.
    var cleaned: Message {
        if Self.isClean(english), Self.isClean(french) { return self }
        return Message(Self.clean(english), fr: Self.clean(french))
    }

    private static let most = 8 << 10

    static func isClean(_ text: String) -> Bool {
        text.utf8.count <= most
            && text.unicodeScalars.allSatisfy { !isControl($0) || $0 == "\n" || $0 == "\t" }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    private static func clean(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let shown = isControl(scalar) && scalar != "\n" && scalar != "\t" ? " " : scalar
            bytes += UTF8.width(shown)
            if bytes > most { break }
            out.append(shown)
        }
        return String(out)
    }
}

extension Diagnostic: WireValue {
    private static let severities: [Severity] = [.error, .warning, .info]

    func write(to writer: inout WireWriter) {
        writer.byte(UInt8(Self.severities.firstIndex(of: severity) ?? 0))
        writer.int(line)
        writer.optional(column) { $0.int($1) }
        writer.text(code)
        writer.value(message)
        writer.optional(hint) { $0.value($1) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            try reader.choice("severity", Self.severities), line: try reader.int("line", WireBounds.counter),
            column: try reader.optional { reader throws(WireError) in try reader.int("column", WireBounds.counter) },
            code: try reader.line("code", most: WireBounds.nameBytes), message: try reader.cleanMessage(),
            hint: try reader.optional { reader throws(WireError) in try reader.cleanMessage() })
    }

    var cleaned: Diagnostic {
        var copy = self
        copy.message = message.cleaned
        copy.hint = hint?.cleaned
        copy.code = String(code.prefix(100))
        return copy
    }
}
