import DashboardModel

extension Settings {
  /// The reference of all options as Markdown, made from the declarations: `docs/settings.md`.
  package static var reference: String {
    let head = """
      # All settings of a definition file

      Made from the declarations that the compiler reads, by `splitflap schema --markdown`; do not edit.
      A duration is `250ms`, `10s`, `5m`, `6h` or `1d`; a bare number is seconds.

      `include` names files by their path below the definitions folder. They are read first and laid one over the
      other, later ones over earlier ones and the including file over all: maps are joined key by key, anything else is
      replaced. Only files right inside the definitions folder are dashboards; parts belong into a folder below it.
      `${env.NAME}` and `${secret.NAME}` may stand in any text or number, in the options of a variable and the conditions of
      levels, and never in names, roles and keys; a secret only where browsers never see it. `${var.NAME}`, what a
      viewer has chosen, may stand in titles, notes, labels, links and other texts of components, and in the addresses, headers,
      bodies, words, paths and time zones of sources and actions.

      A dashboard includes at most \(IncludeReader.mostIncludes) files, \(IncludeReader.deepest) deep, 1 MiB in all.

      """
    let sections =
      [table("A dashboard", dashboard), table("`access`", access)]
      + variables.map { table("Variable `\($0.word)`", $0.settings) }
      + sources.map { table("Source `\($0.word)`", $0.settings, fields: $0.fields) }
      + actions.map { table("Action `\($0.word)`", $0.settings) } + [table("`after` of an action", after)]
      + [table("`action` of a button", press) + "\n\n`action` is the name of an action, or one of: "
        + presses.map { "`\($0.example)`" }.joined(separator: ", ") + "."]
      + ComponentType.allCases.map { table("Component `\($0.rawValue)`", component($0)) }
    return head + sections.map { "\n\($0)\n" }.joined()
  }

  private static func table(_ title: String, _ settings: [Setting], fields: [String]? = nil) -> String {
    let word = title.split(separator: "`").last.map(String.init) ?? ""
    let rows = settings.map { setting in
      let takes = switch setting.name {
      case "type": "`\(word)`"
      case "layout": "a picture, one line per row"
      default: setting.kind.sentence
      }
      let fallback =
        setting.isRequired ? "required" : setting.fallback.map { "`\(shown($0, setting.kind))`" } ?? ""
      return "| `\(setting.name)` | \(takes) | \(fallback) | \(setting.summary) |"
    }
    let known = (fields ?? []).map { "`\($0)`" }.joined(separator: ", ")
    return "## \(title)\n\n| option | takes | default | |\n|---|---|---|---|\n" + rows.joined(separator: "\n")
      + (known.isEmpty ? "" : "\n\nFields: \(known).")
  }

  private static func shown(_ fallback: JSON, _ kind: Setting.Kind) -> String {
    if case .duration = kind, let seconds = fallback.double { return Scalars.written(seconds: seconds) }
    return fallback.text ?? String(decoding: fallback.encoded, as: UTF8.self)
  }
}

extension Setting.Kind {
  /// ``noun`` with the bounds that are checked.
  fileprivate var sentence: String {
    switch self {
    case .duration(let range):
      "a duration, \(Scalars.written(seconds: range.lowerBound)) to \(Scalars.written(seconds: range.upperBound))"
    case .integer(let range): "a whole number, \(range.lowerBound) to \(range.upperBound)"
    case .oneOf(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .oneOfNumbers(let numbers): numbers.map { "`\($0)`" }.joined(separator: ", ")
    case .url(let schemes): "an address: " + schemes.map { "`\($0)://…`" }.joined(separator: ", ")
    case .format: FormatWord.forms.map { "`\($0)`" }.joined(separator: ", ")
    case .map(.format): "a map whose values are formats, as in `format`"
    case .link: "an address that begins with \(Scalars.linkForms), or is relative"
    case .levels:
      "a map of \(Level.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")) and a condition or a list of them: "
        + ConditionWord.allCases.map { "`\($0.form)`" }.joined(separator: ", ") + ", each with `\(ConditionWord.hold)`"
    case .privateText: "text; may hold `${secret.NAME}`"
    default: noun
    }
  }
}
