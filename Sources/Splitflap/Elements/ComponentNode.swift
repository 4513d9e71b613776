/// The place of a component on a page: its state, and what its body is made of now.
@MainActor
final class ComponentNode: CellReader {
  /// The one whose body is being made: cells that are read meanwhile tell it when they change.
  static var rendering: ComponentNode?

  let key: String?
  private(set) var nodes: [Node] = []
  private var component: any Component
  /// Where it stands: on one page as a rule. That page keeps its state.
  private var place: Place?
  private var others: [Place] = []
  private var isStale = false

  private struct Place {
    weak var page: PageInstance?
    /// The element it hangs in; `nil` when it stands on the page itself.
    weak var parent: Element?
    /// Names its state in the store: the way down to it, by keys and places.
    let path: String

    @MainActor
    var inside: TreePlace { TreePlace(parent: parent, path: path, isMade: true) }

    @MainActor
    func changed() { if let parent { parent.changed() } else { page?.rootChanged() } }
  }

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
    let new = Place(page: page, parent: place.parent, path: place.path)
    moveOn()
    guard let first = self.place?.page else { return settle(new, page) }
    guard first !== page, !others.contains(where: { $0.page === page }) else { return }
    others.append(new)
    page.attach(nodes, at: new.inside)
  }

  private func settle(_ new: Place, _ page: PageInstance) {
    place = new
    for (name, property) in cellProperties(of: subject) {
      page.keep(property.anyCell, as: "@\(new.path).\(name)")
      property.anyCell.add(self)
    }
    nodes = body()
    page.attach(nodes, at: new.inside)
  }

  func detach(from page: PageInstance) {
    page.detach(nodes)
    others.removeAll { $0.page === page }
    guard let place, place.page === page else { return }
    for (name, _) in cellProperties(of: subject) { page.drop("@\(place.path).\(name)") }
    self.place = nil
    isStale = false
    moveOn()
  }

  // Its first page is gone: the next one keeps its state.
  private func moveOn() {
    others.removeAll { $0.page == nil }
    guard place?.page == nil else { return }
    place = others.isEmpty ? nil : others.removeFirst()
    guard let place, let page = place.page else { return }
    for (name, property) in cellProperties(of: subject) {
      property.anyCell.keep(in: page, as: "@\(place.path).\(name)")
      page.keep(property.anyCell)
    }
    isStale = true
    page.mark(self)
  }

  // MARK: Making it anew

  func cellChanged(_ cell: AnyCell) {
    guard !isStale, let page = place?.page else { return }
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

  // Other pages get the body's elements anew, the first one what differs.
  private func render() {
    guard let place, let page = place.page else { return }
    isStale = false
    for other in others { other.page?.detach(nodes) }
    nodes = page.reconcile(nodes, with: body(), at: place.inside)
    for other in others { other.page?.attach(nodes, at: other.inside) }
    for place in [place] + others { place.changed() }
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
