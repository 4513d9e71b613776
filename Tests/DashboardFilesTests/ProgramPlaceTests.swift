import DashboardModel
import Testing

@testable import DashboardFiles

/// Where a mistake in a jq program is, and that programs compiled together are judged as if they stood alone.
struct ProgramPlaceTests {
  @Test(arguments: [
    (".a | lenght", 5, 6), ("sum(.x)", 0, 3), ("$row.x", 0, 4), (".a[0", 2, 1), (".a]", 2, 1), (".x == \"y", 6, 1),
    (".x['y']", 3, 1), ("\"é\" | lenght", 6, 6), (".lenght | lenght", 10, 6), (".a | input", 5, 5),
  ])
  func `a mistake has its place in the program`(program: String, offset: Int, length: Int) {
    let problem = JqProgram.problem(in: program)

    #expect(problem?.offset == offset && problem?.length == length, "\(String(describing: problem))")
  }

  @Test(arguments: [
    ".a) , (.b", "1) | (2", "def f: 1;", "# only a comment", ".a # ) ", "\"(\"", "\"\\(1 + 1)\"", ".a |", "",
    "label $out | 1, break $out", ". as [$a, {b: $c}] | $c", "reduce .[] as $x (0; . + $x)", "if . then 1 else 2 end",
    "if . then 1 else 2", ".[] as $x", "try error(\"x\") catch .", "foo(1)", ".a?", "..", "-1", "@base64 \"x\"",
  ])
  func `together with others a program is judged as it is alone`(program: String) {
    let checked = CheckedPrograms()
    let together = checked.verdicts(on: [program, ".b + 1", ".c | length", "map(.d)", "foo(1) |\n 2"])

    #expect(together[program] == .some(JqProgram.problem(in: program)))
    #expect(checked.problem(in: program) == JqProgram.problem(in: program))
    #expect(together[".b + 1"] == .some(nil) && together["map(.d)"] == .some(nil))
    #expect(together["foo(1) |\n 2"] == .some(JqProgram.problem(in: "foo(1) |\n 2")))
  }

  @Test(arguments: [".", ".a", ".a_b.c9"]) func `a path needs no compiler`(program: String) {
    #expect(JqSyntax.isPath(program))
    #expect(JqProgram.problem(in: program) == nil)
  }

  @Test(arguments: ["", "a", "..", ".a.", ".9", ".a-b", ".a b", ".[0]", ".é"])
  func `anything else is compiled`(program: String) {
    #expect(!JqSyntax.isPath(program))
  }
}
