// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "engine-bench",
    dependencies: [
        .package(name: "aristobot", path: "../.."),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "engine-bench",
            dependencies: [
                .product(name: "Engine", package: "aristobot"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
