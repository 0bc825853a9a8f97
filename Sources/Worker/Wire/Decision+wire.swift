import Market
import StrategyHost
import Trading
import Wording

extension Decision: WireValue {
    func write(to writer: inout WireWriter) {
        // Nearly every decision is empty: then one byte says so.
        writer.bool(!isEmpty)
        if isEmpty { return }
        writer.values(intents)
        writer.values(journal)
        writer.values(failures)
        writer.values(logs)
        writer.values(plots)
        writer.list(notices) { $0.text($1) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init()
        guard try reader.bool() else { return }
        let start = reader.place
        func check() throws(WireError) {
            let size = reader.place - start
            guard size <= WireBounds.decisionBytes else {
                throw .beyond("the size of a decision", UInt64(size), most: WireBounds.decisionBytes)
            }
        }
        intents = try reader.values("intents", most: WireBounds.intents)
        journal = try reader.values("journal", most: WireBounds.lines)
        try check()
        failures = try reader.values("failures", most: WireBounds.lines)
        try check()
        logs = try reader.values("log lines", most: WireBounds.lines)
        plots = try reader.values("plots", most: WireBounds.plots)
        notices = try reader.list("notices", most: WireBounds.lines) { reader throws(WireError) in
            try reader.line("notice", most: WireBounds.logLineBytes)
        }
        try check()
        guard !isEmpty else { throw .wrong("decision", at: reader.place) }
    }

    /// The same within what a message may hold: what is beyond is dropped, and the log says so. Events have no number
    /// that bounds what their callbacks say together.
    var bounded: Decision {
        // One more line may tell of those that were dropped.
        var most = WireBounds.lines - 1
        var copy = cleaned.cut(to: most)
        // A few lines of any kind fit; of many the longest ones do not.
        while most > 1, copy.lineCount > Self.fewLines, copy.wireBytes.count > WireBounds.decisionBytes {
            most /= 2
            copy = copy.cut(to: most)
        }
        let dropped = lineCount - copy.lineCount
        if dropped > 0 {
            copy.logs.append(LogLine(level: .warn, text: "\(dropped) more lines were dropped", fields: []))
        }
        return copy
    }

    /// Lines that fit whatever they hold: each is a few messages of `WireBounds.messageBytes` at most.
    private static let fewLines = 12

    private var lineCount: Int { journal.count + failures.count + logs.count + notices.count }

    /// With so many lines of each kind at most.
    private func cut(to most: Int) -> Decision {
        guard max(journal.count, failures.count, logs.count, notices.count) > most else { return self }
        var copy = self
        copy.journal = Array(journal.prefix(most))
        copy.failures = Array(failures.prefix(most))
        copy.logs = Array(logs.prefix(most))
        copy.notices = Array(notices.prefix(most))
        return copy
    }

    private var cleaned: Decision {
        var copy = self
        if !journal.isEmpty {
            copy.journal = journal.map {
                JournalEntry(time: $0.time, kind: $0.kind, order: $0.order, message: $0.message.cleaned)
            }
        }
        if !failures.isEmpty {
            copy.failures = failures.map {
                CallbackFailure(callback: $0.callback, diagnostic: $0.diagnostic.cleaned)
            }
        }
        return copy
    }
}

extension JournalEntry: WireValue {
    private static let kinds: [Kind] = [.skipped, .rejected, .risk, .cut, .conflict, .failed]

    func write(to writer: inout WireWriter) {
        writer.value(time)
        writer.byte(UInt8(Self.kinds.firstIndex(of: kind) ?? 0))
        writer.optional(order) { $0.value($1) }
        writer.value(message)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let time: Timestamp = try reader.value()
        // A script's entries have the time of a candle; the store takes no other.
        guard Timestamp.calendar.contains(time) else { throw .wrong("time of an entry", at: reader.place) }
        self.init(
            time: time, kind: try reader.choice("kind of entry", Self.kinds),
            order: try reader.optional { reader throws(WireError) in try reader.value() },
            message: try reader.cleanMessage())
    }
}

extension CallbackFailure: WireValue {
    func write(to writer: inout WireWriter) {
        writer.value(callback)
        writer.value(diagnostic)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(callback: try reader.value(), diagnostic: try reader.value())
    }
}

extension CallbackName: WireValue {
    func write(to writer: inout WireWriter) { writer.text(rawValue) }

    init(from reader: inout WireReader) throws(WireError) {
        guard let name = CallbackName(rawValue: try reader.text("callback", most: WireBounds.nameBytes)) else {
            throw .wrong("callback", at: reader.place)
        }
        self = name
    }
}

extension LogLine: WireValue {
    private static let levels: [Level] = [.debug, .info, .warn, .error]

    func write(to writer: inout WireWriter) {
        writer.byte(UInt8(Self.levels.firstIndex(of: level) ?? 0))
        writer.text(text)
        writer.list(fields) {
            $0.text($1.name)
            $0.text($1.value)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        let level = try reader.choice("level", Self.levels)
        // The text and the fields share the line's bytes.
        var room = WireBounds.logLineBytes
        func next(_ what: String) throws(WireError) -> String {
            let text = try reader.line(what, most: room)
            room -= text.utf8.count
            return text
        }
        let text = try next("log line")
        var fields: [Field] = []
        for _ in 0..<(try reader.count("log fields", most: WireBounds.logFields)) {
            fields.append(Field(name: try next("log field"), value: try next("log field")))
        }
        self.init(level: level, text: text, fields: fields)
    }
}

extension PlotPoint: WireValue {
    func write(to writer: inout WireWriter) {
        writer.text(name)
        writer.double(value)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(name: try reader.line("plot", most: WireBounds.tagBytes), value: try reader.double())
    }
}
