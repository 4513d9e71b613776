import DashboardModel

extension EventReply {
  /// `applied 5-aa:18` or `failed handler`.
  package var text: String {
    switch self {
    case .applied(let version): "applied \(version)"
    case .failed(let reason): "failed \(reason)"
    }
  }

  package init?(_ text: some StringProtocol) {
    let words = text.split(separator: " ")
    guard words.count == 2 else { return nil }
    switch words[0] {
    case "applied":
      guard let version = Version(words[1]) else { return nil }
      self = .applied(version)
    case "failed" where words[1].utf8.count <= 64: self = .failed(String(words[1]))
    default: return nil
    }
  }
}
