// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Hello",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "splitflap", path: "../..")],
  targets: [
    .executableTarget(name: "Hello", dependencies: [.product(name: "Splitflap", package: "splitflap")]),
    .testTarget(name: "HelloTests", dependencies: ["Hello"]),
  ]
)
