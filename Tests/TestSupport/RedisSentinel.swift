import Foundation
import Synchronization

/// A real sentinel of a test, watching a primary named `board`; two must agree that it is down, or one if it is alone.
package final class RedisSentinel: Sendable {
  package let port: Int
  private let directory: String
  private let process = Mutex<Process?>(nil)

  /// `lines` are added to its configuration file.
  package init(of primary: RedisServer, quorum: Int = 1, port: Int? = nil, lines: [String] = []) throws {
    self.port = try port ?? RedisServer.freePort()
    let port = self.port
    directory = "/tmp/splitflap-sentinel-\(port)-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let file = "\(directory)/sentinel.conf"
    let configuration = [
      "port \(port)", "bind 127.0.0.1", "dir \(directory)", "logfile \(directory)/log", "protected-mode no",
      "sentinel monitor board 127.0.0.1 \(primary.port) \(quorum)",
      "sentinel down-after-milliseconds board 1000", "sentinel failover-timeout board 3000",
    ] + lines
    try (configuration.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: RedisServer.executable ?? "")
    process.arguments = [file, "--sentinel"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    self.process.withLock { $0 = process }
    for _ in 0..<500 where process.isRunning {
      if RedisServer.accepts(port) { return }
      usleep(10_000)
    }
    throw RedisServerFailure(reason: "a sentinel does not answer on port \(port)")
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// What the sentinel itself answers, as lines; a client of ours would leave at once, for it is no primary.
  package func ask(_ words: String...) throws -> String {
    let asking = Process(), output = Pipe()
    asking.executableURL = URL(fileURLWithPath: "/usr/bin/redis-cli")
    asking.arguments = ["-p", "\(port)"] + words
    asking.standardOutput = output
    try asking.run()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    asking.waitUntilExit()
    return String(decoding: answer, as: UTF8.self)
  }

  package func kill() {
    let ended = process.withLock { process -> Process? in
      defer { process = nil }
      return process
    }
    guard let ended, ended.isRunning else { return }
    // A terminate would be blocked: a child inherits its parent thread's signal mask.
    _ = sendSignal(ended.processIdentifier, SIGKILL)
    ended.waitUntilExit()
  }
}
