import DashboardModel

/// An element that browsers draw in a frame: a dashboard component, or one with a drawing of its own (``Drawn``).
/// Handlers may listen to what viewers do to the frame: `number.on(.click) { … }`.
@MainActor
open class FramedElement: Element {
  /// Utility classes of the frame, by spaces.
  public var classes = "" { didSet { if classes != oldValue { touched() } } }
  /// False keeps it out of sight, and on the page.
  public var show = true { didSet { if show != oldValue { touched() } } }
  /// Code has changed it since it was made.
  private var isTouched = false
  /// Code put it on the page, so no block makes it again.
  var isAdded = false

  /// What it takes to make it again, see ``restored(_:)``.
  func origin(of id: ComponentID) -> JSON.Members { JSON.Members() }

  /// What stays over a takeover, if code has changed it.
  func memory() -> JSON.Members {
    JSON.Members([.init(name: "classes", value: .string(classes)), .init(name: "show", value: .bool(show))])
  }

  /// Goes on from it.
  func remember(_ stored: JSON) {
    if let classes = stored["classes"]?.text { self.classes = classes }
    if case .bool(let show)? = stored["show"] { self.show = show }
  }

  func touched() {
    isTouched = true
    changed()
  }

  /// What the frame says beside the component's definition.
  var frame: JSON.Members {
    var members = JSON.Members()
    members["on"] = handlers.json
    members["hidden"] = show ? nil : true
    members["classes"] = classes.isEmpty ? nil : .string(classes)
    return members
  }

  override func write(into draft: inout PageWriting, as id: ComponentID, on page: PageInstance) {
    draft.use(classes)
    // What a component's body made is made anew from its state.
    guard id.isBuilt, isTouched || isAdded else { return }
    var kept = memory()
    if isAdded { kept[Self.origin] = .object(origin(of: id)) }
    draft.privateState[PageInstance.keptName(of: id)] = JSON.object(kept).encoded
  }

  override func ownJSON(on page: PageInstance) -> JSON { .object(memory()) }

  override func restore(_ stored: JSON) { remember(stored) }

  override func become(_ other: Element) {
    super.become(other)
    guard let other = other as? FramedElement else { return }
    (classes, show) = (other.classes, other.show)
  }
}
