extension DiagnosticCode {
  /// One row per code; when adding a code, also add a file to `Tests/Fixtures/broken`.
  var explanation: (summary: String, before: String, after: String) {
    switch self {
    case .unreadableFile, .notText, .badDashboardName, .badInclude, .tooManyMistakes, .tooManyWarnings: fileExplanation
    case .syntax, .tab, .duplicateKey, .tooDeep, .aliases, .tag, .severalDocuments, .emptyFile, .badKey:
      yamlExplanation
    case .unknownOption, .missingOption, .wrongKind, .outOfRange, .notOneOf, .unknownType, .badName, .conflict:
      optionExplanation
    case .unevenLayout, .notInComponents, .notARectangle, .notInLayout: layoutExplanation
    case .unknownSource, .unknownField, .unknownComponent, .badAction, .unknownVariable, .unknownAction, .badProgram,
      .badInsertion, .unsetVariable, .exposedSecret, .misplacedVariable, .badQuery, .badLevel, .badFormat, .badPath, .badAddress,
      .badCron, .unusedSource, .secretInClear, .unusedVariable, .unusedAction, .keptForNothing:
      valueExplanation
    }
  }

  private var fileExplanation: (String, String, String) {
    switch self {
    case .unreadableFile:
      ("A definition file cannot be read, lies outside the folder, or there is too much to read.",
        "dashboards/shop.yml → /etc/shop.yml", "dashboards/shop.yml, at most 1 MiB, at most 500 files")
    case .notText:
      ("A definition file is UTF-8 text without NUL characters.", "(a file saved as UTF-16)", "(saved as UTF-8)")
    case .badInclude:
      ("An included file lies below the definitions folder and does not lead back to itself.",
        "include: ../parts/machine.yml", "include: parts/machine.yml")
    case .tooManyMistakes:
      ("Of one file at most 200 mistakes are told; mend some, and the others are told.", "(a file with 300 mistakes)",
        "(a file with 100 mistakes: all of them are told)")
    case .tooManyWarnings:
      ("Of one file at most 200 warnings are told; mend some, and the others are told.", "(a file with 300 warnings)",
        "(a file with 100 warnings: all of them are told)")
    default:
      ("A dashboard's name is its file's name and its URL: small letters, digits, \"-\" and \"_\".",
        "dashboards/Shop Floor.yml", "dashboards/shop-floor.yml")
    }
  }

  private var yamlExplanation: (String, String, String) {
    switch self {
    case .tab: ("YAML is indented with spaces.", "sources:\n\tcount: { type: counter }",
      "sources:\n  count: { type: counter }")
    case .duplicateKey: ("A key stands once in a map.", "title: Shop\ntitle: Store", "title: Store")
    case .tooDeep: ("Nothing is nested deeper than 64.", "run: \(String(repeating: "[", count: 65))df\(String(repeating: "]", count: 65))",
      "run: [df]")
    case .aliases:
      ("Anchors and aliases expand to at most 100 000 values, from at most 50 anchors.",
        "a: &a [\(Self.tenTimes("x"))]\nb: &b [\(Self.tenTimes("*a"))]\nc: &c [\(Self.tenTimes("*b"))]\n"
          + "d: &d [\(Self.tenTimes("*c"))]\ne: &e [\(Self.tenTimes("*d"))]",
        "components:\n  a: &a { type: hello }\n  b: *a")
    case .tag: ("Tags are not used: what a value is, its option says.", "title: !!str 5", "title: 5")
    case .severalDocuments: ("One file is one dashboard.", "title: A\n---\ntitle: B", "title: A")
    case .emptyFile:
      ("A definition file is a map of options.", "# nothing yet", "components:\n  hi: { type: hello }")
    case .badKey: ("A key is a word; merge keys are not used.", "<<: *base", "size: large")
    default: ("The file is not YAML.", "title: Shop: floor", "title: \"Shop: floor\"")
    }
  }

  private static func tenTimes(_ word: String) -> String { Array(repeating: word, count: 10).joined(separator: ", ") }

  private var optionExplanation: (String, String, String) {
    switch self {
    case .unknownOption: ("There is no option of that name here.", "evry: 10s", "every: 10s")
    case .missingOption: ("An option that is needed is missing.", "type: http", "type: http\nurl: https://example.com")
    case .wrongKind: ("The value is not of the kind that the option takes.", "stacked: yes", "stacked: true")
    case .outOfRange: ("The value is too small or too large.", "every: 1ms", "every: 250ms")
    case .notOneOf: ("The option takes one of a few words.", "transport: sockets", "transport: websocket")
    case .unknownType: ("There is no such type.", "type: guage", "type: gauge")
    case .badName:
      ("An id is a small letter, then small letters, digits, \"-\" and \"_\".", "CPU load: { type: hello }", "cpu-load: { type: hello }")
    default: ("Two options exclude each other.", "text: Hi\nfrom: count", "from: count")
    }
  }

  private var layoutExplanation: (String, String, String) {
    switch self {
    case .unevenLayout: ("Every row of a layout has as many words.", "a b c\nd e", "a b c\nd e .")
    case .notInComponents: ("A word of the layout is a component's id or a dot.", "ordres .", "orders .")
    case .notARectangle: ("A repeated id forms one rectangle.", "a a b\na b b", "a a b\na a b")
    default:
      ("Every component has its place in the layout, if there is one.", "layout: |\n  a b",
        "layout: |\n  a b\n  c c")
    }
  }

  private var valueExplanation: (String, String, String) {
    switch self {
    case .unknownSource: ("`from` names a source of the same file.", "from: ordres.count", "from: orders.count")
    case .unknownField: ("The source has no such field.", "from: orders.cuont", "from: orders.count")
    case .unknownComponent: ("There is no component of that id.", "thumbnail: ordres", "thumbnail: orders")
    case .badAction:
      ("A button does an action by its name, or refreshes, adds or resets.", "action: { press: count }", "action: { add: 1, to: count }")
    case .unknownVariable:
      ("`${var.NAME}` names a variable of the same file.", "${var.regoin}", "${var.region}")
    case .unknownAction: ("A button's action is declared below `actions`.", "action: restrat", "action: restart")
    case .misplacedVariable:
      ("A variable stands where it can do no harm: a viewer's own text never names a server, a file or a program.",
        "url: https://${var.host}/", "url: https://example.com/?host=${var.host}")
    case .badQuery:
      ("`query` is one SQL statement that reads; variables in it are bound.", "query: SELEKT name FROM orders", "query: SELECT name FROM orders")
    case .badCron:
      ("`cron` has five words: minute, hour, day, month, weekday.", "cron: every 5 minutes", "cron: \"*/5 * * * *\"")
    case .unusedVariable:
      ("Nothing changes with the variable.", "url: https://example.com/", "url: https://example.com/?region=${var.region}")
    case .unusedAction: ("No button does the action.", "action: { refresh: queue }", "action: restart")
    case .keptForNothing:
      ("`keep` keeps what a line, a sparkline or a comparison shows.", "orders: { type: gauge, from: orders }",
        "orders: { type: number, from: orders, sparkline: 2h }")
    case .badProgram: ("`pick` holds jq programs.", "pick: '.items['", "pick: '.items[0]'")
    case .badInsertion:
      ("`${env.NAME}` and `${secret.NAME}` are inserted; `$${` is a literal `${`.", "${HOME}", "${env.HOME}")
    case .unsetVariable:
      ("The variable is not set where the program runs.", "${env.PORT}", "${env.PORT:-8080}")
    case .exposedSecret:
      ("A secret stays in the producer; what browsers see cannot hold one.", "text: ${secret.TOKEN}",
        "headers: { Authorization: \"Bearer ${secret.TOKEN}\" }")
    case .secretInClear:
      ("A secret is written in the file, where everybody who reads the file reads it.", "token: hunter2",
        "token: ${secret.BUILDS_TOKEN}")
    case .badLevel:
      ("A level's condition uses words.", "bad: over 400", "bad: above 400 for 2m")
    case .badFormat: ("There is no such format.", "format: euro", "format: currency EUR")
    case .badPath: ("A path stays inside the definitions folder.", "path: ../data.csv", "path: data.csv")
    case .badAddress: ("An address is complete and of a scheme that is allowed.", "url: example.com",
      "url: https://example.com")
    default:
      ("Nothing reads the source.", "type: hello", "type: number\nfrom: spare")
    }
  }
}
