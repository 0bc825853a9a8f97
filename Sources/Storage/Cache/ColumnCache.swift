import Foundation
import Market

/// Candles that were read from the database before, in files of this machine.
///
/// A file is used only while its stamp is the one that the database tells now, so a changed candle is never answered
/// from here; a broken file is deleted and made anew. All files together stay within `byteLimit`: the ones not used for
/// the longest time go first. Several processes may share a directory. The cache never fails: what it cannot do, the
/// database does.
public struct ColumnCache: Sendable {
    /// Two gibibytes: eighty years of minutes.
    public static let defaultByteLimit = 2 << 30

    public let directory: String
    public let byteLimit: Int
    private static let suffix = ".columns"

    /// Uses a directory, which is made with the first file.
    public init(directory: String, byteLimit: Int = ColumnCache.defaultByteLimit) {
        self.directory = directory
        self.byteLimit = byteLimit
    }

    func path(_ key: CandleKey, _ range: CandleSpan) -> String {
        let pair = "\(key.symbol.base)-\(key.symbol.quote)"
        return "\(directory)/\(key.venue)_\(pair)_\(key.timeframe)_\(range.first)-\(range.last)\(Self.suffix)"
    }

    func read(_ key: CandleKey, _ range: CandleSpan, _ stamp: CandleStamp) -> CandleSeries? {
        let path = path(key, range)
        do {
            let found = try ColumnFile.read(path, symbol: key.symbol, timeframe: key.timeframe, stamp: stamp.text)
            // The time of change is the time of the last use; where it cannot be set, the file goes sooner.
            try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
            return found
        } catch .missing {
            return nil
        } catch {
            // Out of date or broken: it will be written anew, or another process has replaced it already.
            try? FileManager.default.removeItem(atPath: path)
            return nil
        }
    }

    func write(_ series: CandleSeries, _ key: CandleKey, _ range: CandleSpan, _ stamp: CandleStamp) {
        guard ColumnFile.size(candles: series.count, stamp: stamp.text) <= byteLimit else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try ColumnFile.write(series, stamp: stamp.text, to: path(key, range))
        } catch {
            // A full disk or a directory that cannot be written: the database answers next time too.
            return
        }
        trim()
    }

    /// Deletes every file.
    public func clear() {
        for file in files() { remove(file) }
    }

    /// The size of all files, in bytes.
    public var byteCount: Int { files().reduce(0) { $0 + $1.size } }

    private struct File {
        var path: String
        var size: Int
        var used: Date
    }

    private func trim() {
        var rest = files()
        var total = rest.reduce(0) { $0 + $1.size }
        guard total > byteLimit else { return }
        rest.sort { ($0.used, $0.path) < ($1.used, $1.path) }
        for file in rest {
            guard total > byteLimit else { return }
            remove(file)
            total -= file.size
        }
    }

    private func remove(_ file: File) {
        // Another process may have removed it.
        try? FileManager.default.removeItem(atPath: file.path)
    }

    private func files() -> [File] {
        // A directory that is not there has no files.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(Self.suffix) }.compactMap { name in
            let path = "\(directory)/\(name)"
            // Gone since the directory was read.
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
            return File(
                path: path, size: attributes[.size] as? Int ?? 0,
                used: attributes[.modificationDate] as? Date ?? .distantPast)
        }
    }
}
