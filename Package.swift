// swift-tools-version: 6.1
import PackageDescription

// Targets by layer, arrows point down only (docs/architecture.md). Between them everything is `package`;
// `public` is for what people outside write against.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
]

let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "splitflap",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "splitflap", targets: ["splitflap"]),
    .library(name: "Splitflap", targets: ["Splitflap"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // Layer 0: C libraries of the system.
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CJq", providers: [.apt(["libjq-dev"])]),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CCmark", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),

    // Layer 1: pure values, the protocol as state machines, the Redis client.
    .target(name: "DashboardModel", swiftSettings: strict),
    .target(name: "PageSync", dependencies: ["DashboardModel"], swiftSettings: strict),
    .target(name: "Redis", dependencies: ["CHiredis", nio, nioPosix, nioSSL, crypto, logging], swiftSettings: strict),

    // Layer 2: what carries updates and events, what reads files, what speaks HTTP.
    .target(
      name: "Backplane", dependencies: ["Redis", "PageSync", "DashboardModel", nio, nioPosix, logging], swiftSettings: strict),
    .target(name: "DashboardFiles", dependencies: ["DashboardModel", "CJq", "CSQLite", yams], swiftSettings: strict),
    .target(
      name: "WebServer",
      dependencies: ["CZlib", nio, nioPosix, nioHTTP1, nioWebSocket, hummingbird, httpTypes, logging, lifecycle],
      swiftSettings: strict),

    // Layer 3: the two halves of the platform; they never meet.
    .target(
      name: "Front",
      dependencies: [
        "Backplane", "PageSync", "DashboardModel", "WebServer", nio, nioPosix, nioHTTP1, nioWebSocket, hummingbird,
        httpTypes, crypto, cryptoExtras, logging, lifecycle,
      ], swiftSettings: strict),
    .target(
      name: "Producer",
      dependencies: [
        "Backplane", "PageSync", "DashboardFiles", "DashboardModel", "CCmark", "CSQLite", httpClient, subprocess,
        nio, nioPosix, nioHTTP1, nioFoundation, crypto, logging, lifecycle,
      ], swiftSettings: strict),

    // Layer 4 and 5: the commands, and the program.
    .target(
      name: "Splitflap",
      dependencies: [
        "Front", "Producer", "DashboardFiles", "Backplane", "PageSync", "DashboardModel", "Redis", "WebServer", arguments,
        logging, lifecycle, crypto, nio, nioPosix,
      ], swiftSettings: strict),
    .executableTarget(name: "splitflap", dependencies: ["Splitflap"], path: "Sources/splitflap-main", swiftSettings: strict),

    // The one source file of each example, built here too so that the tests drive it. Examples/<name> is a package as a
    // reader would write it.
    .executableTarget(name: "Counter", dependencies: ["Splitflap"], path: "Examples/Counter/Sources/Counter"),
    .executableTarget(name: "Hello", dependencies: ["Splitflap"], path: "Examples/Hello/Sources/Hello"),
    .executableTarget(name: "Tour", dependencies: ["Splitflap"], path: "Examples/Tour/Sources/Tour"),

    .testTarget(name: "CounterTests", dependencies: ["Counter", "Splitflap"], path: "Examples/Counter/Tests/CounterTests"),
    .testTarget(name: "HelloTests", dependencies: ["Hello", "Splitflap"], path: "Examples/Hello/Tests/HelloTests"),
    .testTarget(name: "TourTests", dependencies: ["Tour", "Splitflap"], path: "Examples/Tour/Tests/TourTests"),

    // Pages that tests go through with browsers and raw clients; and what a user's code costs, see Benchmarks/library.
    .executableTarget(name: "Scenarios", dependencies: ["Splitflap"], path: "Tests/Scenarios"),
    .executableTarget(name: "LibraryBench", dependencies: ["Splitflap"], path: "Benchmarks/library/Sources"),
    // The producers that Benchmarks/run.py measures.
    .executableTarget(
      name: "benchmarks", dependencies: ["Splitflap", "Backplane", "PageSync", "DashboardModel", "Redis"],
      path: "Benchmarks/Pages", swiftSettings: [.swiftLanguageMode(.v6)]),

    // Tests mirror Sources.
    .target(name: "TestSupport", dependencies: [nio, nioPosix], path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "DashboardModelTests", dependencies: ["DashboardModel"], swiftSettings: strict),
    .testTarget(name: "PageSyncTests", dependencies: ["PageSync", "DashboardModel"], swiftSettings: strict),
    .target(
      name: "Simulation", dependencies: ["PageSync", "DashboardModel"], path: "Tests/Simulation", swiftSettings: strict),
    .executableTarget(name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulate", swiftSettings: strict),
    .testTarget(name: "SimulationTests", dependencies: ["Simulation"], swiftSettings: strict),
    .testTarget(
      name: "RedisTests", dependencies: ["Redis", "TestSupport", nio, nioPosix, nioEmbedded, logging], swiftSettings: strict),
    .testTarget(
      name: "BackplaneTests",
      dependencies: ["Backplane", "Redis", "PageSync", "DashboardModel", "TestSupport", nio, nioPosix, logging],
      swiftSettings: strict),
    .testTarget(
      name: "WebServerTests",
      dependencies: ["WebServer", "TestSupport", nio, nioPosix, nioHTTP1, nioEmbedded, hummingbird, httpTypes, logging, lifecycle],
      swiftSettings: strict),
    .testTarget(
      name: "FrontTests",
      dependencies: [
        "Front", "Producer", "Backplane", "PageSync", "DashboardModel", "DashboardFiles", "WebServer", "Redis", "TestSupport", nio,
        nioPosix, nioHTTP1, logging, lifecycle,
      ], swiftSettings: strict),
    .testTarget(
      name: "DashboardFilesTests", dependencies: ["DashboardFiles", "DashboardModel"], swiftSettings: strict),
    .testTarget(
      name: "ProducerTests",
      dependencies: [
        "Producer", "CSQLite", "Backplane", "PageSync", "DashboardFiles", "DashboardModel", "Redis", "TestSupport", logging, lifecycle,
        nio, nioPosix, nioHTTP1, httpClient,
      ], swiftSettings: strict),
    // As a user's package would build it: no setting beyond the language mode.
    .testTarget(name: "TutorialTests", dependencies: ["Splitflap"], swiftSettings: [.swiftLanguageMode(.v6)]),
    .testTarget(
      name: "SplitflapTests",
      dependencies: [
        "Splitflap", "Hello", "Producer", "Backplane", "PageSync", "DashboardFiles", "DashboardModel", logging,
        lifecycle, httpClient,
      ], swiftSettings: strict),
  ]
)
