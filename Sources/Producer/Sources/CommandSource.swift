package import DashboardModel
import Glibc
import Subprocess

/// Runs a program without a shell, with an environment of two variables, in a session of its own. What it writes is
/// read as JSON if it is JSON, else as text.
///
/// The whole process group is killed when the run is cancelled, when it fails, and after the program ended, so that
/// nothing it started is left behind.
package struct CommandSource: Source {
  static let outputLimit = 1 << 20
  static let errorTail = 4 << 10

  private let words: [String]

  /// The program (a path, or a name to look up in the system's folders) and its arguments.
  package init(_ words: [String]) { self.words = words }

  package func fetch() async throws -> JSON {
    let (status, output, errors) = try await execute()
    switch status {
    case .exited(0): break
    case .exited(let code): throw SourceError("exit code \(code)" + lastLine(errors))
    case .signaled(let signal): throw SourceError("ended by signal \(signal)" + lastLine(errors))
    }
    if let value = try? JSON(decoding: output) { return value }
    return .string(String(decoding: output, as: UTF8.self))
  }

  private static let environment = Environment.custom([
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
  ])

  private func execute() async throws -> (TerminationStatus, output: [UInt8], errors: [UInt8]) {
    guard let program = words.first, !program.isEmpty else { throw SourceError("there is no command") }
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    var group: pid_t?
    // The group's number is the program's, and cannot be given to another program while a member is left.
    defer { if let group { kill(-group, SIGKILL) } }
    do {
      let result = try await Subprocess.run(
        program.contains("/") ? .path(.init(program)) : .name(program), arguments: .init(Array(words.dropFirst())),
        environment: Self.environment, platformOptions: options, input: .none, output: .sequence, error: .sequence
      ) { execution in
        group = execution.processIdentifier.value
        return try await Self.collect(execution.standardOutput, execution.standardError)
      }
      return (result.terminationStatus, result.closureResult.output, result.closureResult.errors)
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw SourceError(
        error.code == .executableNotFound ? "there is no program \"\(program)\"" : "the command cannot be run")
    }
  }

  private struct Collected: Sendable {
    var output: [UInt8] = []
    var errors: [UInt8] = []
  }

  private static func collect(
    _ output: SubprocessOutputSequence, _ errors: SubprocessOutputSequence
  ) async throws -> Collected {
    async let tail = collectTail(errors)
    var collected = Collected()
    for try await buffer in output {
      guard collected.output.count + buffer.count <= outputLimit else {
        throw SourceError("the command wrote more than 1 MiB")
      }
      buffer.withUnsafeBytes { collected.output += $0 }
    }
    collected.errors = try await tail
    return collected
  }

  private static func collectTail(_ errors: SubprocessOutputSequence) async throws -> [UInt8] {
    var tail: [UInt8] = [], isCut = false
    for try await buffer in errors {
      buffer.withUnsafeBytes { tail += $0 }
      guard tail.count > errorTail else { continue }
      tail.removeFirst(tail.count - errorTail)
      isCut = true
    }
    // A line that was cut may begin within a secret, which nobody would recognise.
    return isCut ? Array(tail.drop { $0 != UInt8(ascii: "\n") }) : tail
  }

  private func lastLine(_ errors: [UInt8]) -> String {
    let lines = String(decoding: errors, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.last.map { ": \($0)" } ?? ""
  }
}
