/// Old children and new: what is of the same kind at the same place, or has the same key, stays and takes over what the
/// new one says; so its node in the browser stays too, with its focus and what was typed.
extension PageInstance {
  func reconcile(_ old: [Node], with new: [Node], at place: TreePlace) -> [Node] {
    var spare = SpareNodes(old)
    let matches = new.enumerated().map { index, node in spare.take(for: node, at: index) }
    detach(spare.rest)
    return zip(new, matches).enumerated().map { index, pair in
      let (node, match) = pair
      if let match { return merge(match, node, at: place.child(index, node)) }
      attach(node, at: place.child(index, node))
      return node
    }
  }

  private func merge(_ old: Node, _ new: Node, at place: TreePlace) -> Node {
    switch (old, new) {
    case (.element(let element), .element(let other)) where element !== other:
      element.become(other)
      element.takeNodes(reconcile(element.nodes, with: other.nodes, at: place.under(element)))
    case (.component(let component), .component(let other)) where component !== other: component.become(other)
    case (.group(let nodes), .group(let others)): return .group(reconcile(nodes, with: others, at: place))
    default: break
    }
    return old
  }
}

/// The old children that no new one has taken over yet.
@MainActor
private struct SpareNodes {
  private var nodes: [Node?]
  private var keyed: [String: Int] = [:]

  init(_ old: [Node]) {
    nodes = old
    for (index, node) in old.enumerated() {
      if let key = node.key { keyed[key] = index }
    }
  }

  var rest: [Node] { nodes.compactMap(\.self) }

  /// The old child that becomes `node`.
  mutating func take(for node: Node, at index: Int) -> Node? {
    if let same = place(of: node) { return remove(same) }
    let candidate = node.key.map { keyed[$0] } ?? (index < nodes.count ? index : nil)
    guard let candidate, let old = nodes[candidate], old.canBecome(node) else { return nil }
    return remove(candidate)
  }

  // The very same element: code that keeps its elements and orders them anew.
  private func place(of node: Node) -> Int? {
    guard case .element(let element) = node else { return nil }
    return nodes.firstIndex { if case .element(let old) = $0 { old === element } else { false } }
  }

  private mutating func remove(_ index: Int) -> Node? {
    let node = nodes[index]
    nodes[index] = nil
    return node
  }
}

extension Node {
  @MainActor
  fileprivate func canBecome(_ new: Node) -> Bool {
    switch (self, new) {
    case (.element(let old), .element(let new)): old.canBecome(new)
    case (.component(let old), .component(let new)): old.canBecome(new)
    case (.group, .group): true
    default: false
    }
  }
}
