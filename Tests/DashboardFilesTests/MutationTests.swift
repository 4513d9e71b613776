import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

/// Each key and each reference of each shipped dashboard, found by walking the parsed tree, with a letter doubled,
/// lost, swapped or exchanged: exactly one mistake, where it was made, with what was meant.
struct MutationTests {
  @Test(arguments: ShippedDashboardsTests.names) func `every slip is told once, where it stands`(name: String) throws {
    let text = String(decoding: try Fixtures.bytes(Fixtures.dashboards.appending(path: name)), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
    let words = try WrittenWord.all(in: text)
    var clear = 0, tried = 0
    for (index, word) in words.enumerated() {
      for kind in [index % 4, (index + 1) % 4] {
        guard let slip = word.slip(kind, seed: index), !word.choice.contains(slip) else { continue }
        let mutant = word.replaced(by: slip, in: lines)

        let found = Fixtures.compile(mutant, file: "dashboards/\(name)").1.filter { $0.severity == .error }

        tried += 1
        let said = found.map { $0.render() }.joined(separator: "\n")
        let isThere = found.contains { $0.line == word.place.line && $0.column == word.place.column }
        #expect(isThere, "\(word) \(slip): \(said)")
        // What is as near to another word may mean that one.
        guard word.isClear(slip) else { continue }
        clear += 1
        #expect(found.count == 1 && found.first?.hint == "did you mean \"\(word.text)\"?", "\(word) \(slip): \(said)")
      }
    }
    #expect(words.count >= 10 && clear * 10 >= tried * 8, "\(clear) of \(tried)")
  }
}

/// A key of the language or a reference, with the words that may stand there.
struct WrittenWord: CustomStringConvertible {
  var text: String
  var place: Place
  var choice: [String]

  var description: String { "\(text) at \(place.line):\(place.column)" }

  /// Doubled, lost, swapped or exchanged; `nil` where the word is too short for it.
  func slip(_ kind: Int, seed: Int) -> String? {
    var letters = Array(text)
    let index = seed % max(1, letters.count - 1)
    switch kind {
    case 0: letters.insert(letters[index], at: index)
    case 1 where letters.count > 1: letters.remove(at: index)
    case 2 where letters.count > 1 && letters[index] != letters[index + 1]: letters.swapAt(index, index + 1)
    case 3 where letters.count > 1: letters[index] = letters[index] == "q" ? "z" : "q"
    default: return nil
    }
    return letters.first?.isLetter == true && letters.last != "." ? String(letters) : nil
  }

  func isClear(_ slip: String) -> Bool {
    let slips = Self.distance(slip, text)
    return slips < max(2, text.count) && choice.allSatisfy { $0 == text || Self.distance(slip, $0) > slips }
  }

  func replaced(by slip: String, in lines: [[Unicode.Scalar]]) -> String {
    var lines = lines
    let start = place.column - 1
    lines[place.line - 1].replaceSubrange(start..<(start + text.unicodeScalars.count), with: slip.unicodeScalars)
    return lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
  }

  /// Insertions, losses, exchanges and swaps, counted the plain way.
  private static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a), b = Array(b)
    var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count {
      for j in 0...b.count {
        if i == 0 || j == 0 { table[i][j] = i + j; continue }
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
        guard i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] else { continue }
        table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
      }
    }
    return table[a.count][b.count]
  }
}

extension WrittenWord {
  static func all(in text: String) throws -> [WrittenWord] {
    let source = SourceText(file: "a.yml", text: text)
    var budget = YAMLReader.mostValues
    let tree = YAMLReader.read(source, budget: &budget).0
    let root = try #require(tree)
    var walk = TreeWalk(source: source, root: root)
    walk.dashboard()
    return walk.words
  }
}

/// Goes through a definition by what its keys mean. Names that authors choose are no words of the language; they are
/// words where they are referred to.
private struct TreeWalk {
  let source: SourceText
  let root: YAMLValue
  private(set) var words: [WrittenWord] = []

  init(source: SourceText, root: YAMLValue) { (self.source, self.root) = (source, root) }

  private func names(_ section: String) -> [String] { entries(section).map(\.key) }

  private func entries(_ section: String) -> [YAMLValue.Entry] {
    root.entries?.first { $0.key == section }?.value.entries ?? []
  }

  mutating func dashboard() {
    options(root, Settings.dashboard)
    for source in entries("sources") { typed(source, Settings.sources.map { ($0.word, $0.settings) }) }
    for variable in entries("variables") { typed(variable, Settings.variables) }
    for action in entries("actions") { typed(action, Settings.actions) }
    for component in entries("components") {
      typed(component, ComponentType.allCases.map { ($0.rawValue, Settings.component($0)) })
    }
    layout()
  }

  private mutating func typed(_ owner: YAMLValue.Entry, _ types: [(word: String, settings: [Setting])]) {
    guard let type = owner.value.entries?.first(where: { $0.key == "type" })?.value, let word = type.scalar?.text,
      let settings = types.first(where: { $0.word == word })?.settings
    else { return }
    note(word, type.place, types.map(\.word))
    options(owner.value, settings)
  }

  private mutating func options(_ value: YAMLValue, _ settings: [Setting]) {
    for entry in value.entries ?? [] {
      note(entry.key, entry.keyPlace, settings.map(\.name))
      guard let setting = settings.first(where: { $0.name == entry.key }) else { continue }
      reference(entry, setting)
      if case .section = setting.kind {} else { variables(in: entry.value) }
    }
  }

  private mutating func reference(_ entry: YAMLValue.Entry, _ setting: Setting) {
    switch setting.kind {
    case .oneOf(let choice): note(entry.value.scalar?.text ?? "", entry.value.place, choice)
    case .binding: binding(entry.value)
    case .curves:
      if entry.value.scalar != nil { binding(entry.value) }
      for curve in entry.value.entries ?? [] { binding(curve.value) }
    case .levels:
      for level in entry.value.entries ?? [] { note(level.key, level.keyPlace, Level.allCases.map(\.rawValue)) }
    case .action: action(entry.value)
    case .text where entry.key == "thumbnail":
      note(entry.value.scalar?.text ?? "", entry.value.place, names("components"))
    default: break
    }
  }

  private mutating func action(_ value: YAMLValue) {
    if let name = value.scalar?.text { note(name, value.place, names("actions")) }
    for entry in value.entries ?? [] {
      note(entry.key, entry.keyPlace, ["refresh", "add", "to", "reset"])
      if entry.key != "add", let name = entry.value.scalar?.text { note(name, entry.value.place, names("sources")) }
    }
  }

  private mutating func binding(_ value: YAMLValue) {
    let parts = (value.scalar?.text ?? "").split(separator: ".", maxSplits: 1).map(String.init)
    guard let first = parts.first else { return }
    note(first, value.place, names("sources"))
    guard parts.count == 2, let source = entries("sources").first(where: { $0.key == first })?.value.entries
    else { return }
    let picked = source.first { $0.key == "pick" }?.value
    let type = source.first { $0.key == "type" }?.value.scalar?.text ?? ""
    let fields = picked == nil ? Settings.sourceType(type)?.fields : picked?.entries?.map(\.key)
    guard let fields, fields.contains(parts[1]) else { return }
    note(parts[1], value.place.onLine(column: value.place.column + first.count + 1, length: parts[1].count), fields)
  }

  private mutating func variables(in value: YAMLValue) {
    for entry in value.entries ?? [] { variables(in: entry.value) }
    guard value.scalar != nil else { return }
    let place = value.place
    let scalars = source.line(place.line).dropFirst(place.column - 1).prefix(place.length)
    let line = String(String.UnicodeScalarView(scalars))
    for match in line.matches(of: #/\$\{var\.([a-z][a-z0-9_-]*)\}/#) {
      let offset = line[..<match.1.startIndex].unicodeScalars.count
      note(String(match.1), place.onLine(column: place.column + offset, length: match.1.count), names("variables"))
    }
  }

  private mutating func layout() {
    guard let layout = root.entries?.first(where: { $0.key == "layout" })?.value, layout.scalar?.style == .literal
    else { return }
    let rows = (layout.scalar?.text ?? "").split(separator: "\n", omittingEmptySubsequences: false).count
    for number in (layout.place.line + 1)..<(layout.place.line + rows) {
      let line = String(String.UnicodeScalarView(source.line(number)))
      for match in line.matches(of: #/[a-z][a-z0-9_-]*/#) {
        let offset = line[..<match.0.startIndex].unicodeScalars.count
        note(String(match.0), Place(line: number, column: offset + 1), names("components"))
      }
    }
  }

  /// Where the word stands as it is written.
  private mutating func note(_ word: String, _ place: Place, _ choice: [String]) {
    guard !word.isEmpty, choice.contains(word),
      source.line(place.line).dropFirst(place.column - 1).starts(with: word.unicodeScalars)
    else { return }
    words.append(WrittenWord(text: word, place: place, choice: choice))
  }
}
