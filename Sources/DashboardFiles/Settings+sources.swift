import DashboardModel

/// One type of source: its word, its options and, where they are known beforehand, its fields.
struct SourceType: Sendable {
  let word: String
  let settings: [Setting]
  /// The fields a value has without `pick`; `nil`: not known, empty: the value has none.
  var fields: [String]?
}

extension Settings {
  static let sources: [SourceType] = [
    SourceType(
      word: "counter",
      settings: source(every: 1, [
        Setting("start", .number(anyNumber), fallback: 0, "The number before the first tick."),
        Setting("step", .number(anyNumber), fallback: 1, "What each tick adds."),
      ]), fields: []),
    SourceType(
      word: "clock",
      settings: source(every: 1, [Setting("timezone", .timezone, fallback: "UTC", "An IANA name.")]),
      fields: ["unix", "iso", "hour", "minute", "second", "weekday", "date", "time"]),
    SourceType(
      word: "system",
      settings: source(every: 2, [Setting("disk", .text, fallback: "/", "The mount point that `disk` describes.")]),
      fields: systemFields),
    SourceType(
      word: "http",
      settings: source(every: 30, [
        Setting("url", .url(schemes: ["http", "https"]), isRequired: true, "Where to ask."),
        Setting("method", .oneOf(["GET", "POST"]), fallback: "GET", "How to ask."),
        Setting("headers", .map(.privateText), "What to send along."),
        Setting("body", .privateText, "What to post."),
      ])),
    SourceType(
      word: "command",
      settings: source(every: 60, [
        Setting("run", .words, isRequired: true, "A program and its arguments, run without a shell.")
      ])),
    SourceType(
      word: "file",
      settings: source(every: 1, [
        Setting("path", .path, isRequired: true, "A file beside the definitions; read again when it changes."),
        Setting("format", .oneOf(SourceDefinition.FileFormat.allCases.map(\.rawValue)),
          "What it holds; by the file's ending if left out."),
      ])),
    SourceType(
      word: "redis",
      settings: source(every: 2, [
        Setting("command", .words, isRequired: true, "One Redis command."),
        Setting("url", .url(schemes: ["redis", "rediss"]), "Which Redis; the platform's own if left out."),
      ])),
    SourceType(
      word: "sql",
      settings: source(every: 30, [
        Setting("database", .path, isRequired: true, "An SQLite file in the definitions folder; only read."),
        Setting("query", .query, isRequired: true, "A statement whose rows are the value; `${var.NAME}` in it is bound."),
      ])),
    SourceType(
      word: "push",
      settings: [
        type, Setting("token", .privateText, isRequired: true, "What a sender must know."),
        Setting("expect", .expectation, "How often a value should come; silence for longer makes it stale."), keep, pick,
      ]),
    SourceType(word: "dashboards", settings: source(every: 1, []).filter { $0.name != "keep" }, fields: []),
    SourceType(
      word: "swift",
      settings: source(every: 10, [
        Setting("task", .text, isRequired: true, "The name of a source in the program's `DashboardApp`.")
      ])),
  ]

  static func sourceType(_ word: String) -> SourceType? { sources.first { $0.word == word } }

  private static let type = Setting("type", .section, isRequired: true, "What it is.")
  private static let keep = Setting(
    "keep", .duration(60...2_592_000),
    "How long the numbers that components show are kept, for `line`, `sparkline` and `compare`; not kept if left out.")
  private static let pick = Setting("pick", .pick, "jq programs that name fields, or make one value of the whole.")

  private static func source(every: Double, _ own: [Setting]) -> [Setting] {
    let schedule = [
      Setting("every", .duration(scheduleRange), fallback: .number(every), "Time between runs."),
      Setting("cron", .cron, "When it runs, by the clock; instead of every."),
    ]
    let zone = own.contains { $0.name == "timezone" }
      ? [] : [Setting("timezone", .timezone, "The time zone that cron goes by; UTC if left out.")]
    return [type] + own + schedule + zone + [
      Setting("timeout", .duration(0.1...300), fallback: 10, "When a run is given up."), keep, pick,
    ]
  }

  private static let systemFields = [
    "hostname", "os", "kernel", "cores", "uptime", "cpu", "cpu_user", "cpu_system", "cpu_iowait", "load", "load.one",
    "load.five", "load.fifteen", "memory", "memory.total", "memory.used", "memory.available", "memory.percent", "swap",
    "swap.total", "swap.used", "swap.percent", "disk", "disk.mount", "disk.total", "disk.used", "disk.free",
    "disk.percent", "disks", "network", "network.received", "network.sent", "interfaces", "disk_io", "disk_io.read",
    "disk_io.written", "processes",
  ]
}
