// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "matching-bench",
    dependencies: [.package(name: "aristobot", path: "../../..")],
    targets: [
        // The folders of TestExchange that have no server in them, so that no HTTP library is built to time them.
        .target(
            name: "ExchangeCore", dependencies: [.product(name: "Backtest", package: "aristobot")],
            swiftSettings: strict + [.unsafeFlags(["-enable-testing"])]),
        .executableTarget(name: "matching-bench", dependencies: ["ExchangeCore"], swiftSettings: strict),
    ]
)
