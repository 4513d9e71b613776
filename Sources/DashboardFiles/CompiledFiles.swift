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
  /// The secrets that it and what it includes name, and a digest of what they were before it was compiled.
  var secrets: Set<String> = []
  var digest = 0

  init(_ path: String) { self.path = path }

  /// The name of the dashboard that it describes.
  var dashboard: String { DashboardCompiler.name(of: path) }
}

/// What the files of the last load compiled to, so that one edit among hundreds of files costs one compilation.
///
/// Only files that are small together with what they include are kept. A secret's own file may change without a trace in
/// the definition, so of secrets a digest is kept.
final class CompiledFiles: Sendable {
  private static let mostBytes = 65_536
  private let files = Mutex<[String: DefinitionFile]>([:])

  /// The file as it was compiled, if it and everything it includes are still the same.
  func file(_ path: String, bytes: [UInt8], folder: IncludeFolder, _ compiler: DashboardCompiler) -> DefinitionFile? {
    guard let known = files.withLock({ $0[path] }), known.bytes == bytes, compiler.digest(of: known.secrets) == known.digest
    else { return nil }
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
    return texts.reduce(0) { $0 + $1.count } <= mostBytes
  }
}

extension DefinitionFile {
  /// Takes what was read, and a digest of the secrets it may ask for.
  mutating func take(_ reader: IncludeReader, _ compiler: DashboardCompiler) {
    self.reader = reader
    for text in [bytes] + reader.inputs.values.compactMap({ $0 }) {
      secrets.formUnion(String(decoding: text, as: UTF8.self).matches(of: #/secret\.([\w.-]+)/#).map { String($0.1) })
    }
    digest = compiler.digest(of: secrets)
  }
}

extension YAMLValue {
  /// The jq programs that a map of sources holds, as far as it has its expected form, one after the other, each once, but
  /// for paths, which libjq is not asked about; those beyond the limits of one dashboard are left out.
  var programs: (list: [String], isComplete: Bool) {
    var seen: Set<String> = [], list: [String] = [], bytes = 0
    for source in entries ?? [] {
      for program in Self.programs(of: source.value) where seen.insert(program).inserted {
        guard program.utf8.count <= CheckedPrograms.longest, !JqSyntax.isPath(program) else { continue }
        bytes += program.utf8.count
        guard bytes <= CheckedPrograms.mostTogether else { return (list, false) }
        list.append(program)
      }
    }
    return (list, true)
  }

  private static func programs(of source: YAMLValue) -> [String] {
    guard let pick = source.entries?.first(where: { $0.key == "pick" })?.value else { return [] }
    return pick.scalar.map { [$0.text] } ?? pick.entries?.compactMap(\.value.scalar?.text) ?? []
  }
}

extension IncludeReader {
  /// The jq programs of a dashboard's sources.
  var programs: [String] { root?.entries?.first { $0.key == "sources" }?.value.programs.list ?? [] }
}
