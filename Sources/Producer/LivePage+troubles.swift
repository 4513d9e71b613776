import DashboardModel

/// Components whose events were never finished show that as an error, until one is applied.
extension LivePage {
  private static let prefix = "trouble."

  /// Marks a component; kept beside the page, so the next producer shows it too.
  func setTrouble(_ reason: String, of id: ComponentID) {
    guard let value = writer.values[id] else { return }
    troubles[id] = reason
    writer.setPrivate(Self.prefix + id.name, JSON.string(reason).encoded)
    writer.set(id, value.showing(trouble: reason))
  }

  func clearTrouble(of id: ComponentID) {
    guard troubles.removeValue(forKey: id) != nil else { return }
    writer.setPrivate(Self.prefix + id.name, nil)
    // A value staged meanwhile is the engine's own already.
    if let value = engines[id]?.value ?? writer.values[id]?.showing(trouble: nil) { writer.set(id, value) }
  }

  /// Takes over what the previous producer marked.
  func restoreTroubles() {
    for (name, bytes) in writer.privateState where name.hasPrefix(Self.prefix) {
      guard let id = ComponentID(name.dropFirst(Self.prefix.count)), let reason = (try? JSON(decoding: bytes))?.text
      else { continue }
      troubles[id] = reason
    }
  }

  /// What is published of a change: with the component's trouble, if it has one.
  func troubled(_ change: ComponentChange) -> ComponentChange {
    guard let reason = troubles[change.id] else { return change }
    switch change.kind {
    case .set(let value): return ComponentChange(change.id, .set(value.showing(trouble: reason)))
    case .append(var append):
      append.head = ComponentValue(head: append.head).showing(trouble: reason).head
      return ComponentChange(change.id, .append(append))
    case .remove: return change
    }
  }
}

extension ComponentValue {
  fileprivate func showing(trouble: String?) -> ComponentValue {
    guard case .object(var members)? = try? JSON(decoding: head) else { return self }
    members["state"] = trouble.map { _ in "error" }
    members["reason"] = trouble.map { .string($0) }
    return ComponentValue(head: JSON.object(members).encoded, points: points)
  }
}
