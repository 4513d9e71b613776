import DashboardModel
import Producer

/// The way of an event from what the viewer does to its listeners.
extension PageTester {
  /// What became of an event on its way outwards.
  struct Told {
    /// Somebody listens, whether or not to this very key.
    var isHeard = false
    var isPrevented = false
    var isStopped = false
  }

  static let gone = TestProblem("the element is not on this page")

  func unheard(_ event: EventName) -> TestProblem { TestProblem("the element does not listen to \(event.name)") }

  // MARK: Reaching an element

  /// The way to an element from the inside, once the viewer has left for it what had the focus.
  func reach(_ element: Element?) async throws -> [Element] {
    guard let element else { throw TestProblem("what the test wants to touch is not on the page") }
    guard let path = instance.path(to: element) else { throw Self.gone }
    try check(path)
    await leave(for: path[0])
    guard let path = instance.path(to: element) else { throw Self.gone }
    await enter(path)
    return path
  }

  /// The same for a field that takes text or a choice.
  func reachField(_ element: HTMLElement?) async throws -> HTMLElement {
    guard let field = try await reach(element)[0] as? HTMLElement, field.isField, !field.isCheckable else {
      throw TestProblem("the element takes no text and no choice")
    }
    guard !field.isSet("readonly") else { throw TestProblem("the field can only be read") }
    return field
  }

  private func check(_ path: [Element]) throws {
    let elements = path.compactMap { $0 as? HTMLElement }
    guard elements.allSatisfy(\.show) else { throw TestProblem("the element is hidden: no viewer can touch it") }
    guard !elements.contains(where: { $0.isSet("inert") }) else { throw TestProblem("the element is inert: no viewer can touch it") }
    let isOff = elements.contains { $0.isControl && $0.isSet("disabled") }
      || (elements.contains(where: \.isControl) && elements.contains { $0.tag == "fieldset" && $0.isSet("disabled") })
    guard !isOff else { throw TestProblem("the element is disabled: no viewer can touch it") }
  }

  // MARK: The focus

  private func enter(_ path: [Element]) async {
    guard let element = path[0] as? HTMLElement, let id = element.id(on: instance), focus?.id != id else { return }
    guard element.isControl || element.tag == "a" || element.attributes["tabindex"] != nil else { return }
    focus = (id, false)
    _ = await happen(.focus, path, text(of: element))
  }

  /// Something else is about to be touched: what was typed is told as a change, and nothing is held back any more.
  func leave(for next: Element) async {
    guard let (id, isEdited) = focus, id != next.id(on: instance) else { return }
    focus = nil
    guard let field = instance.element(id) as? HTMLElement else { return }
    if isEdited, let path = instance.path(to: field) { _ = await happen(.change, path, text(of: field)) }
    await deliver(held.flush(bench.clock.now, of: id))
    if let path = instance.path(to: field) { _ = await happen(.blur, path, text(of: field)) }
  }

  private func text(of field: HTMLElement) -> JSON {
    field.isTextField || field.tag == "select" ? ["value": .string(entries.value(of: field))] : [:]
  }

  // MARK: Telling

  /// A choice is made: browsers say `input` and `change`.
  func tellChange(of field: HTMLElement, _ data: JSON) async throws {
    focus?.isEdited = false
    for name in [EventName.input, .change] {
      guard let path = instance.path(to: field) else { return }
      _ = await happen(name, path, data)
    }
  }

  /// Tells everybody on the path who listens, from the inside, until somebody stops it.
  func happen(_ name: EventName, _ path: [Element], _ data: JSON = [:]) async -> Told {
    var told = Told()
    for element in name.isDirect ? Array(path.prefix(1)) : path where element.listens(to: name) && !told.isStopped {
      told.isHeard = true
      guard let id = element.id(on: instance) else { continue }
      let one = Occurrence(name: name, id: id, element: element, isOwn: element === path[0], data: data)
      guard one.isWanted else { continue }
      told.isPrevented = told.isPrevented || one.isPrevented
      told.isStopped = one.isStopped
      // As `client/element_events.js`: who looks disabled is not told.
      if (element as? HTMLElement)?.attributes["aria-disabled"] != .text("true") { await deliver(held.happened(one, now: bench.clock.now)) }
    }
    return told
  }

  /// Tells the page itself; false if it does not listen.
  func happenToPage(_ name: EventName, _ data: JSON) async -> Bool {
    guard let whole = instance.whole, whole.listens(to: name) else { return false }
    let one = Occurrence(name: name, id: .page, element: whole, isOwn: true, data: data)
    if one.isWanted { await deliver(held.happened(one, now: bench.clock.now)) }
    return true
  }

  /// Has these answered, one after the other.
  func deliver(_ occurrences: [Occurrence]) async { for one in occurrences { await deliver(one) } }

  private func deliver(_ one: Occurrence) async {
    guard bench.mayAct(viewer, on: key) else { return notices.append("Not allowed here") }
    let page = instance
    guard let element = one.id == .page ? page.whole : page.element(one.id) else { return notices.append("No longer there") }
    eventCount += 1
    let event = Event(
      name: one.name, element: element, viewer: viewer, page: page, id: "\(viewer.id)-\(eventCount)", data: one.data)
    if one.isOwn, one.name == .input || one.name == .change { entries.forget(one.id) }
    let reply = HandlerReply(page: page)
    do {
      try await bench.perform { try await HandlerReply.$current.withValue(reply) { try await element.perform(event) } }
    } catch {
      notices.append((error as? Problem)?.text ?? "It did not work")
      bench.note(error)
    }
    take(reply.inModel)
    bench.keep()
  }

  private func take(_ reply: ViewerReply) {
    notices += reply.notices.map(\.text)
    redirect = reply.redirect ?? redirect
    ownTitle = reply.title ?? ownTitle
  }
}
