import DashboardModel
import Logging
import PageSync
import Producer

/// A page without browser, server and store, for tests of an app: load it, click, type, let time pass, and look.
///
/// ```swift
/// @Test @MainActor func `a click counts`() async throws {
///   try await PageTester.load(HelloTest.self) { page in
///     try await page.click(page.all(Div.self)[3])
///
///     #expect(page.all(Div.self)[3].text == "Hello! I was clicked 1 times")
///   }
/// }
/// ```
/// Time stands still until ``advance(by:)``. What an action causes has happened when the call returns.
@MainActor
public final class PageTester {
  /// What handlers said to this viewer so far.
  public private(set) var notices: [String] = []
  /// Where a handler sent this viewer last.
  public private(set) var redirect: String?
  /// The title a handler gave this viewer's tab, or the page's.
  public var title: String { ownTitle ?? instance.title }

  private let bench: TestBench
  private let key: PageKey
  private let viewer: Viewer
  private var ownTitle: String?
  private var eventCount = 0

  /// Starts an app and opens a page of it, `/` unless another is named, as a viewer with these roles; `check` is the test.
  /// Throws when the page is not for such a viewer.
  public static func load<App: DashboardApp>(
    _ app: App.Type, _ address: String = "/", roles: Set<String> = [],
    check: @escaping @MainActor (PageTester) async throws -> Void
  ) async throws {
    let bench = TestBench { App() }
    try await bench.run { try await check(try bench.open(address, roles: roles)) }
  }

  init(bench: TestBench, key: PageKey, viewer: Viewer) {
    (self.bench, self.key, self.viewer) = (bench, key, viewer)
  }

  /// Opens a page as another browser does, or with `sameBrowser` in another tab of this one.
  public func another(_ address: String = "/", sameBrowser: Bool = false, roles: Set<String> = []) throws -> PageTester {
    try bench.open(address, session: sameBrowser ? viewer.session : nil, roles: roles)
  }

  // MARK: Looking

  var instance: PageInstance { bench.instance(key) }

  /// The first element of a type, from the top.
  public func first<Found: Element>(_ type: Found.Type) -> Found? { instance.first(type) }

  /// All elements of a type, from the top.
  public func all<Found: Element>(_ type: Found.Type) -> [Found] { instance.all(type) }

  /// The first element that shows exactly this text.
  public func element(_ text: String) -> HTMLElement? { all(HTMLElement.self).first { $0.text == text } }

  /// The field of a form by its name.
  public func field(_ name: String) -> HTMLElement? {
    all(HTMLElement.self).first { $0.attributes["name"] == .text(name) }
  }

  // MARK: Acting

  public func click(_ element: Element?) async throws { try await send(.click, to: element) }

  /// Enters a text as if it were typed: one event for each character.
  public func type(_ text: String, into element: HTMLElement?) async throws {
    for length in 1...max(1, text.count) { try await enter(String(text.prefix(length)), into: element, .input) }
  }

  /// Chooses or enters a value at once.
  public func choose(_ value: String, in element: HTMLElement?) async throws { try await enter(value, into: element, .change) }

  public func check(_ element: HTMLElement?, _ isChecked: Bool = true) async throws {
    let element = try there(element)
    element.enter(isChecked: isChecked, by: .viewer)
    try await sendIfHeard(.change, to: element, ["checked": .bool(isChecked)])
  }

  /// Presses a key: `press("Enter", on: input)`.
  public func press(_ key: String, code: String? = nil, modifiers: Set<Event.Modifier> = [], on element: Element?) async throws {
    let held = Event.Modifier.allCases.filter(modifiers.contains).map { JSON.string($0.rawValue) }
    try await send(
      .keyDown, to: element,
      ["key": .string(key), "code": .string(code ?? key), "modifiers": .array(held), "repeat": false])
  }

  /// Presses a key while no field has the focus.
  public func press(_ key: String, code: String? = nil, modifiers: Set<Event.Modifier> = []) async throws {
    try await press(key, code: code, modifiers: modifiers, on: instance.whole)
  }

  /// Submits a form with what its fields hold.
  public func submit(_ form: Element?) async throws {
    let form = try there(form)
    try await send(.submit, to: form, ["form": fields(of: form)])
  }

  public func send(_ event: EventName, to element: Element?) async throws { try await send(event, to: element, [:]) }

  /// Lets time pass: ticks tick, and whoever waited goes on.
  public func advance(by time: Duration) async {
    await bench.advance(by: time)
    bench.keep()
  }

  /// Ends the producer and starts another, which goes on from what was stored.
  public func restart() async {
    await bench.restart()
    bench.keep()
  }

  // MARK: Events

  private func there<Found: Element>(_ element: Found?) throws -> Found {
    guard let element else { throw TestProblem("what the test wants to touch is not on the page") }
    return element
  }

  private func enter(_ value: String, into element: HTMLElement?, _ event: EventName) async throws {
    let element = try there(element)
    element.enter(value: value, by: .viewer)
    try await sendIfHeard(event, to: element, ["value": .string(value)])
  }

  private func sendIfHeard(_ name: EventName, to element: Element, _ data: JSON) async throws {
    if element.listens(to: name) { try await send(name, to: element, data) }
  }

  private func send(_ name: EventName, to element: Element?, _ data: JSON) async throws {
    let element = try there(element)
    guard element === instance.whole || element.id(on: instance) != nil else { throw TestProblem("the element is not on this page") }
    guard element.listens(to: name) else { throw TestProblem("the element does not listen to \(name.name)") }
    guard bench.mayAct(viewer, on: key) else { return notices.append("Not allowed here") }
    eventCount += 1
    let event = Event(
      name: name, element: element, viewer: viewer, page: instance, id: "\(viewer.id)-\(eventCount)", data: data)
    let reply = HandlerReply(page: instance)
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

  private func fields(of form: Element) -> JSON {
    var members = JSON.Members()
    var waiting = form.children
    while !waiting.isEmpty {
      let element = waiting.removeFirst()
      waiting = element.children + waiting
      guard let field = element as? HTMLElement, case .text(let name)? = field.attributes["name"] else { continue }
      switch field.attributes["type"] {
      case .text("checkbox"): members[name] = .bool(field.isChecked)
      case .text("radio"): members[name] = field.isChecked ? .string(field.value ?? "on") : members[name] ?? ""
      default: members[name] = .string(field.value ?? "")
      }
    }
    return .object(members)
  }
}

/// Why a test cannot go on: what it wants to touch is not there.
public struct TestProblem: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
