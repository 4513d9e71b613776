/// Which words of a command are programs themselves, so that a viewer's own text in them would be code.
enum CommandWords {
  /// How a variable may stand in a word.
  static func place(of index: Int, in words: [String], _ setting: Setting) -> Setting.VariablePlace? {
    isCode(index, in: words, setting) ? .code : isPath(words[index]) ? .part : setting.variablePlace
  }

  /// `sh -c "…"`, `psql --command "…"`, a word of `awk` or `sed`, the script of `EVAL`.
  private static func isCode(_ index: Int, in words: [String], _ setting: Setting) -> Bool {
    if setting.name == "command" { return index == 1 && scripting.contains(words[0].uppercased()) }
    let word = words[index], before = words[index - 1]
    if before.wholeMatch(of: #/-[A-Za-z]*[ce]/#) != nil || longOptions.contains(before) { return true }
    if longOptions.contains(where: { word.hasPrefix("\($0)=") }) || word.contains(where: signs.contains) { return true }
    let programs = words[..<index].compactMap { $0.split(separator: "/").last.map(String.init) }
    if programs.contains(where: readers.contains) { return true }
    return programs.contains(where: interpreters.contains) && word.prefixMatch(of: #/-[A-Za-z]*[ce]/#) != nil
  }

  private static let longOptions: Set = ["--eval", "--command", "--execute", "--expression", "--exec"]
  /// What has a meaning in a shell, or joins several words.
  private static let signs: Set<Character> = [" ", "\t", "\n", ";", "|", "&", "<", ">", "`", "'", "\"", "(", ")"]

  /// What lies beside a slash could be `..`.
  private static func isPath(_ word: String) -> Bool { word.replacing(#/\$\{var\.[^}]*\}/#, with: "").contains("/") }

  private static let scripting: Set = ["EVAL", "EVAL_RO", "SCRIPT", "FUNCTION"]

  private static let interpreters: Set = [
    "sh", "bash", "dash", "ash", "zsh", "ksh", "fish", "busybox", "python", "python3", "perl", "ruby", "node", "php",
    "lua",
  ]

  /// Programs that take code, or the words of another command, without an option for it.
  private static let readers: Set = [
    "awk", "gawk", "mawk", "sed", "ssh", "su", "eval", "xargs", "parallel", "watch", "sqlite3", "jq", "bc", "dc",
    "find",
  ]
}
