import Foundation
import Logging
import Market

/// One line an event, for people or for machines.
struct LineLogHandler: LogHandler {
    enum Format: String, CaseIterable {
        /// `2026-01-02T03:04:05.678Z warning engine: text key=value`.
        case plain
        /// `{"level":…,"message":…,"time":…}`, with the metadata's keys beside them.
        case json
    }

    let label: String
    let format: Format
    let sink: LogSink
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var now: @Sendable () -> Timestamp = { SystemClock.now }

    /// UTF-8 bytes of a message or of a value; what is longer is cut.
    static let longest = 4096

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let more = metadataProvider?.get() { all.merge(more) { $1 } }
        if let more = event.metadata { all.merge(more) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        let pairs = all.map { ($0.key, Self.short("\($0.value)")) }.sorted { $0.0 < $1.0 }
        let message = Self.short("\(event.message)")
        switch format {
        case .plain: sink.write(Self.plain(now(), event.level, label, message, pairs))
        case .json: sink.write(Self.json(now(), event.level, label, message, pairs))
        }
    }

    private static func short(_ text: String) -> String {
        guard text.utf8.count > longest else { return text }
        return String(decoding: text.utf8.prefix(longest), as: UTF8.self) + "…"
    }

    static func plain(
        _ time: Timestamp, _ level: Logger.Level, _ label: String, _ message: String, _ pairs: [(String, String)]
    ) -> String {
        let values = pairs.map { " \($0.0)=\(quoted($0.1))" }.joined()
        return "\(time) \(level.rawValue) \(label): \(escaped(message))\(values)"
    }

    /// A value with a space, a quote or an equals sign stands in quotes.
    private static func quoted(_ value: String) -> String {
        let text = escaped(value)
        guard text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return text }
        return "\"" + text.replacing("\"", with: "\\\"") + "\""
    }

    /// A line stays a line, and a terminal is told nothing.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case _ where scalar.properties.generalCategory == .control: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func json(
        _ time: Timestamp, _ level: Logger.Level, _ label: String, _ message: String, _ pairs: [(String, String)]
    ) -> String {
        var values: [String: String] = [:]
        for (key, value) in pairs { values[key] = value }
        values["time"] = time.description
        values["level"] = level.rawValue
        values["logger"] = label
        values["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts can always be encoded.
        return (try? encoder.encode(values)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
