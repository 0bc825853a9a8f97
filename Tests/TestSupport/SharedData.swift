import Foundation
import Testing

/// The real market data, which is no part of the package: the folder `data` of the folder that `ARISTOBOT_SHARED`
/// names, or of `shared` beside the package.
public enum SharedData {
    public static let directory: String = {
        // An empty name is one that a script passed on without a value.
        if let named = ProcessInfo.processInfo.environment["ARISTOBOT_SHARED"], !named.isEmpty {
            return named + "/data"
        }
        return PackageRoot.url.deletingLastPathComponent().appending(path: "shared/data").path
    }()

    public static let isThere = FileManager.default.fileExists(atPath: directory)

    /// Why a test is skipped.
    public static let absence: Comment =
        "no market data at \(directory): ARISTOBOT_SHARED names the folder that holds data/"

    public static func path(_ name: String) -> String {
        directory + "/" + name
    }
}
