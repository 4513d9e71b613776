package import DashboardModel

/// What a folder holds: the dashboards without errors, and all mistakes of all files, sorted.
package struct LoadResult: Sendable {
  package var dashboards: [DashboardDefinition]
  package var diagnostics: [Diagnostic]
  /// How many dashboards' files were looked at.
  package var files: Int
  /// The files of the dashboards without errors, as far as they may be kept.
  package var originals: [String: KeptDefinition] = [:]
  /// What is wrong with each dashboard that has errors, in its own file or in what it includes; their last good versions
  /// are to stay. An error in an included file names that file, so a diagnostic's file does not tell.
  package var mistakes: [String: [Diagnostic]] = [:]
  /// Dashboards of which nothing is said, for a file of theirs is being written.
  package var held: Set<String> = []
  /// False when the folder itself could not be read, as in the moment in which a mount is exchanged: then nothing is
  /// known of any dashboard, and all are to stay.
  package var hasFolder = true

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
  /// The names of dashboards with errors.
  package var broken: Set<String> { Set(mistakes.keys) }
}

/// A diagnostic, and whose it is.
struct ToldMistake: Comparable {
  var diagnostic: Diagnostic
  var dashboards: [String]

  init(_ diagnostic: Diagnostic, of dashboard: String) { (self.diagnostic, dashboards) = (diagnostic, [dashboard]) }

  static func < (a: ToldMistake, b: ToldMistake) -> Bool { a.diagnostic < b.diagnostic }
}

extension LoadResult {
  /// Takes what was told of the files over, sorted, each root cause once.
  mutating func add(_ told: [ToldMistake]) {
    for mistake in Self.withoutRepeats(told.sorted()) {
      diagnostics.append(mistake.diagnostic)
      guard mistake.diagnostic.severity == .error else { continue }
      for dashboard in mistake.dashboards { mistakes[dashboard, default: []].append(mistake.diagnostic) }
    }
    diagnostics.sort()
  }

  /// Dashboards whose files were not read; why is told of the folder.
  mutating func add(unread names: Set<String>) {
    for name in names { mistakes[name] = diagnostics.filter { $0.severity == .error && $0.code == .unreadableFile } }
  }

  /// A mistake in a file that several dashboards include is told once.
  private static func withoutRepeats(_ sorted: [ToldMistake]) -> [ToldMistake] {
    var kept: [ToldMistake] = []
    for mistake in sorted {
      let diagnostic = mistake.diagnostic
      guard let last = kept.last, !diagnostic.notes.isEmpty, last.diagnostic.isSameMistake(as: diagnostic) else {
        kept.append(mistake)
        continue
      }
      let index = kept.count - 1
      kept[index].dashboards += mistake.dashboards
      guard let note = kept[index].diagnostic.notes.indices.last else { continue }
      let more = kept[index].dashboards.count - 1
      kept[index].diagnostic.notes[note].message =
        "included here, and by \(more) other dashboard\(more == 1 ? "" : "s")"
    }
    return kept
  }
}
