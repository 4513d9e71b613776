// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Tour",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "splitflap", path: "../..")],
  targets: [
    .executableTarget(name: "Tour", dependencies: [.product(name: "Splitflap", package: "splitflap")]),
    .testTarget(name: "TourTests", dependencies: ["Tour"]),
  ]
)
