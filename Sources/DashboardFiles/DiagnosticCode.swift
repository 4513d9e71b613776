/// One kind of mistake. A number never changes its meaning, so that people can search for it.
package enum DiagnosticCode: String, Hashable, Sendable, CaseIterable {
  case unreadableFile = "E101"
  case notText = "E102"
  case badDashboardName = "E103"
  case badInclude = "E104"
  case tooManyMistakes = "E105"
  case syntax = "E110"
  case tab = "E111"
  case duplicateKey = "E112"
  case tooDeep = "E113"
  case aliases = "E114"
  case tag = "E115"
  case severalDocuments = "E116"
  case emptyFile = "E117"
  case badKey = "E118"
  case unknownOption = "E120"
  case missingOption = "E121"
  case wrongKind = "E122"
  case outOfRange = "E123"
  case notOneOf = "E124"
  case unknownType = "E125"
  case badName = "E126"
  case conflict = "E127"
  case unknownSource = "E130"
  case unknownField = "E131"
  case unknownComponent = "E132"
  case badAction = "E133"
  case unknownVariable = "E134"
  case unknownAction = "E135"
  case unevenLayout = "E140"
  case notInComponents = "E141"
  case notARectangle = "E142"
  case notInLayout = "E143"
  case badProgram = "E150"
  case badInsertion = "E151"
  case unsetVariable = "E152"
  case exposedSecret = "E153"
  case misplacedVariable = "E154"
  case badQuery = "E155"
  case badLevel = "E160"
  case badFormat = "E161"
  case badPath = "E162"
  case badAddress = "E163"
  case badCron = "E164"
  case unusedSource = "W201"
  case secretInClear = "W202"
  case unusedVariable = "W203"
  case unusedAction = "W204"
  case keptForNothing = "W205"
  case tooManyWarnings = "W206"

  package var isWarning: Bool { rawValue.hasPrefix("W") }

  /// A code as people type it, `e104` or `E104`.
  package init?(typed text: String) { self.init(rawValue: text.uppercased()) }
}

extension DiagnosticCode {
  /// What the mistake is, in one line; also the rule's name in SARIF.
  package var summary: String { explanation.summary }

  /// What `splitflap explain` prints: the rule, a before and an after.
  package var explained: String {
    let (summary, before, after) = explanation
    func indented(_ text: String) -> String {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
    }
    return "\(rawValue): \(summary)\n\nBefore:\n\n\(indented(before))\n\nAfter:\n\n\(indented(after))\n"
  }
}
