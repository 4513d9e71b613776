/// A change of a page's components that leads from one version to another.
package struct Update: Hashable, Sendable {
  /// The only version this may be applied to.
  package var from: Version
  package var to: Version
  package var changes: [ComponentChange]

  package init(from: Version, to: Version, changes: [ComponentChange]) {
    self.from = from
    self.to = to
    self.changes = changes
  }
}

/// What happens to one component in an ``Update``.
package struct ComponentChange: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case set(ComponentValue)
    case append(Append)
    case remove
  }

  package var id: ComponentID
  package var kind: Kind

  package init(_ id: ComponentID, _ kind: Kind) {
    self.id = id
    self.kind = kind
  }
}

/// The whole state of a page at a version, as the store keeps it.
package struct Snapshot: Hashable, Sendable {
  package var version: Version
  /// Every component with the revision at which it last changed.
  package var components: [ComponentID: StoredValue]
  /// Removed components with the revision of their removal; at most 256.
  package var removed: [ComponentID: UInt64]
  /// Removals up to this revision may be missing from ``removed``.
  package var removedFloor: UInt64

  package struct StoredValue: Hashable, Sendable {
    package var revision: UInt64
    package var value: ComponentValue
    package init(revision: UInt64, value: ComponentValue) {
      self.revision = revision
      self.value = value
    }
  }

  package init(
    version: Version, components: [ComponentID: StoredValue], removed: [ComponentID: UInt64] = [:],
    removedFloor: UInt64 = 0
  ) {
    self.version = version
    self.components = components
    self.removed = removed
    self.removedFloor = removedFloor
  }
}
