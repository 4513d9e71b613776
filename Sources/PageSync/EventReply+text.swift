import DashboardModel

extension EventReply {
  /// A longer note is refused where it is made; see docs/protocol.md.
  package static let longestNote = 16 * 1024

  /// `applied 5-aa:18` or `failed handler`, then a space and the note if there is one.
  package var text: String {
    let outcome =
      switch outcome {
      case .applied(let version): "applied \(version)"
      case .failed(let reason): "failed \(reason)"
      }
    return note.map { "\(outcome) \(String(decoding: $0, as: UTF8.self))" } ?? outcome
  }

  package init?(_ text: some StringProtocol) {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count >= 2 else { return nil }
    switch words[0] {
    case "applied":
      guard let version = Version(words[1]) else { return nil }
      self.init(.applied(version))
    case "failed" where words[1].utf8.count <= 64: self.init(.failed(String(words[1])))
    default: return nil
    }
    guard words.count == 3 else { return }
    let note = Array(words[2].utf8)
    guard note.count <= Self.longestNote, case .object? = try? JSON(decoding: note, maximumDepth: 8) else { return nil }
    self.note = note
  }
}
