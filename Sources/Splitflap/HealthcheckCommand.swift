import ArgumentParser
import Backplane
import Foundation
import NIOCore
import NIOPosix
import PageSync

/// `splitflap healthcheck front|producer`: for containers, which have no other program to ask with.
struct HealthcheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "healthcheck", abstract: "Exit 0 if the front or producer of this container is well, else 1.")

  enum Role: String, ExpressibleByArgument, CaseIterable { case front, producer }

  @Argument(help: "front: is it serving and ready; producer: does an owner beat")
  var role: Role
  @Option(help: "port of the front [SPLITFLAP_PORT] (default: 8080)")
  var port: String?
  @OptionGroup var redis: RedisOptions

  func run() async throws {
    switch role {
    case .front: try await front()
    case .producer: try await producer()
    }
  }

  private func front() async throws {
    let port = try Settings.number(port, "port", "SPLITFLAP_PORT", in: 1...65535) ?? 8080
    guard let line = try? await FirstLine.get("/health/ready", port: port) else {
      throw CommandFailure.failed("nothing answers on port \(port)")
    }
    guard line.contains(" 200 ") else { throw CommandFailure.failed("the front is not ready: \(Settings.printable(line))") }
  }

  // The owner may be another container's producer: what counts is that the shards are looked after.
  private func producer() async throws {
    var configuration = RedisBackplaneConfiguration(try redis.address())
    // Who asks wants one line.
    configuration.logger.logLevel = .critical
    let backplane = try RedisProducerBackplane(configuration)
    defer { backplane.stop() }
    do { try await backplane.ready() } catch { throw CommandFailure.failed("the data store cannot be reached") }
    let before = try? await leases(backplane)
    try await Task.sleep(for: .milliseconds(1200))
    guard let after = try? await leases(backplane), let before, before.count == after.count else {
      throw CommandFailure.failed("no producer beats")
    }
    if let silent = after.indices.first(where: { after[$0] == nil || after[$0] == before[$0] }) {
      throw CommandFailure.failed(after.count == 1 ? "no producer beats" : "no producer beats for shard \(silent)")
    }
  }

  private func leases(_ backplane: RedisProducerBackplane) async throws -> [LeaseRecord?] {
    var leases: [LeaseRecord?] = []
    for shard in 0..<(try await backplane.storedShards() ?? 1) { leases.append(try await backplane.lease(of: shard)) }
    return leases
  }
}

/// One GET on loopback, of whose answer only the first line counts.
private enum FirstLine {
  static func get(_ path: String, port: Int) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(1))
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(
        ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\nConnection: close\r\n\r\n"))
      for try await bytes in inbound { return String(buffer: bytes).prefix { $0 != "\r\n" }.description }
      return ""
    }
  }
}
