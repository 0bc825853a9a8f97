import Foundation

/// A script of the hostile corpus with what its header comment says.
///
/// A header line `-- build: N "TEXT"` appends N copies of TEXT (`%d` is the number of the copy); `-- bytes: 1b 4c …`
/// makes the source consist of these bytes alone.
public struct HostileScript: Sendable, Hashable, CustomStringConvertible {
    public enum Expectation: String, Sendable, CaseIterable {
        /// Ended by a budget: instructions, time or memory.
        case stopped
        /// Ended by an error that names a line or a reason.
        case error
        /// Runs to its end and reaches nothing.
        case harmless
        /// Never run: the text is not accepted.
        case refused
    }

    /// `family/NN_name`
    public let name: String
    public let family: String
    public let attack: String
    public let expectations: Set<Expectation>
    /// Needs the strategy host; as a plain chunk it ends at the first name that is missing.
    public let needsStrategyHost: Bool
    /// Must print the same text in every run.
    public let isRepeatable: Bool
    public let source: [UInt8]

    public var description: String { name }

    public init(family: String, file: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: file))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        func values(_ key: String) -> [Substring] {
            let mark = "-- \(key): "
            return lines.filter { $0.hasPrefix(mark) }.map { $0.dropFirst(mark.count) }
        }
        self.family = family
        name = "\(family)/\(file.deletingPathExtension().lastPathComponent)"
        attack = String(values("attack").first ?? "")
        expectations = Set(
            values("expect").flatMap { $0.split(separator: "|") }.compactMap { Expectation(rawValue: String($0)) })
        needsStrategyHost = values("level").contains("strategy")
        isRepeatable = !values("repeat").isEmpty
        let raw = values("bytes").flatMap { $0.split(separator: " ") }.compactMap { UInt8($0, radix: 16) }
        source = raw.isEmpty ? bytes + values("build").flatMap(Self.copies) : raw
    }

    private static func copies(_ line: Substring) -> [UInt8] {
        guard let count = Int(line.prefix { $0.isNumber }), let open = line.firstIndex(of: "\""),
            let close = line.lastIndex(of: "\""), open < close
        else { return [] }
        let pieces = line[line.index(after: open)..<close].replacing("\\n", with: "\n").split(
            separator: "%d", omittingEmptySubsequences: false
        ).map { [UInt8]($0.utf8) }
        var bytes: [UInt8] = []
        for copy in 1...max(1, count) {
            for (position, piece) in pieces.enumerated() {
                if position > 0 { bytes += "\(copy)".utf8 }
                bytes += piece
            }
        }
        return bytes
    }

    /// All scripts under the folder, in the order of their names.
    public static func all(in folder: URL) throws -> [HostileScript] {
        let files = FileManager.default
        let families = try files.contentsOfDirectory(atPath: folder.path).sorted().filter {
            !$0.hasPrefix(".") && $0 != "proof" && !$0.contains(".")
        }
        return try families.flatMap { family in
            let home = folder.appending(path: family)
            return try files.contentsOfDirectory(atPath: home.path).sorted().filter { $0.hasSuffix(".lua") }.map {
                try HostileScript(family: family, file: home.appending(path: $0))
            }
        }
    }
}
