extension PageInstance {
  /// An element and all around it, from the inside; `nil` if it is not on this page.
  func path(to element: Element) -> [Element]? {
    guard let id = element.id(on: self), let wanted = self.element(id) else { return nil }
    return path(to: wanted, in: nodes.elements)
  }

  private func path(to wanted: Element, in elements: [Element]) -> [Element]? {
    for element in elements {
      if element === wanted { return [element] }
      if let inner = path(to: wanted, in: element.children) { return inner + [element] }
    }
    return nil
  }
}

extension Element {
  /// Everything inside, from the top.
  var descendants: [Element] { children.flatMap { [$0] + $0.descendants } }
}
