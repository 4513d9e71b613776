import DashboardModel
import PageSync
import TestSupport
import Testing

@testable import Front

/// Which page a URL means, and what becomes of one that cannot be had.
@Suite struct VariableTests {
  @Test(arguments: ["/guarded", "/api/pages/guarded"])
  func `a page for roles is for nobody who has not signed in`(path: String) async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane, page: "guarded")
      try await producer.begin { $0.access.view = .roles(["ops"]) }

      let answer = try await front.get(path)

      #expect(answer.status == 403)
      #expect(!answer.text.contains("\"type\":\"full\""))
    }
  }

  @Test func `a segment of the path is a variable's value where the page says so`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane, page: "hello")
      try await producer.begin {
        $0.variables = [PageVariable(name: "name", title: "Name", kind: .text(longest: 40), fallback: "you")]
        $0.path = ["name"]
      }
      async let shell = front.get("/hello/ada%20l")
      try await producer.open("hello?name=ada%20l")

      #expect(try await shell.status == 200)
      #expect(try await shell.text.contains(#"content="name=ada%20l""#))
      #expect(try await shell.text.contains(#"src="../assets/"#))
      #expect(try await front.get("/hello/ada/x").status == 404)
      #expect(try await front.get("/api/pages/hello?name=ada%20l").status == 200)
    }
  }
}
