import Foundation
import Testing

/// The real market data beside the package, if it is there.
enum SharedData {
    static let directory: String = {
        if let named = ProcessInfo.processInfo.environment["ARISTOBOT_SHARED"] { return named }
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return root.deletingLastPathComponent().appendingPathComponent("shared/data").path
    }()

    static let isThere = FileManager.default.fileExists(atPath: directory + "/README.md")

    static let absence: Comment = "the real market data is not there: name its directory in ARISTOBOT_SHARED"

    static func path(_ name: String) -> String {
        directory + "/" + name
    }
}
