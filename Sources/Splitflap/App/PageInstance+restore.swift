import DashboardModel
import PageSync

/// What a page's block made, in a few bytes: how it is built, and what each of its elements said.
///
/// A producer that takes over makes the page anew and compares. `P("Hello")` in the block now and then: what a handler
/// made of it stays. `P("Hi")` in a newer program: the program has the last word.
struct BuiltPage {
  static let name = "shape"
  /// Changes when the page is built differently: then old values would land on the wrong elements.
  let shape: String
  /// Of title, favicon and redirect.
  let face: String
  let elements: [ComponentID: String]

  @MainActor
  init(_ page: PageInstance) {
    shape = Self.hash(Array(Self.shape(of: page.nodes).utf8))
    let face = [page.title, page.favicon, page.redirect].map { $0.map(JSON.string) ?? .null }
    self.face = Self.hash(JSON.array(face).encoded)
    elements = page.elements.filter { $0.key.isBuilt }.mapValues { Self.hash($0.ownJSON(on: page).encoded) }
  }

  init?(_ bytes: [UInt8]) {
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
    guard words.count >= 2 else { return nil }
    (shape, face) = (words[0], words[1])
    let parts = words.dropFirst(2).map { $0.split(separator: "=").map(String.init) }
    elements = Dictionary(parts.compactMap { part in
      part.count == 2 ? ComponentID(part[0]).map { ($0, part[1]) } : nil
    }) { first, _ in first }
  }

  var encoded: [UInt8] {
    let parts = elements.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return Array(([shape, face] + parts).joined(separator: " ").utf8)
  }

  @MainActor
  private static func shape(of nodes: [Node]) -> String {
    nodes.map { node in
      switch node {
      case .element(let element): " \(element.kind)(\(shape(of: element.nodes)))"
      case .component: ""
      case .group(let nodes): shape(of: nodes)
      }
    }.joined()
  }

  // FNV-1a: the same in every process, unlike Swift's own.
  private static func hash(_ bytes: [UInt8]) -> String {
    let hash = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(hash, radix: 36)
  }
}

/// Going on from what the store has.
extension PageInstance {
  /// Takes back what became of all that is made as it was before.
  func restore(_ snapshot: Snapshot, _ now: BuiltPage) {
    guard let before = takeKept(BuiltPage.name).flatMap(BuiltPage.init), before.shape == now.shape else { return }
    if before.face == now.face, let face = snapshot.json(.page) { restore(face: face) }
    for (id, element) in elements where id.isBuilt {
      if before.elements[id] == now.elements[id], let stored = stored(id, element, snapshot) { element.restore(stored) }
      restoreChildren(of: element, id, snapshot)
    }
  }

  private func restore(face: JSON) {
    if let title = face["title"]?.text { self.title = title }
    (favicon, redirect) = (face["favicon"]?.text, face["redirect"]?.text)
  }

  private func stored(_ id: ComponentID, _ element: Element, _ snapshot: Snapshot) -> JSON? {
    guard element is FramedElement else { return snapshot.json(id) }
    return takeKept(Self.keptName(of: id)).flatMap { try? JSON(decoding: $0) }
  }

  // What handlers had added comes back without its handlers; a component's body would have them.
  private func restoreChildren(of element: Element, _ id: ComponentID, _ snapshot: Snapshot) {
    guard element is HTMLElement, let stored = snapshot.json(id) else { return }
    let ids = stored["children"]?.elements?.compactMap { ComponentID($0.text ?? "") } ?? []
    guard ids != element.children.compactMap({ $0.id(on: self) }) else { return }
    if element.nodes.hasComponents { return restoreAmongComponents(of: element, ids, snapshot) }
    let children = ids.filter(\.isBuilt).compactMap { elements[$0] ?? restored($0, in: element, snapshot) }
    let stays = Set(children.map(ObjectIdentifier.init))
    detach(element.nodes.elements.filter { !stays.contains(ObjectIdentifier($0)) }.map(Node.element))
    element.takeNodes(children.map(Node.element))
  }

  // Bodies may have made more or fewer elements than before, so what is added finds its place by its neighbours.
  private func restoreAmongComponents(of element: Element, _ ids: [ComponentID], _ snapshot: Snapshot) {
    var ahead = 0
    for id in ids {
      let children = element.children
      if let known = elements[id], id.isBuilt {
        ahead = children.firstIndex { $0 === known }.map { $0 + 1 } ?? ahead
      } else if let child = restored(id, in: element, snapshot) {
        element.insert(at: ahead) { child }
        ahead += 1
      } else if ahead < children.count, children[ahead].id(on: self)?.isBuilt == false {
        ahead += 1
      }
    }
  }

  private func restored(_ id: ComponentID, in parent: Element, _ snapshot: Snapshot) -> Element? {
    guard id.isBuilt else { return nil }
    let kept = takeKept(Self.keptName(of: id)).flatMap { try? JSON(decoding: $0) }
    guard let element = kept.flatMap(FramedElement.restored) ?? snapshot.json(id).flatMap(RestoredElement.init) else { return nil }
    took(id)
    attach(element, at: TreePlace(parent: parent, path: id.name), as: id)
    if let stored = snapshot.json(id), element is RestoredElement { element.restore(stored) }
    restoreChildren(of: element, id, snapshot)
    return element
  }
}

extension Snapshot {
  fileprivate func json(_ id: ComponentID) -> JSON? { (components[id]?.value).flatMap { try? JSON(decoding: $0.head) } }
}

extension ComponentID {
  /// Of an element that the page's own block made, or code that added it.
  var isBuilt: Bool { name.hasPrefix("e") }
}

extension [Node] {
  fileprivate var hasComponents: Bool {
    contains { node in
      switch node {
      case .element: false
      case .component: true
      case .group(let nodes): nodes.hasComponents
      }
    }
  }
}
