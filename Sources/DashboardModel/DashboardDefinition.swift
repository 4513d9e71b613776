/// What a definition file says, checked and typed: the compiler's output and the producer's input.
package struct DashboardDefinition: Hashable, Sendable {
  /// The file's name without its ending; also the URL.
  package var name: String
  package var title: String
  package var transport: Transport
  /// Seconds between polls, in ajax mode and whenever WebSocket is blocked.
  package var reloadInterval: Double
  /// A palette's name; `nil` follows the viewer's light or dark preference.
  package var theme: String?
  package var scope: Scope
  package var access: Access
  /// Which component stands for this dashboard on the home page; `nil` takes the first that has a number.
  package var thumbnail: ComponentID?
  /// What viewers may choose, in the order of the controls.
  package var variables: [PageVariable] = []
  /// The variables whose values are the segments of the path behind the dashboard's name; these have no control.
  package var path: [String] = []
  /// What they have chosen, on a page's own copy of the definition (``instance(_:)``).
  package var parameters = PageParameters.empty
  package var sources: [SourceDefinition]
  package var components: [ComponentDefinition]
  /// What buttons may do in the world outside.
  package var actions: [ActionDefinition] = []
  /// Every secret that the file inserts somewhere: to be covered in whatever sources and actions say and yield.
  package private(set) var secrets: [String] = []
  /// What is wrong with the file that this was last read from, for its editors to see; `nil` when all is well.
  package var mistakes: String?
  /// The layout picture, row by row, `nil` for a gap; `nil` altogether lets components flow in written order. Where no
  /// component is called `controls`, that word is the place of the variables' controls.
  package var layout: [[ComponentID?]]?

  package init(name: String, title: String) {
    self.name = name
    self.title = title
    transport = .auto
    reloadInterval = 2.5
    theme = nil
    scope = .shared
    access = Access()
    thumbnail = nil
    sources = []
    components = []
    layout = nil
    mistakes = nil
  }

  /// Makes secrets known, to all that runs for this dashboard.
  package mutating func hide(_ secrets: Set<String>) {
    self.secrets = secrets.filter { !$0.isEmpty }.sorted()
    for index in actions.indices { actions[index].secrets = self.secrets }
  }
}

/// How a page talks to a front. `auto` and `websocket` fall back to polling; `ajax` never opens a socket.
package enum Transport: String, Hashable, Sendable, CaseIterable, Codable {
  case websocket, ajax, auto
}

/// One page for everybody, or one per viewer.
package enum Scope: String, Hashable, Sendable, CaseIterable, Codable {
  case shared, viewer
}

/// One source of data with its own schedule.
package struct SourceDefinition: Hashable, Sendable {
  package var name: String
  package var kind: Kind
  /// Seconds between runs; of `push`, nothing.
  package var every: Double
  /// When it runs instead, by the clock.
  package var cron: CronRule?
  /// Seconds for which the numbers that components show are kept, whatever becomes of the components; `nil`: not at all.
  package var keep: Double?
  /// Seconds after which a run is given up.
  package var timeout: Double
  /// Field name to jq program; empty takes the value whole.
  package var pick: [Pick]
  /// One jq program for the value as a whole (`pick: ".items[:20]"`).
  package var pickWhole: String?

  package struct Pick: Hashable, Sendable {
    package var field: String
    package var program: String
    package init(field: String, program: String) {
      self.field = field
      self.program = program
    }
  }

  package enum Kind: Hashable, Sendable {
    /// Counts up by `step` from `start`; the first published value is `start + step`.
    case counter(start: Double, step: Double)
    /// `{unix, iso, hour, minute, second, weekday, date, time}` in `timezone` (IANA name, `nil` for UTC).
    case clock(timezone: String?)
    /// This machine: `{cpu, cores, memory:{…}, swap:{…}, load:{…}, disks:[…], network:{…}, uptime, hostname, …}`.
    case system(disk: String)
    case http(HTTPRequestDefinition)
    /// A program and its arguments, run without a shell.
    case command([String])
    /// A file under the definitions folder.
    case file(path: String, format: FileFormat)
    /// One Redis command; `url` `nil` is the backplane's own Redis.
    case redis(command: [String], url: String?)
    /// A query of an SQLite file in the definitions folder, with a value for each of its question marks.
    case sql(database: String, query: String, values: [BoundValue])
    /// Values come by `POST /api/push/<source>`; `expect` seconds of silence make it stale.
    case push(token: String, expect: Double?)
    /// The list of all dashboards with their thumbnails.
    case dashboards
    /// Code of a Swift dashboard, by its name.
    case swift(task: String)
  }

  /// What stands for a question mark of a query.
  package struct BoundValue: Hashable, Sendable {
    package var text: String
    /// Bound as a number, if it is one.
    package var isNumber: Bool
    package init(text: String, isNumber: Bool) { (self.text, self.isNumber) = (text, isNumber) }
  }

  package enum FileFormat: String, Hashable, Sendable, CaseIterable { case csv, json, ndjson, text }

  package init(name: String, kind: Kind, every: Double, timeout: Double = 10) {
    self.name = name
    self.kind = kind
    self.every = every
    self.timeout = timeout
    pick = []
    pickWhole = nil
  }
}

/// What an `http` source asks for.
package struct HTTPRequestDefinition: Hashable, Sendable {
  package var url: String
  package var method: String
  package var headers: [Header]
  package var body: String?

  package struct Header: Hashable, Sendable {
    package var name: String
    package var value: String
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(url: String, method: String = "GET", headers: [Header] = [], body: String? = nil) {
    self.url = url
    self.method = method
    self.headers = headers
    self.body = body
  }
}
