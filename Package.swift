// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A Swift target of the product; the directions its imports may take are checked by TidyTests.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "aristobot",
    products: [
        .executable(name: "aristobot", targets: ["aristobot"]),
        .library(name: "Indicators", targets: ["Indicators"]),
        .library(name: "Backtest", targets: ["Backtest", "StrategyHost", "Trading", "Market"]),
        .library(name: "Heartbeat", targets: ["Heartbeat", "Storage", "Broker", "Market"]),
        .library(name: "Storage", targets: ["Storage", "Postgres", "Broker", "Trading", "Market"]),
        .library(name: "Worker", targets: ["Worker", "StrategyHost", "LuaRuntime", "Trading", "Market"]),
        .library(
            name: "Engine",
            targets: [
                "Engine", "Heartbeat", "Worker", "StrategyHost", "Storage", "Postgres", "Broker", "Trading", "Market",
            ]),
        .library(name: "TestExchange", targets: ["TestExchange", "Market", "Wording"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    ],
    targets: [
        // C
        // Lua is linked statically by CLuaHost: calls into a shared library cost a fifth of a candle's time.
        .systemLibrary(name: "CLua", providers: [.apt(["liblua5.4-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "CLuaHost", dependencies: ["CLua"], cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
            linkerSettings: [.linkedLibrary(":liblua5.4.a"), .linkedLibrary("m")]),
        .target(name: "CWorkerWalls", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        .target(name: "CStdlibLua"),
        .target(name: "CReportAssets", exclude: ["assets"]),
        .target(name: "CExamples"),
        // pure
        library("Wording"),
        library("Market", ["Wording", "CZlib"]),
        library("Indicators", ["Wording"]),
        library("Trading", ["Market", "Wording"]),
        // hosts
        library("LuaRuntime", ["CLuaHost", "Wording"]),
        library(
            "StrategyHost", ["LuaRuntime", "CLuaHost", "CStdlibLua", "Indicators", "Trading", "Market", "Wording"]),
        library("Backtest", ["StrategyHost", "CReportAssets", "Indicators", "Trading", "Market", "Wording"]),
        library("Worker", ["StrategyHost", "LuaRuntime", "CWorkerWalls", "Trading", "Market", "Wording"]),
        // port
        library("Broker", ["Trading", "Market", "Wording"]),
        // adapters
        library(
            "Transport",
            ["CCurl", "Wording", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"), tls]),
        library("BinanceBroker", ["Broker", "Transport", "Trading", "Market", "Wording", crypto]),
        library("Postgres", ["CPostgres", "Wording"]),
        library("Storage", ["Postgres", "Broker", "Trading", "Market", "Wording", crypto]),
        // running
        library(
            "Heartbeat", ["Storage", "Postgres", "Broker", "Trading", "Market", "Wording", metrics, logging]),
        library(
            "Engine",
            [
                "Worker", "StrategyHost", "Storage", "Postgres", "Broker", "Trading", "Market", "Wording", metrics,
                logging,
            ]),
        // edges
        library(
            "HTTPAPI",
            [
                "Engine", "Heartbeat", "Storage", "Postgres", "Broker", "Trading", "Market", "Wording", metrics,
                logging, .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"), nio("NIOCore"),
            ]),
        library(
            "TestExchange",
            [
                "Market", "Wording", crypto, tls, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                nio("NIOWebSocket"), .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "aristobot",
            dependencies: [
                "Backtest", "StrategyHost", "LuaRuntime", "Trading", "Indicators", "Market", "Wording",
                "Broker", "Transport", "BinanceBroker", "Postgres", "Storage", "TestExchange", "Worker",
                "Heartbeat", "Engine", "HTTPAPI", "CExamples", metrics, logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        // tests
        .target(
            name: "TestSupport", dependencies: ["Postgres", "Market", "Wording", logging], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("MarketTests", ["Market", "Wording"]),
        tests("IndicatorsTests", ["Indicators", "Wording"], exclude: ["Reference"]),
        tests("TradingTests", ["Trading", "Market", "Wording"]),
        .target(
            name: "HostileSupport", dependencies: ["LuaRuntime", "CLuaHost"], path: "Tests/HostileSupport",
            swiftSettings: strict),
        .executableTarget(
            name: "HostileRunner",
            dependencies: ["HostileSupport", "StrategyHost", "LuaRuntime", "Trading", "Market", "Wording"],
            path: "Tests/HostileRunner", swiftSettings: strict),
        tests(
            "LuaRuntimeTests", ["LuaRuntime", "CLuaHost", "CLua", "Wording", "HostileSupport", "HostileRunner"],
            exclude: ["Hostile", "Honest"]),
        tests(
            "StrategyHostTests",
            [
                "StrategyHost", "LuaRuntime", "Trading", "Indicators", "Market", "Wording",
                "HostileSupport", "HostileRunner",
            ]),
        tests(
            "BacktestTests", ["Backtest", "StrategyHost", "Trading", "Indicators", "Market", "Wording"],
            exclude: ["Golden/golden.txt"]),
        tests("BrokerTests", ["Broker", "Trading", "Market", "Wording"]),
        tests("TransportTests", ["Transport", "Wording", nio("NIOCore"), nio("NIOPosix"), tls]),
        tests(
            "BinanceBrokerTests", ["BinanceBroker", "Broker", "Transport", "Trading", "Market", "Wording", crypto],
            exclude: ["Payloads"]),
        tests("PostgresTests", ["Postgres", "Wording"]),
        tests("StorageTests", ["Storage", "Postgres", "Broker", "Trading", "Market", "Wording"]),
        tests(
            "TestExchangeTests", ["TestExchange", "Transport", "Market", "Wording", crypto], exclude: ["Clients"]),
        tests(
            "VenueTests",
            [
                "Broker", "BinanceBroker", "TestExchange", "Transport", "Storage", "Postgres", "Trading", "Market",
                "Wording", crypto,
            ]),
        .executableTarget(
            name: "WorkerRunner", dependencies: ["Worker", "Trading", "Market"], path: "Tests/WorkerRunner",
            swiftSettings: strict),
        tests(
            "WorkerTests",
            [
                "Worker", "WorkerRunner", "CWorkerWalls", "HostileSupport", "StrategyHost", "LuaRuntime", "Trading",
                "Market", "Wording",
            ]),
        tests(
            "HeartbeatTests",
            ["Heartbeat", "Storage", "Postgres", "Broker", "Trading", "Market", "Wording", logging]),
        tests(
            "EngineTests",
            [
                "Engine", "Worker", "WorkerRunner", "StrategyHost", "Storage", "Postgres", "Broker", "Trading",
                "Market", "Wording", logging,
            ]),
        .target(
            name: "LiveSupport", dependencies: ["Engine", "Storage", "BinanceBroker", "Broker", "Transport"],
            path: "Tests/LiveSupport", swiftSettings: strict),
        .executableTarget(
            name: "LiveRunner",
            dependencies: [
                "LiveSupport", "Engine", "Heartbeat", "BinanceBroker", "Worker", "Storage", "Postgres", "Broker",
                "Transport", "Wording", logging,
            ],
            path: "Tests/LiveRunner", swiftSettings: strict),
        tests(
            "LiveTests",
            [
                "LiveRunner", "LiveSupport", "WorkerRunner", "Engine", "Heartbeat", "Worker", "Backtest",
                "LuaRuntime", "StrategyHost", "Storage", "Postgres", "BinanceBroker", "TestExchange", "Broker",
                "Transport", "Trading", "Market", "Wording", logging,
            ]),
        tests("HTTPAPITests", ["HTTPAPI", "Transport", "Storage", "Postgres", "Market", "Wording", metrics]),
        tests(
            "CommandLineTests",
            ["aristobot", "Postgres", "Storage", "Broker", "Trading", "Market", "Wording", logging]),
        tests("TidyTests", []),
    ]
)
