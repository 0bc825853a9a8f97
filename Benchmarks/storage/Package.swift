// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "storage-bench",
    dependencies: [.package(name: "aristobot", path: "../..")],
    targets: [
        .executableTarget(
            name: "storage-bench",
            dependencies: [.product(name: "Storage", package: "aristobot")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
