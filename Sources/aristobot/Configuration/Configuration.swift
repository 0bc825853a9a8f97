import Foundation
import Glibc
import Wording

/// What the environment and the options say about where things are. Reading it touches nothing.
struct Configuration: Sendable {
    /// `DATABASE_URL`; nil for a PostgreSQL of the program's own. It may hold a password.
    let databaseURL: Secret?
    /// An absolute path.
    let dataDirectory: String
    /// `ARISTOBOT_SECRET_KEY`; seals the keys of brokers.
    let secretKey: Secret?
    /// `ARISTOBOT_BINANCE_URL`: another place than Binance's own.
    let binanceURL: String?
    /// `ARISTOBOT_CA_FILE`: a PEM file of authorities that are trusted beside the system's.
    let authoritiesFile: String?

    /// Where root keeps its data: the user `postgres`, who runs the private server then, must be able to get there.
    static let rootDirectory = "/var/lib/aristobot"

    /// An empty variable counts as one that is not set.
    init(dataDirectory named: String?, environment: (String) -> String? = Console.environment) {
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        databaseURL = value("DATABASE_URL").map(Secret.init)
        secretKey = value("ARISTOBOT_SECRET_KEY").map(Secret.init)
        binanceURL = value("ARISTOBOT_BINANCE_URL")
        authoritiesFile = value("ARISTOBOT_CA_FILE")
        dataDirectory = Self.absolute(named ?? value("ARISTOBOT_HOME") ?? Self.usualDirectory(value))
    }

    /// As the XDG base directory specification has it; root's is the system's.
    private static func usualDirectory(_ value: (String) -> String?) -> String {
        if geteuid() == 0 { return rootDirectory }
        if let shared = value("XDG_DATA_HOME"), shared.hasPrefix("/") { return shared + "/aristobot" }
        return (value("HOME") ?? NSHomeDirectory()) + "/.local/share/aristobot"
    }

    private static func absolute(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        return URL(fileURLWithPath: whole).standardizedFileURL.path
    }

    var secretKeyFile: String { dataDirectory + "/secret.key" }
    var cacheDirectory: String { dataDirectory + "/cache/candles" }
}
