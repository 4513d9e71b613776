import DashboardModel

/// What pages are made of: an HTML element (``Div``, ``Button``, …) or a dashboard component (``Number``, ``LineChart``, …).
///
/// Elements live on the main actor. A property that changes marks its element; the page is sent what changed, at once
/// the first time and then at most every 50 ms.
@MainActor
open class Element {
  /// Children in order, see ``Content``.
  private(set) var nodes: [Node] = []
  /// Told apart from its siblings by this when a body is made anew.
  private(set) var key: String?
  /// Where it stands: on one page as a rule, which costs no array, on several if it was put there.
  private var place: Place?
  private var otherPlaces: [ObjectIdentifier: Place] = [:]
  var handlers = EventListeners()
  private var isMarked = false
  private var standing = Standing.fresh
  /// The element that took over what this one said: others may still name this one, in `before` or `for`.
  private weak var survivor: Element?

  /// One place of an element: a page, and its id there.
  struct Place {
    unowned let page: PageInstance
    let id: ComponentID
    /// Part of a component's body.
    let isMade: Bool

    /// For what code adds to `element`; no two additions have the same path.
    @MainActor
    func added(to element: Element) -> TreePlace {
      TreePlace(parent: element, path: "\(id)+\(page.nextAddition())", isMade: isMade)
    }
  }

  /// Whose it is.
  private enum Standing {
    case fresh
    /// Of the one page of a viewer that it was made for.
    case own
    /// Of the program, which may show it on several pages.
    case common
    /// Its page is gone, and what it held too.
    case ended
  }

  nonisolated init(content: Content) { nodes = content.nodes }

  /// Answers an event of this element.
  ///
  /// The handler runs on the main actor and may wait; meanwhile the element shows as busy, and nobody else is held up.
  /// What it throws is logged and shown to the viewer as a notice.
  @discardableResult
  public func on(
    _ event: EventName, _ options: EventOptions = EventOptions(),
    perform: @escaping @MainActor (Event) async throws -> Void
  ) -> Self {
    handlers[event] = EventListener(options: options.json, perform: perform)
    changed()
    return self
  }

  @discardableResult
  public func on(
    _ event: EventName, _ options: EventOptions = EventOptions(), perform: @escaping @MainActor () async throws -> Void
  ) -> Self {
    on(event, options) { _ in try await perform() }
  }

  /// Tells this element apart from its siblings in a list, by something of what it shows.
  @discardableResult
  public func key(_ key: some CustomStringConvertible) -> Self {
    self.key = key.description
    return self
  }

  // MARK: Children

  /// The elements inside, components resolved.
  public var children: [Element] { nodes.elements }

  /// Puts more at the end.
  public func add(@ContentBuilder _ content: () -> Content) { insert(content().nodes, before: nil) }
  public func add(_ element: Element) { insert([.element(element)], before: nil) }

  /// Puts more before the child that is at `index` now.
  public func insert(at index: Int, @ContentBuilder _ content: () -> Content) { insert(content().nodes, before: index) }

  private func insert(_ new: [Node], before index: Int?) {
    if let index { nodes.insert(new, before: index) } else { nodes += new }
    for place in places { place.page.attach(new, at: place.added(to: self)) }
    changed()
  }

  /// A component goes with the only element of its body.
  public func remove(_ element: Element) {
    var gone: [Node] = []
    let rest = nodes.without(element, &gone)
    leave(gone, for: rest)
  }

  public func removeAll() { leave(nodes, for: []) }

  /// Makes the children those of `content`; what is at the same place and of the same kind stays.
  public func replace(@ContentBuilder _ content: () -> Content) {
    let new = content().nodes
    guard let place else { return nodes = new }
    for other in otherPlaces.values { other.page.detach(nodes) }
    takeNodes(place.page.reconcile(nodes, with: new, at: place.added(to: self)))
    for other in otherPlaces.values { other.page.attach(nodes, at: other.added(to: self)) }
  }

  private func leave(_ gone: [Node], for rest: [Node]) {
    for place in places { place.page.detach(gone) }
    takeNodes(rest)
  }

  /// Children that the page has found their places for.
  func takeNodes(_ new: [Node]) {
    nodes = new
    changed()
  }

  // MARK: Its places

  var places: [Place] { (place.map { [$0] } ?? []) + otherPlaces.values }

  func id(on page: PageInstance) -> ComponentID? {
    if let place, place.page === page { return place.id }
    return otherPlaces[ObjectIdentifier(page)]?.id ?? survivor?.id(on: page)
  }

  // Marked means: on all its pages. So a second page does not make it so.
  func attach(to page: PageInstance, as id: ComponentID, isMade: Bool) {
    stand(on: page)
    let new = Place(page: page, id: id, isMade: isMade)
    if place == nil { (place, isMarked) = (new, true) } else { otherPlaces[ObjectIdentifier(page)] = new }
    page.mark(self, id)
  }

  private func stand(on page: PageInstance) {
    switch standing {
    case .fresh: standing = page.ownsElements ? .own : .common
    case .own: if place != nil { standing = .common }
    case .common: break
    case .ended:
      AppContext.current?.logger.error(
        "an element was put on a page after its own page had ended; it has lost its handlers and children",
        metadata: ["page": "\(page.key)", "element": "\(kind)"])
    }
  }

  func detach(from page: PageInstance) {
    otherPlaces[ObjectIdentifier(page)] = nil
    guard place?.page === page else { return }
    place = otherPlaces.popFirst()?.value
  }

  /// Marks it as to be sent again. Costs next to nothing the second time.
  final func changed() {
    guard !isMarked, place != nil else { return }
    isMarked = true
    for place in places { place.page.mark(self, place.id) }
  }

  func wasSent() { isMarked = false }

  /// Its page is gone. What is that page's alone lets go of all it holds: handlers hold elements, also their own.
  final func pageEnded() {
    guard standing == .own else { return }
    standing = .ended
    letGo()
  }

  // MARK: For its kinds

  func letGo() {
    handlers = EventListeners()
    nodes = []
  }

  /// Its tag or type.
  var kind: String { "" }

  /// Adds what browsers need to know of it to a draft.
  func write(into draft: inout PageWriting, as id: ComponentID, on page: PageInstance) {}

  /// Adds the utility classes it has.
  func noteClasses(in draft: inout PageWriting) {}

  /// True when `other`, made anew at the same place, can be taken over by this one.
  func canBecome(_ other: Element) -> Bool { type(of: self) == type(of: other) && key == other.key }

  /// Takes over what `other` says; the children are reconciled by the page.
  func become(_ other: Element) {
    handlers = other.handlers
    other.survivor = self
    changed()
  }

  /// What the viewer did to it, before a handler hears of it.
  func take(_ event: Event) {}

  /// True when it wants to hear of an event without a handler.
  func listens(to event: EventName) -> Bool { handlers[event] != nil }

  /// What it says by itself, to see whether a page is made with the same.
  func ownJSON(on page: PageInstance) -> JSON { .null }

  /// Goes on from what it said in the store.
  func restore(_ stored: JSON) {}

  /// True for a type of its own, which may have properties with a cell.
  var isOwnType: Bool { false }
}

extension [Node] {
  /// Puts nodes before the `index`th element; a component stays in one piece.
  @MainActor
  fileprivate mutating func insert(_ new: [Node], before index: Int) {
    var ahead = index
    for (position, node) in enumerated() {
      guard ahead > 0 else { return insert(contentsOf: new, at: position) }
      let count = [node].elements.count
      if ahead < count, case .group(var inside) = node {
        inside.insert(new, before: ahead)
        return self[position] = .group(inside)
      }
      ahead -= count
    }
    append(contentsOf: new)
  }

  @MainActor
  fileprivate func without(_ element: Splitflap.Element, _ gone: inout [Node]) -> [Node] {
    var rest: [Node] = []
    for node in self {
      switch node {
      case .element(let child) where child === element: gone.append(node)
      case .component(let component) where component.nodes.elements.elementsEqual([element], by: ===): gone.append(node)
      case .group(let nodes): rest.append(.group(nodes.without(element, &gone)))
      case .element, .component: rest.append(node)
      }
    }
    return rest
  }
}
