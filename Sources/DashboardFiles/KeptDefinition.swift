package import DashboardModel

/// A dashboard's files as they were when they last had no mistake: kept beside its page, they let a producer that starts
/// over broken files go on with what was shown before.
///
/// They are kept as they were written, so what comes from outside (`${secret.NAME}`) is not in them; a file that holds a
/// secret in clear is not kept at all.
package struct KeptDefinition: Hashable, Sendable {
  /// So many bytes are kept of a dashboard and what it includes.
  static let mostBytes = 65_536

  /// The name of the file in its folder.
  package var file: String
  var text: [UInt8]
  /// What it includes, by path below the folder.
  var parts: [String: [UInt8]]
  /// When these texts were first loaded, in Unix milliseconds.
  package var loaded = 0.0

  init?(_ file: DefinitionFile) {
    let parts = file.inputs.compactMapValues { $0 }
    let size = file.bytes.count + parts.reduce(0) { $0 + $1.value.count }
    guard file.definition != nil, parts.count == file.inputs.count, size <= Self.mostBytes,
      !file.diagnostics.contains(where: { $0.code == .secretInClear })
    else { return nil }
    self.file = String(file.path.split(separator: "/").last ?? "")
    (text, self.parts) = (file.bytes, parts)
  }

  /// True when the files say the same, whenever they were loaded.
  package func isSame(as other: KeptDefinition) -> Bool {
    file == other.file && text == other.text && parts == other.parts
  }
}

extension KeptDefinition {
  /// As it is kept: `{"file": "shop.yml", "loaded": 1700000000000, "text": "…", "parts": {"parts/a.yml": "…"}}`.
  package var json: JSON {
    let parts = parts.sorted { $0.key < $1.key }.map { name, bytes in
      JSON.Member(name: name, value: .string(String(decoding: bytes, as: UTF8.self)))
    }
    return [
      "file": .string(file), "loaded": .number(loaded), "text": .string(String(decoding: text, as: UTF8.self)),
      "parts": .object(JSON.Members(parts)),
    ]
  }

  /// `nil` for what was not written by ``json``.
  package init?(_ json: JSON) {
    guard let file = json["file"]?.text, let text = json["text"]?.text, let loaded = json["loaded"]?.double,
      case .object(let members)? = json["parts"]
    else { return nil }
    (self.file, self.text, self.loaded, parts) = (file, Array(text.utf8), loaded, [:])
    for member in members.list {
      guard let text = member.value.text else { return nil }
      parts[member.name] = Array(text.utf8)
    }
  }
}
