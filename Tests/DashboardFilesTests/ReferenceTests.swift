import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

/// The component reference and the declarations name the same options.
struct ReferenceTests {
  private func section(_ type: ComponentType) throws -> String {
    let text = String(decoding: try Fixtures.bytes(Fixtures.root.appending(path: "docs/components.md")), as: UTF8.self)
    let sections = text.components(separatedBy: "\n## ")
    return try #require(sections.first { $0.hasPrefix("\(type.rawValue)\n") })
  }

  @Test(arguments: ComponentType.allCases)
  func `every option of a component is in the reference`(type: ComponentType) throws {
    let section = try section(type)
    let common = ["type", "title", "from", "stale", "link", "note"]

    for setting in Settings.component(type) where !common.contains(setting.name) {
      #expect(section.contains("`\(setting.name)`") || section.contains("`\(setting.name):"), "\(setting.name)")
    }
  }

  @Test(arguments: ComponentType.allCases) func `the reference's example compiles`(type: ComponentType) throws {
    let section = try section(type)
    let example = try #require(section.firstMatch(of: #/`([a-z]+: \{ type: .*?\})`/#)?.1)
    let text = """
      sources:
        count: { type: counter }
        queue: { type: counter }
        machine: { type: system }
        disk: { type: redis, command: [INFO], pick: { percent: .x } }
        builds: { type: redis, command: [INFO], pick: { status: .x } }
        orders: { type: redis, command: [INFO], pick: { latest: .x } }
      components:
        \(example)
      """

    let errors = Fixtures.compile(text).1.filter { $0.severity == .error }

    #expect(errors.map { $0.render() } == [])
  }

  @Test func `the schema has every option of every type, and no other`() throws {
    let entry = Settings.schema["properties"]?["components"]?["additionalProperties"]
    let choices = entry?["then"]?["oneOf"]?.elements ?? []

    #expect(choices.count == ComponentType.allCases.count)
    for (type, schema) in zip(ComponentType.allCases, choices) {
      guard case .object(let properties)? = schema["properties"] else { Issue.record("no properties"); continue }
      #expect(properties.list.map(\.name) == Settings.component(type).map(\.name))
      #expect(properties["type"]?["const"] == .string(type.rawValue))
      #expect(schema["additionalProperties"] == false)
    }
  }

  @Test func `no object declares an option twice, and every option says what it is for`() {
    let tables = [Settings.dashboard, Settings.access] + Settings.sources.map(\.settings)
      + ComponentType.allCases.map(Settings.component)
    for table in tables {
      #expect(Set(table.map(\.name)).count == table.count)
      #expect(table.allSatisfy { $0.summary.hasSuffix(".") })
    }
  }

  /// Text with an insertion is left to the compiler.
  private func matches(_ text: String, _ pattern: String) -> Bool { (try? Regex(pattern).firstMatch(in: text)) != nil }

  @Test(arguments: FormatWord.forms + [" number  2", "number 10", "number 11", "percentage", "currency", "currency euro", "bytes 2", ""])
  func `the schema knows the same formats as the compiler`(text: String) {
    #expect(matches(text, FormatWord.pattern) == ((try? FormatWord.read(text)) != nil))
  }

  @Test(arguments: [
    "above 200", "below -1.5 for 2m", "between 3 and 7", "is a b for 1h", "missing", "missing for 2m", "over 3", "above", "between 3",
    "> 5", "is", "missing 3", "",
  ])
  func `the schema knows the same conditions as the compiler`(text: String) {
    #expect(matches(text, ConditionWord.pattern) == ((try? LevelRule(text, .bad)) != nil))
  }

  @Test(arguments: ["*/5 8-18 * * 1-5", " 0 0 * * 0 ", "0 9 * * mon,fri", "@daily", "5", "* * * *", "* * * * * *"])
  func `the schema knows the same schedules as the compiler`(text: String) {
    #expect(matches(text, CronText.pattern) == ((try? CronText.rule(text)) != nil))
  }

  @Test func `each form that is shown can be written`() throws {
    for form in FormatWord.forms { _ = try FormatWord.read(form) }
    for word in ConditionWord.allCases {
      let written = word.form.replacing("N", with: "1").replacing("A and B", with: "1 and 2").replacing("TEXT", with: "x")
      _ = try LevelRule("\(written) \(ConditionWord.hold)", .warn)
    }
    for press in Settings.presses {
      let example = press.example.replacing("SOURCE", with: "n").replacing("COUNTER", with: "n")
      let file = "sources: { n: { type: counter } }\ncomponents: { b: { type: button, action: \(example) }, c: { type: number, from: n } }\n"
      #expect(Fixtures.compile(file).1.map { $0.render() } == [])
    }
    _ = try CronText.rule(CronText.example)
  }
}
