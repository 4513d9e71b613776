/// The place of a component on a page: its state, and what its body is made of now.
@MainActor
final class ComponentNode: CellReader {
  /// The one whose body is being made: cells that are read meanwhile tell it when they change.
  static var rendering: ComponentNode?

  let key: String?
  private(set) var nodes: [Node] = []
  private var component: any Component
  private weak var page: PageInstance?
  /// Where it hangs; `nil` when it stands on the page itself.
  private weak var parent: Element?
  /// Names its state in the store: the way down to it, by keys and places.
  private var path = ""
  private var isStale = false

  init(_ component: any Component) {
    key = (component as? any KeyedComponent)?.key
    self.component = component
  }

  /// The component without its key.
  private var subject: any Component { (component as? any KeyedComponent)?.subject ?? component }

  func canBecome(_ other: ComponentNode) -> Bool {
    key == other.key && type(of: subject) == type(of: other.subject)
  }

  // MARK: Its place

  func attach(to page: PageInstance, at place: TreePlace) {
    guard self.page == nil else { return }
    (self.page, parent, path) = (page, place.parent, place.path)
    for (name, property) in cellProperties(of: subject) {
      page.keep(property.anyCell, as: "@\(path).\(name)")
      property.anyCell.add(self)
    }
    nodes = body()
    page.attach(nodes, at: place.inside)
  }

  func detach() {
    guard let page else { return }
    page.detach(nodes)
    for (name, _) in cellProperties(of: subject) { page.drop("@\(path).\(name)") }
    self.page = nil
  }

  // MARK: Making it anew

  func cellChanged(_ cell: AnyCell) {
    guard !isStale, let page else { return }
    isStale = true
    page.mark(self)
  }

  /// Takes over what its parent's body says now; the state stays.
  func become(_ other: ComponentNode) {
    for ((_, new), (_, old)) in zip(cellProperties(of: other.subject), cellProperties(of: subject)) { new.adopt(old) }
    component = other.component
    render()
  }

  func renderIfStale() { if isStale { render() } }

  private func render() {
    guard let page else { return }
    isStale = false
    nodes = page.reconcile(nodes, with: body(), at: TreePlace(parent: parent, path: path, isMade: true))
    if let parent { parent.changed() } else { page.rootChanged() }
  }

  private func body() -> [Node] {
    let outer = Self.rendering
    Self.rendering = self
    defer { Self.rendering = outer }
    return component.body.nodes
  }
}

/// Where in a page's tree something stands.
@MainActor
struct TreePlace {
  /// The element around it; `nil` on the page itself.
  var parent: Element?
  /// The way down, by keys and places.
  var path: String
  /// Part of a component's body, which can be made anew from its state.
  var isMade = false

  var inside: TreePlace { TreePlace(parent: parent, path: path, isMade: true) }

  func child(_ index: Int, _ node: Node) -> TreePlace {
    TreePlace(parent: parent, path: "\(path).\(node.key ?? String(index))", isMade: isMade)
  }

  func under(_ element: Element) -> TreePlace { TreePlace(parent: element, path: path, isMade: isMade) }
}
