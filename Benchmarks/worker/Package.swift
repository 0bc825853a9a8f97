// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "worker-bench",
    dependencies: [.package(name: "aristobot", path: "../..")],
    targets: [
        .executableTarget(
            name: "worker-bench",
            dependencies: [.product(name: "Worker", package: "aristobot")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
