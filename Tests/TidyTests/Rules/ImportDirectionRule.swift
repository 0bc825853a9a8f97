/// Imports go from the edges to the core only; the table is the one of `docs/architecture.md`.
struct ImportDirectionRule: TidyRule {
    static let allowed: [String: Set<String>] = [
        "Wording": [],
        "Market": ["Wording", "CZlib"],
        "Indicators": ["Wording"],
        "Trading": ["Market", "Wording"],
        "LuaRuntime": ["CLuaHost", "Wording"],
        "StrategyHost": [
            "LuaRuntime", "CLuaHost", "CStdlibLua", "Indicators", "Trading", "Market", "Wording",
        ],
        "Backtest": ["StrategyHost", "CReportAssets", "Indicators", "Trading", "Market", "Wording"],
        "Worker": ["StrategyHost", "LuaRuntime", "CWorkerWalls", "Trading", "Market", "Wording"],
        "Broker": ["Trading", "Market", "Wording"],
        "Transport": ["CCurl", "Wording", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOSSL"],
        "BinanceBroker": ["Broker", "Transport", "Trading", "Market", "Wording", "Crypto"],
        "Postgres": ["CPostgres", "Wording"],
        "Storage": ["Postgres", "Broker", "Trading", "Market", "Wording", "Crypto"],
        "Heartbeat": ["Storage", "Postgres", "Broker", "Trading", "Market", "Wording", "Metrics", "Logging"],
        "Engine": [
            "Worker", "StrategyHost", "Storage", "Postgres", "Broker", "Trading", "Market", "Wording", "Metrics",
            "Logging",
        ],
        "HTTPAPI": [
            "Engine", "Heartbeat", "Storage", "Postgres", "Broker", "Trading", "Market", "Wording", "Metrics",
            "CoreMetrics", "Logging", "Hummingbird", "HummingbirdCore", "NIOCore",
        ],
        "TestExchange": [
            "Market", "Wording", "Crypto", "Hummingbird", "HummingbirdCore", "Logging", "NIOCore", "NIOPosix",
            "NIOHTTP1", "NIOWebSocket", "NIOSSL",
        ],
        "aristobot": [
            "Backtest", "StrategyHost", "LuaRuntime", "Trading", "Indicators", "Market", "Wording", "Broker",
            "Transport", "BinanceBroker", "Postgres", "Storage", "TestExchange", "Worker", "Heartbeat", "Engine",
            "HTTPAPI", "CExamples", "Metrics", "Logging", "ArgumentParser",
        ],
    ]
    /// Modules of the system and the toolchain that any target may use; Foundation is asked for by name below.
    static let system: Set<String> = ["Glibc", "Musl", "Darwin", "Synchronization", "Swift"]
    static let mayUseFoundation: Set<String> = [
        "StrategyHost", "Backtest", "aristobot", "LuaRuntime", "Market", "Transport", "BinanceBroker", "Postgres",
        "Storage", "TestExchange", "Worker", "Heartbeat", "Engine", "HTTPAPI",
    ]
    static let mayUseDispatch: Set<String> = ["Backtest", "aristobot", "Postgres", "Transport", "Worker"]

    let demand = "a target imports only what stands to its left in the table of docs/architecture.md"
    let badSample = SourceFile(path: "Sources/Trading/Bad.swift", text: "import StrategyHost\n")

    func violations(in file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isProduct, let target = file.target else { return [] }
        guard let allowed = Self.allowed[target] else {
            return [Violation(path: file.path, line: 1, message: "target \(target) has no row in the import table")]
        }
        return scan(file, file.code) { line in
            guard let module = Self.importedModule(line), !allowed.contains(module), !Self.system.contains(module)
            else { return nil }
            if module == "Foundation", Self.mayUseFoundation.contains(target) { return nil }
            if module == "Dispatch", Self.mayUseDispatch.contains(target) { return nil }
            return "\(target) must not import \(module)"
        }
    }

    /// The module an import declaration names, without attributes, access level, kind and sub-module.
    static func importedModule(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position + 1 < words.count else { return nil }
        let before = words[..<position]
        guard before.allSatisfy({ $0.hasPrefix("@") || ["public", "internal", "private", "package"].contains($0) })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let name =
            kinds.contains(words[position + 1]) && position + 2 < words.count
            ? words[position + 2] : words[position + 1]
        return name.split(separator: ".").first.map(String.init)
    }
}
