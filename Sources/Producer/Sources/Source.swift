package import DashboardModel

/// Something that yields data, one run at a time. A ``SourceRunner`` decides when, and how long a run may take; a run
/// ends soon after its task is cancelled.
package protocol Source: Sendable {
  func fetch() async throws -> JSON
}

/// A source whose value also changes between runs (somebody pushes, somebody presses a button): the runner publishes
/// ``current`` when it is told so by ``SourceRunner/announce()``.
package protocol ChangeableSource: Source {
  /// The value as it stands; `nil` before there is one.
  var current: JSON? { get }
}

/// A source that goes on where the previous producer stopped.
package protocol RestorableSource: Source {
  /// What the next producer needs; `nil` when there is nothing to remember.
  var state: JSON? { get }
  /// Takes over what ``state`` gave; anything it does not understand is ignored.
  func restore(_ state: JSON)
}

/// Why a run gave no value, in words for the people who look at the page: one line, at most 200 characters, control
/// characters written out, no address with a password in it.
package struct SourceError: Error, Hashable, Sendable, CustomStringConvertible {
  package let reason: String
  /// The same before anything was cut off or written out, so that secrets are found in it as they are.
  let text: String

  package init(_ reason: String) { (self.reason, text) = (Reason.clean(reason), reason) }

  package var description: String { reason }

  /// Errors that tell people the same are the same.
  package static func == (one: SourceError, other: SourceError) -> Bool { one.reason == other.reason }
  package func hash(into hasher: inout Hasher) { hasher.combine(reason) }
}
