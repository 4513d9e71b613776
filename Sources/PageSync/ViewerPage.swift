package import DashboardModel

/// The viewer's side in Swift, for simulation and tests; `client/store.js` is its twin, and both pass
/// `Tests/Wire/*.json`. Applies a message only where it fits, never goes back (R16).
package struct ViewerPage: Sendable {
  package enum Outcome: Hashable, Sendable {
    case applied
    /// It does not fit, or leads nowhere new: ask for what is missing since ``version``.
    case sync
  }

  package private(set) var version: Version?
  package private(set) var values: [ComponentID: ComponentValue] = [:]

  package init(version: Version? = nil, values: [ComponentID: ComponentValue] = [:]) {
    self.version = version
    self.values = values
  }

  package mutating func receive(_ message: ViewerMessage) -> Outcome {
    switch message {
    case .full(let to, let values):
      guard version.map({ to > $0 }) ?? true else { return .sync }
      self.values = values
      version = to
      return .applied
    case .delta(let update), .rebase(let update):
      guard update.from == version, update.to > update.from else { return .sync }
      for change in update.changes { apply(change) }
      version = update.to
      return .applied
    }
  }

  private mutating func apply(_ change: ComponentChange) {
    switch change.kind {
    case .set(let value): values[change.id] = value
    case .append(let append): values[change.id] = values[change.id]?.appending(append)
    case .remove: values[change.id] = nil
    }
  }
}

/// A message that changes what a viewer shows.
package enum ViewerMessage: Hashable, Sendable {
  case full(to: Version, [ComponentID: ComponentValue])
  case delta(Update)
  case rebase(Update)
}

extension PageView {
  /// The message that leads a viewer from what it shows to this version; `nil` if there is nothing to tell.
  package func message(since shown: Version?) -> ViewerMessage? {
    switch changes(since: shown) {
    case .nothing, .behind: nil
    case .delta(let update): .delta(update)
    case .rebase(let update): .rebase(update)
    case .whole: .full(to: version, values)
    }
  }
}
