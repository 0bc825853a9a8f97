import Foundation

/// A directory of one test, removed with everything in it at the end.
public final class ScratchDirectory: Sendable {
    public let path: String

    public init() throws {
        path = NSTemporaryDirectory() + "aristobot-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // Left-over files in the temporary directory do no harm.
        try? FileManager.default.removeItem(atPath: path)
    }

    public func file(_ name: String) -> String {
        path + "/" + name
    }

    @discardableResult
    public func write(_ text: String, as name: String = "candles.csv") throws -> String {
        try write(Array(text.utf8), as: name)
    }

    @discardableResult
    public func write(_ bytes: [UInt8], as name: String = "candles.csv") throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    public func read(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    public func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    /// Every file and folder below, hidden ones included.
    public var names: [String] {
        get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }
    }
}
