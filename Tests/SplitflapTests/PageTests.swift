import Testing

@testable import Producer
@testable import Splitflap

/// What a page as a whole can do: who may act on it, keys wherever the focus is.
@MainActor
struct PageTests {
  struct Guarded: DashboardApp {
    var pages: [Page] {
      Page("/", view: ["ops", "sales"], act: ["ops"]) {
        let said = P("nobody")
        said
        Button("Act").on(.click) { event in said.text = event.viewer.roles.sorted().joined(separator: " ") }
      }
    }
  }

  @Test func `roles say who may look and who may act`() async throws {
    try await PageTester.load(Guarded.self, roles: ["ops", "night"]) { page in
      let other = try page.another(roles: ["sales"])

      try await other.click(other.element("Act"))
      #expect(other.notices == ["Not allowed here"] && page.first(P.self)?.text == "nobody")
      try await page.click(page.element("Act"))

      #expect(page.first(P.self)?.text == "night ops")
      #expect(throws: TestProblem.self) { _ = try page.another() }
    }
  }

  @Test func `a page's access is what fronts and producers enforce`() throws {
    let access = try #require(Guarded().pages.first).definition.access

    #expect(access.view == .roles(["ops", "sales"]) && access.act == .roles(["ops"]))
    #expect(Page("/", act: .nobody) { P() }.definition.access.act == .nobody)
    let open = Page("/") { P() }.definition.access
    #expect(open.view == .anyone && open.act == .anyone)
  }

  @Test func `a page hears keys, and goes on after a restart`() async throws {
    struct App: DashboardApp {
      var pages: [Page] {
        Page("/") { page in
          let said = P("")
          page.on(.keyDown, .keys("n")) { event in said.text += event.key?.code ?? "" }
          said
        }
      }
    }
    try await PageTester.load(App.self) { page in
      try await page.press("n", code: "KeyN")
      await page.restart()
      try await page.press("n", code: "KeyN")

      #expect(page.first(P.self)?.text == "KeyNKeyN")
    }
  }

  @Test func `a page of a viewer knows the browser, one for all knows none`() async throws {
    struct App: DashboardApp {
      var pages: [Page] {
        Page("/", scope: .viewer) { page in P(page.session == nil ? "nobody" : "somebody") }
        Page("/all") { page in P(page.session == nil ? "nobody" : "somebody") }
      }
    }
    try await PageTester.load(App.self) { page in
      #expect(page.first(P.self)?.text == "somebody")
      let all = try page.another("/all")
      #expect(all.first(P.self)?.text == "nobody")
    }
  }
}
