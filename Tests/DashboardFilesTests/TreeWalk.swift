import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

extension WrittenWord {
  /// The keys and references of a definition.
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
struct TreeWalk {
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
      for level in entry.value.entries ?? [] {
        note(level.key, level.keyPlace, Level.allCases.map(\.rawValue))
        for condition in level.value.elements { first(of: condition, ConditionWord.allCases.map(\.rawValue)) }
      }
    case .format: first(of: entry.value, FormatWord.all.map(\.word))
    case .map(.format): for format in entry.value.entries ?? [] { first(of: format.value, FormatWord.all.map(\.word)) }
    case .audience: first(of: entry.value, ["anyone"])
    case .sources: for source in entry.value.elements { first(of: source, names("sources")) }
    case .timezone: first(of: entry.value, TimeZone.knownTimeZoneIdentifiers)
    case .section where entry.key == "access": options(entry.value, Settings.access)
    case .section where entry.key == "after": options(entry.value, Settings.after)
    case .action: action(entry.value)
    case .text where entry.key == "thumbnail":
      note(entry.value.scalar?.text ?? "", entry.value.place, names("components"))
    default: break
    }
  }

  private mutating func action(_ value: YAMLValue) {
    if let name = value.scalar?.text { note(name, value.place, names("actions")) }
    for entry in value.entries ?? [] {
      note(entry.key, entry.keyPlace, Settings.press.map(\.name))
      if entry.key != "add", let name = entry.value.scalar?.text { note(name, entry.value.place, names("sources")) }
    }
  }

  /// The word that a text begins with.
  private mutating func first(of value: YAMLValue, _ choice: [String]) {
    note(value.scalar?.text.split(separator: " ").first.map(String.init) ?? "", value.place, choice)
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
        note(String(match.0), Place(line: number, column: offset + 1), names("components") + ["controls"])
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

extension YAMLValue {
  /// The elements of a list, or the value alone.
  fileprivate var elements: [YAMLValue] {
    if case .list(let list) = kind { list } else { [self] }
  }
}
