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
  private var otherPlaces: [Place] = []
  var handlers = EventListeners()
  private var isMarked = false
  /// The element that took over what this one said: others may still name this one, in `before` or `for`.
  private weak var survivor: Element?

  /// One place of an element: a page, and its id there.
  struct Place {
    unowned let page: PageInstance
    let id: ComponentID
    /// Part of a component's body.
    let isMade: Bool

    @MainActor
    func added(to element: Element) -> TreePlace { TreePlace(parent: element, path: id.name, isMade: isMade) }
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
  public func add(@ContentBuilder _ content: () -> Content) { insert(content().nodes, at: nodes.count) }
  public func add(_ element: Element) { insert([.element(element)], at: nodes.count) }

  /// Puts more before the child that is at `index` now.
  public func insert(at index: Int, @ContentBuilder _ content: () -> Content) { insert(content().nodes, at: index) }

  private func insert(_ new: [Node], at index: Int) {
    nodes.insert(contentsOf: new, at: min(max(0, index), nodes.count))
    for place in places { place.page.attach(new, at: place.added(to: self)) }
    changed()
  }

  public func remove(_ element: Element) { setNodes(nodes.without(element)) }

  public func removeAll() { setNodes([]) }

  /// Makes the children those of `content`; what is at the same place and of the same kind stays.
  public func replace(@ContentBuilder _ content: () -> Content) {
    let new = content().nodes
    guard let place = places.first else { return nodes = new }
    takeNodes(place.page.reconcile(nodes, with: new, at: place.added(to: self)))
  }

  private func setNodes(_ new: [Node]) {
    let stays = Set(new.elements.map(ObjectIdentifier.init))
    for place in places {
      place.page.detach(nodes.elements.filter { !stays.contains(ObjectIdentifier($0)) }.map(Node.element))
    }
    takeNodes(new)
  }

  /// Children that the page has found their places for.
  func takeNodes(_ new: [Node]) {
    nodes = new
    changed()
  }

  // MARK: Its places

  private(set) var places: [Place] {
    get { (place.map { [$0] } ?? []) + otherPlaces }
    set { (place, otherPlaces) = (newValue.first, Array(newValue.dropFirst())) }
  }

  func id(on page: PageInstance) -> ComponentID? {
    if let place, place.page === page { return place.id }
    return otherPlaces.first { $0.page === page }?.id ?? survivor?.id(on: page)
  }

  func attach(to page: PageInstance, as id: ComponentID, isMade: Bool) {
    places.append(Place(page: page, id: id, isMade: isMade))
    isMarked = true
    page.mark(self, id)
  }

  func detach(from page: PageInstance) { places.removeAll { $0.page === page } }

  /// Marks it as to be sent again. Costs next to nothing the second time.
  final func changed() {
    guard !isMarked, place != nil else { return }
    isMarked = true
    for place in places { place.page.mark(self, place.id) }
  }

  func wasSent() { isMarked = false }

  // MARK: For its kinds

  /// Its tag or type.
  var kind: String { "" }

  /// Adds what browsers need to know of it to a draft.
  func write(into draft: inout PageWriting, as id: ComponentID, on page: PageInstance) {}

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

  /// Goes on from what the store has of it.
  func restore(_ value: ComponentValue, on page: PageInstance) {}

  /// True for a type of its own, which may have properties with a cell.
  var isOwnType: Bool { false }
}

extension [Node] {
  @MainActor
  fileprivate func without(_ element: Splitflap.Element) -> [Node] {
    compactMap { node in
      switch node {
      case .element(let child): child === element ? nil : node
      case .component: node
      case .group(let nodes): .group(nodes.without(element))
      }
    }
  }
}
