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
        intents = try reader.values("intents", most: WireBounds.intents)
        journal = try reader.values("journal", most: WireBounds.lines)
        failures = try reader.values("failures", most: WireBounds.lines)
        logs = try reader.values("log lines", most: WireBounds.lines)
        plots = try reader.values("plots", most: WireBounds.plots)
        notices = try reader.list("notices", most: WireBounds.lines) { reader throws(WireError) in
            try reader.line("notice", most: WireBounds.logLineBytes)
        }
        guard !isEmpty else { throw .wrong("decision", at: reader.place) }
    }

    /// The same within what a message may hold: what is beyond is dropped, and the log says so. Events have no number
    /// that bounds what their callbacks say together.
    var bounded: Decision {
        // One more line may tell of those that were dropped.
        let most = WireBounds.lines - 1
        var copy = self
        let dropped =
            max(0, journal.count - most) + max(0, failures.count - most) + max(0, logs.count - most)
            + max(0, notices.count - most)
        if dropped > 0 {
            copy.journal = Array(journal.prefix(most))
            copy.failures = Array(failures.prefix(most))
            copy.logs = Array(logs.prefix(most))
            copy.notices = Array(notices.prefix(most))
            copy.logs.append(LogLine(level: .warn, text: "\(dropped) more lines were dropped", fields: []))
        }
        if !copy.journal.isEmpty {
            copy.journal = copy.journal.map {
                JournalEntry(time: $0.time, kind: $0.kind, order: $0.order, message: $0.message.cleaned)
            }
        }
        if !copy.failures.isEmpty {
            copy.failures = copy.failures.map {
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
    private static let mostFields = 4_096

    func write(to writer: inout WireWriter) {
        writer.byte(UInt8(Self.levels.firstIndex(of: level) ?? 0))
        writer.text(text)
        writer.list(fields) {
            $0.text($1.name)
            $0.text($1.value)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            level: try reader.choice("level", Self.levels),
            text: try reader.line("log line", most: WireBounds.logLineBytes),
            fields: try reader.list("log fields", most: Self.mostFields) { reader throws(WireError) in
                Field(
                    name: try reader.line("log field", most: WireBounds.logLineBytes),
                    value: try reader.line("log field", most: WireBounds.logLineBytes))
            })
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
