import DashboardModel

/// The parts of a file, as they are written or as they were meant: what stands below a misspelt `sources` is read all
/// the same, so that its own mistakes are told at once and nothing that refers to it is told as one.
extension FileCompiler {
  mutating func sections(of entries: [YAMLValue.Entry]) -> [String: YAMLValue] {
    let names = Settings.dashboard.map(\.name)
    var sections: [String: YAMLValue] = [:]
    for entry in entries where names.contains(entry.key) { sections[entry.key] = entry.value }
    var isLost = false
    for entry in entries where !names.contains(entry.key) {
      if noteMisplaced(entry) { continue }
      if let meant = Suggestion.nearest(to: entry.key, among: names) {
        if sections[meant] == nil { sections[meant] = entry.value }
      } else if entry.value.entries != nil {
        isLost = true
      }
    }
    // A key of which nobody knows what it means might have been any of them.
    if isLost { unknown.formUnion(["variables", "sources", "actions", "components"].filter { sections[$0] == nil }) }
    return sections
  }

  /// A component or a source beside the section it belongs to; reported as an option that there is not.
  private mutating func noteMisplaced(_ entry: YAMLValue.Entry) -> Bool {
    guard let word = entry.value.entries?.first(where: { $0.key == "type" })?.value.scalar?.text else { return false }
    let isComponent = ComponentType(rawValue: word) != nil, isSource = Settings.sourceType(word) != nil
    if isComponent { misplaced.append(entry.key) }
    if isSource { declared[entry.key] = DeclaredSource(keyPlace: entry.keyPlace) }
    return isComponent || isSource
  }
}
