import DashboardModel
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
/// Time stands still until ``advance(by:)``. What an action causes has happened when the call returns. The viewer is as
/// one in a browser: nothing hidden or disabled can be touched, events go to the elements around too, and listeners with
/// `keys`, `debounce` or `throttle` hear only what they asked for.
@MainActor
public final class PageTester {
  /// What handlers said to this viewer so far.
  public internal(set) var notices: [String] = []
  /// Where a handler or a link sent this viewer last.
  public internal(set) var redirect: String?
  /// The title a handler gave this viewer's tab, or the page's.
  public var title: String { ownTitle ?? instance.title }

  let bench: TestBench
  let key: PageKey
  let viewer: Viewer
  var ownTitle: String?
  var eventCount = 0
  /// What waits for its listener's time.
  var held = HeldEvents()
  var entries: TypedEntries
  /// What has the focus, and whether something was typed there that no `change` told of.
  var focus: (id: ComponentID, isEdited: Bool)?

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
    entries = TypedEntries { bench.instance(key) }
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

  /// The first field of a form by its name.
  public func field(_ name: String) -> HTMLElement? { fields(name).first }

  /// The fields of this name: radio buttons, or checkboxes that make a list.
  public func fields(_ name: String) -> [HTMLElement] { all(HTMLElement.self).filter { $0.fieldName == name } }

  /// What the viewer sees in a field; the program knows it only if it listens, or when the form is submitted.
  public func value(of field: HTMLElement?) -> String { field.map(entries.value) ?? "" }

  /// Whether the viewer sees a checkbox or radio button checked.
  public func isChecked(_ field: HTMLElement?) -> Bool { field.map(entries.isChecked) ?? false }

  // MARK: Time

  /// Lets time pass: ticks tick, whoever waited goes on, and what `debounce` and `throttle` held back is told.
  public func advance(by time: Duration) async {
    await bench.advance(by: time)
    bench.keep()
  }

  /// Ends the producer and starts another, which goes on from what was stored.
  public func restart() async {
    await bench.restart()
    bench.keep()
  }
}

/// Why a test cannot go on: what it wants to touch is not there, or no viewer could touch it.
public struct TestProblem: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
