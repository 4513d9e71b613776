import DashboardModel

/// What changed of a page since its last draft.
@MainActor
struct PageChanges {
  var elements: [ComponentID: Element] = [:]
  var removed: Set<ComponentID> = []
  /// Components whose bodies are to be made anew.
  var stale: [ComponentNode] = []
  /// Cells that are kept, by name.
  var cells: [String: AnyCell] = [:]
  var privateState: [String: [UInt8]?] = [:]
  /// Title, favicon, redirect, or what stands outermost.
  var face = false
  /// The one who sends drafts knows that there is something.
  var isNoted = false

  var hasContents: Bool {
    !elements.isEmpty || !removed.isEmpty || !cells.isEmpty || !privateState.isEmpty || face
  }
}

/// What elements say of themselves for a draft.
struct PageWriting {
  var items: [ComponentID: ComponentValue] = [:]
  var components: [ComponentDefinition] = []
  /// By the name of the source a component is bound to.
  var readings: [String: JSON] = [:]
  var failures: [String: String] = [:]
  /// Components that forget what they showed.
  var restarted: Set<ComponentID> = []
  /// Definitions of components that a module of the app draws.
  var drawn: [ComponentID: JSON] = [:]
  /// What components in frames listen to, and how these look.
  var frames: [ComponentID: JSON.Members] = [:]
  /// What the next producer needs to go on.
  var privateState: [String: [UInt8]?] = [:]
  private(set) var classes: Set<String> = []

  /// Notes utility classes as used.
  mutating func use(_ text: String) {
    for name in text.split(separator: " ") { classes.insert(String(name)) }
  }
}

/// The item `@style`: the rules of the utility classes in use. Pages of the same kind share the bytes.
@MainActor
enum StyleSheets {
  private static var known: [Set<String>: ComponentValue] = [:]
  private static let mostKnown = 500
  static var onUnknown: ([String]) -> Void = { _ in }
  private static var told: Set<String> = []

  /// The rules for these classes, and the very set that all pages with them share.
  static func item(for classes: Set<String>) -> (classes: Set<String>, value: ComponentValue) {
    if let index = known.index(forKey: classes) { return (known[index].key, known[index].value) }
    let rules = UtilityClasses.rules(for: classes)
    let fresh = rules.unknown.filter { !told.contains($0) }
    if !fresh.isEmpty, told.count < mostKnown {
      told.formUnion(fresh)
      onUnknown(fresh)
    }
    let value = ComponentValue(["css": .string(rules.css)])
    if known.count >= mostKnown { known = [:] }
    known[classes] = value
    return (classes, value)
  }
}
