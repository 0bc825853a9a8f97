// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "indicator-bench",
    dependencies: [.package(name: "aristobot", path: "../..")],
    targets: [
        .executableTarget(
            name: "indicator-bench",
            dependencies: [.product(name: "Indicators", package: "aristobot")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
