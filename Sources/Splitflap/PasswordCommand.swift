import ArgumentParser
import Foundation
import Front

/// `splitflap password`: what the users file keeps of a password.
struct PasswordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Read a password from standard input and print its hash for the users file.")

  private static let shortest = 8

  func run() throws {
    // Standard input, never an argument: those are seen by everybody on the machine.
    if isatty(STDIN_FILENO) == 1 { try? FileHandle.standardError.write(contentsOf: Data("Password: ".utf8)) }
    guard let password = readLine(strippingNewline: true), password.utf8.count >= Self.shortest else {
      throw CommandFailure.failed("a password has at least \(Self.shortest) characters, and comes by standard input")
    }
    guard password.utf8.count <= PasswordHash.longest else {
      throw CommandFailure.failed("a password has at most \(PasswordHash.longest) bytes")
    }
    writeToStandardOutput(try PasswordHash.make(password).text + "\n")
  }
}
