import DashboardModel

/// Something that a viewer did, on its way to one listener.
@MainActor
struct Occurrence {
  let name: EventName
  /// Whose listener is told.
  let id: ComponentID
  let element: Element
  /// It happened to the listener's own element, not to one inside.
  let isOwn: Bool
  let data: JSON

  struct Key: Hashable {
    let id: ComponentID
    let name: EventName
  }

  var key: Key { Key(id: id, name: name) }

  /// What the listener asks for, as browsers are told it.
  private var options: JSON { element.handlers[name]?.options ?? [:] }

  var debounce: Duration? { options["debounce"]?.double.map { .milliseconds($0) } }
  var throttle: Duration? {
    options["throttle"]?.double.map { .milliseconds($0) } ?? (name == .scroll ? Self.scrollPace : nil)
  }

  /// Elements around do not hear of it.
  var isStopped: Bool { options["stop"] == true }
  /// The browser does nothing by itself.
  var isPrevented: Bool { options["prevent"] == true }

  /// False for a key that the listener did not name.
  var isWanted: Bool {
    guard let keys = options["keys"]?.elements, let key = data["key"] else { return true }
    return keys.contains(key)
  }

  private static let scrollPace = Duration.milliseconds(200)
}

extension EventName {
  /// Happens to one element only; those around it do not hear of it.
  var isDirect: Bool {
    let direct: Set<EventName> = [.focus, .blur, .mouseEnter, .mouseLeave, .scroll, .toggle]
    return direct.contains(self)
  }
}
