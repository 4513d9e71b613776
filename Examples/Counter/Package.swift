// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Counter",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "splitflap", path: "../..")],
  targets: [
    .executableTarget(name: "Counter", dependencies: [.product(name: "Splitflap", package: "splitflap")]),
    .testTarget(name: "CounterTests", dependencies: ["Counter"]),
  ]
)
