import Foundation

/// Why a command ended, in one line for people.
struct CommandFailure: Error, CustomStringConvertible {
  /// 1 failed, 2 a wrong argument or variable, 78 (EX_CONFIG of sysexits.h) a setting that does not fit.
  var code: Int32
  var description: String

  static func usage(_ text: String) -> CommandFailure { CommandFailure(code: 2, description: text) }
  static func configuration(_ text: String) -> CommandFailure { CommandFailure(code: 78, description: text) }
  static func failed(_ text: String) -> CommandFailure { CommandFailure(code: 1, description: text) }

  var isUsage: Bool { code == 2 }
}

/// Writes one line to standard error; a closed one is no reason to fail.
func say(_ text: String, as hint: String?) {
  let line = hint.map { "splitflap: \(text) (\($0))\n" } ?? "splitflap: \(text)\n"
  try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
}

func end(_ code: Int32) -> Never { exit(code) }
