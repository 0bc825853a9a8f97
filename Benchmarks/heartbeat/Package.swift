// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "heartbeat-bench",
    dependencies: [.package(name: "aristobot", path: "../..")],
    targets: [
        .executableTarget(
            name: "heartbeat-bench",
            dependencies: [.product(name: "Heartbeat", package: "aristobot")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
