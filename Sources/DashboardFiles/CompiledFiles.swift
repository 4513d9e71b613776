import DashboardModel
import Synchronization

/// One definition file on its way from bytes to a definition.
struct DefinitionFile: Sendable {
  let path: String
  var bytes: [UInt8] = []
  /// What was read; `nil` when the file could not be read, or is known from the load before.
  var reader: IncludeReader?
  /// What it included, by name; `nil` for what could not be read.
  var inputs: [String: [UInt8]?] = [:]
  var definition: DashboardDefinition?
  var diagnostics: [Diagnostic] = []
  /// True for what ``CompiledFiles`` knows from the load before.
  var isKnown = false

  init(_ path: String) { self.path = path }

  /// The name of the dashboard that it describes.
  var dashboard: String { DashboardCompiler.name(of: path) }
}

/// What the files of the last load compiled to, so that one edit among hundreds of files costs one compilation.
///
/// Only files that are small together with what they include are kept, and none that asks for a secret: the secret's
/// own file may change without a trace in the definition.
final class CompiledFiles: Sendable {
  private static let mostBytes = 65_536
  private let files = Mutex<[String: DefinitionFile]>([:])

  /// The file as it was compiled, if it and everything it includes are still the same.
  func file(_ path: String, bytes: [UInt8], folder: IncludeFolder) -> DefinitionFile? {
    guard let known = files.withLock({ $0[path] }), known.bytes == bytes else { return nil }
    let isSame = known.inputs.allSatisfy { name, content in
      if let now = try? folder.read(name) { now == content } else { content == nil }
    }
    return isSame ? known : nil
  }

  func keep(_ list: [DefinitionFile]) {
    var kept: [String: DefinitionFile] = [:]
    for var file in list {
      if file.isKnown {
        kept[file.path] = file
        continue
      }
      file.reader = nil
      file.isKnown = true
      // What could not be read may be readable next time, and what says why may be elsewhere.
      guard !file.bytes.isEmpty, !file.inputs.values.contains(nil), Self.mayBeKept(file) else { continue }
      kept[file.path] = file
    }
    let result = kept
    files.withLock { $0 = result }
  }

  private static func mayBeKept(_ file: DefinitionFile) -> Bool {
    let texts = [file.bytes] + file.inputs.values.compactMap { $0 }
    guard texts.reduce(0, { $0 + $1.count }) <= mostBytes else { return false }
    return !texts.contains { String(decoding: $0, as: UTF8.self).contains("secret") }
  }
}

extension IncludeReader {
  /// The jq programs that the tree holds, as far as it has its expected form.
  var programs: [String] {
    let sources = root?.entries?.first { $0.key == "sources" }?.value.entries ?? []
    return sources.flatMap { source -> [String] in
      guard let pick = source.value.entries?.first(where: { $0.key == "pick" })?.value else { return [] }
      return pick.scalar.map { [$0.text] } ?? pick.entries?.compactMap(\.value.scalar?.text) ?? []
    }
  }
}
