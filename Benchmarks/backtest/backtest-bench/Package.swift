// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "backtest-bench",
    dependencies: [.package(name: "aristobot", path: "../../..")],
    targets: [
        .executableTarget(
            name: "backtest-bench",
            dependencies: [.product(name: "Backtest", package: "aristobot")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
