import DashboardFiles
import DashboardModel
import Testing

struct JqProgramTests {
  private func run(_ program: String, on input: JSON = .null) throws -> JSON {
    try JqProgram(program).run(input)
  }

  @Test func `one output is the result, none is null, several are an array`() throws {
    #expect(try run(".a", on: ["a": 5]) == 5)
    #expect(try run("empty") == .null)
    #expect(try run(".[]", on: [1, 2]) == [1, 2])
  }

  @Test func `members keep their order both ways`() throws {
    let input: JSON = ["zebra": 1, "ant": 2, "mole": ["y": 1, "x": 2]]

    #expect(try run(".", on: input) == input)
    #expect(try run("{b: .zebra, a: .ant} + {c: 3}", on: input) == ["b": 1, "a": 2, "c": 3])
  }

  @Test(arguments: [JSON.null, true, false, -0.5, 1e15, "", "é\u{0}😀\"\\", [], [[1], "a"], ["": ["a": nil]]])
  func `a value goes through unchanged`(value: JSON) throws {
    #expect(try run(".", on: value) == value)
  }

  @Test func `numbers that are none become null`() throws {
    #expect(try run("[nan, infinite, -infinite]") == [nil, nil, nil])
  }

  @Test func `a failing program says why and can run again`() throws {
    let program = try JqProgram(".a.b")

    let error = #expect(throws: JqError.self) { try program.run(["a": 1]) }
    #expect(error?.message.hasPrefix("Cannot index number with") == true)
    #expect(try program.run(["a": ["b": 2]]) == 2)
  }

  @Test func `too many outputs and too deep results are errors`() throws {
    #expect(throws: JqError(message: "more than 1000 outputs")) { try run("range(0; 5000)") }
    #expect(throws: JqError(message: "the result is nested deeper than 32")) {
      try run("reduce range(0; 500) as $i (0; [.])")
    }
    #expect(try JqProgram("range(0; 1000)").run(.null).elements?.count == 1000)
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["def f: f; f", "[repeat(1)]", "last(range(0; 1e12))", "until(false; .)"])
  func `a program that never ends is stopped, and runs again`(text: String) throws {
    let program = try JqProgram("if . == 1 then 2 else (\(text)) end")

    #expect(throws: JqError(message: "took longer than 100ms")) { try program.run(.null, seconds: 0.1) }
    #expect(try program.run(1) == 2)
    #expect(throws: JqError(message: "took longer than 100ms")) { try program.run(.null, seconds: 0.1) }
  }

  @Test(arguments: [
    "$ENV", "env", "env.PATH", "input", "[inputs]", "debug", "stderr", "input_filename", "halt", "halt_error",
    "halt_error(1)", "\"a\" | halt_error", "import \"a\" as a; .", "include \"a\"; .", "get_search_list", "{$ENV}",
  ])
  func `nothing outside the value can be reached`(program: String) {
    #expect(JqProgram.check(program) != nil)
  }

  @Test func `what the word check does not see still has an empty environment`() throws {
    #expect(try run("\"\\(env)\"") == "{}")
    #expect(try run("\"\\($ENV)\"") == "{}")
    #expect(throws: JqError.self) { try run("\"\\(input)\"") }
    #expect(throws: JqError.self) { try run("\"\\(halt)\"") }
  }

  @Test(arguments: [".env", "{input: .x}", ".a.debug", "\"$ENV\"", ".x # env", "[.[] | {env: .input}]"])
  func `names of fields are free`(program: String) {
    #expect(JqProgram.check(program) == nil)
  }

  @Test(arguments: [".a |", "}{", "\"", "def f: ; f", "1 as $x", "\u{0}", "foo(1)"])
  func `a broken program is refused`(program: String) {
    #expect(JqProgram.check(program) != nil)
  }
}
