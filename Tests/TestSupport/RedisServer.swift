import Foundation
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import Synchronization

/// A real redis-server of a test: on a free loopback port and a Unix socket, with a directory of its own.
///
/// It ends when the test lets go of it. `kill` is SIGKILL; `start` brings it back on the same port and directory.
package final class RedisServer: Sendable {
  package let port: Int
  package let directory: String
  private let options: [String]
  private let process = Mutex<Process?>(nil)

  /// Where a Unix socket is served.
  package var socketPath: String { "\(directory)/redis.sock" }

  /// False on a machine without redis-server; such tests are skipped there, visibly.
  package static let isAvailable = executable != nil
  static let executable = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// One server for all tests that keep to their own key prefix.
  package static func shared() throws -> RedisServer { try common.get() }
  private static let common = Result {
    let server = try RedisServer()
    atexit { RedisServer.endShared() }
    return server
  }
  private static func endShared() {
    guard case .success(let server) = common else { return }
    server.kill()
    try? FileManager.default.removeItem(atPath: server.directory)
  }

  /// Starts a server with options as on its command line: `["--requirepass", "secret"]`.
  package convenience init(_ options: [String] = []) throws {
    try self.init(port: Self.freePort()) { _ in options }
  }

  /// Speaks TLS with these certificates and nothing else.
  package convenience init(_ certificates: Certificates, asksClients: Bool = false) throws {
    try self.init(port: Self.freePort()) { certificates.options(port: $0, asksClients: asksClients) }
  }

  private init(port: Int, options: (Int) -> [String]) throws {
    self.port = port
    self.directory = "/tmp/splitflap-redis-\(port)-\(UInt32.random(in: 0 ... .max))"
    self.options = options(port)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try start()
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Starts the server (again) and waits until it accepts connections.
  package func start() throws {
    guard let executable = Self.executable else { throw RedisServerFailure(reason: "redis-server is not installed") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = [
      "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", socketPath, "--dir", directory, "--save", "",
      "--logfile", "\(directory)/log", "--enable-debug-command", "yes",
    ] + options
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    self.process.withLock { $0 = process }
    for _ in 0..<500 {
      guard process.isRunning else { break }
      if Self.accepts(port) { return }
      usleep(10_000)
    }
    let log = (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? ""
    throw RedisServerFailure(reason: "redis-server does not answer on port \(port): \(log.suffix(500))")
  }

  /// Ends the server at once, as a crash would.
  package func kill() { end(SIGKILL) }

  /// Freezes the server: connections stay open and nothing is answered, until ``thaw()``.
  package func freeze() { signal(SIGSTOP) }
  package func thaw() { signal(SIGCONT) }

  private func signal(_ number: Int32) {
    process.withLock { if let process = $0, process.isRunning { _ = sendSignal(process.processIdentifier, number) } }
  }

  private func end(_ number: Int32) {
    let ended = process.withLock { process -> Process? in
      defer { process = nil }
      return process
    }
    guard let ended, ended.isRunning else { return }
    _ = sendSignal(ended.processIdentifier, number)
    ended.waitUntilExit()
  }

  // Ports given out in this process, so that two tests never get the same one.
  private static let givenPorts = Mutex<Set<Int>>([])

  package static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = try anyPort()
      if givenPorts.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw RedisServerFailure(reason: "no free port")
  }

  private static func anyPort() throws -> Int {
    try withSocket { descriptor in
      var address = loopback(port: 0)
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
      }
      guard bound else { throw RedisServerFailure(reason: "no free port") }
      return Int(UInt16(bigEndian: address.sin_port))
    }
  }

  static func accepts(_ port: Int) -> Bool {
    let accepted = try? withSocket { descriptor in
      var address = loopback(port: UInt16(port))
      return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
    return accepted ?? false
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private static func withSocket<T>(_ body: (Int32) throws -> T) throws -> T {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw RedisServerFailure(reason: "no socket") }
    defer { close(descriptor) }
    return try body(descriptor)
  }
}

func sendSignal(_ process: pid_t, _ number: Int32) -> Int32 { kill(process, number) }

/// Why no server could be had.
package struct RedisServerFailure: Error, CustomStringConvertible {
  let reason: String
  package var description: String { reason }
}
