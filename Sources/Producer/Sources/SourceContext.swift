package import AsyncHTTPClient
package import DashboardModel

/// What sources need from the producer they live in, and the way from a definition to its source.
package struct SourceContext: Sendable {
  /// The definitions folder.
  package var folder: String
  /// Shared by all sources; made with ``HTTPSource/clientConfiguration``.
  package var client: HTTPClient
  /// The reply of a Redis command, from the server at the URL or (`nil`) from the backplane's own.
  package var redis: @Sendable ([String], _ url: String?) async throws -> JSON
  /// The list of all dashboards.
  package var dashboards: @Sendable () async throws -> JSON
  /// What a task of the program's own code yields.
  package var tasks: @Sendable (_ name: String) async throws -> JSON

  package init(
    folder: String, client: HTTPClient,
    redis: @escaping @Sendable ([String], _ url: String?) async throws -> JSON,
    dashboards: @escaping @Sendable () async throws -> JSON,
    tasks: @escaping @Sendable (_ name: String) async throws -> JSON = { throw SourceError(Self.noTask($0)) }
  ) {
    self.folder = folder
    self.client = client
    self.redis = redis
    self.dashboards = dashboards
    self.tasks = tasks
  }

  /// Why there is no such task.
  package static func noTask(_ name: String) -> String {
    "there is no Swift task \"\(name)\" here; it belongs into the sources of a DashboardApp"
  }

  package func source(for definition: SourceDefinition) -> any Source {
    switch definition.kind {
    case .counter(let start, let step): CounterSource(start: start, step: step)
    case .clock(let timezone): ClockSource(timezone: timezone)
    case .system(let disk): SystemSource(disk: disk)
    case .http(let request): HTTPSource(request, timeout: .seconds(definition.timeout), client: client)
    case .command(let words): CommandSource(words)
    case .file(let path, let format): FileSource(path: path, format: format, folder: folder)
    case .redis(let command, let url):
      RedisSource(command: command) { [redis] in try await redis($0, url) }
    case .sql(let database, let query, let values):
      SQLSource(database: database, query: query, values: values, folder: folder, seconds: definition.timeout)
    case .push(_, let expect): PushSource(expect: expect)
    case .dashboards: ClosureSource(dashboards)
    case .swift(let task): ClosureSource { [tasks] in try await tasks(task) }
    }
  }

  /// The source behind an `image` component, with its name; `nil` for a component that has none.
  package func imageSource(for component: ComponentDefinition) -> (definition: SourceDefinition, source: any Source)? {
    guard component.type == .image, component.bindings.isEmpty else { return nil }
    // Its runner needs a name and an interval; the kind is only read for `push`.
    let every = component.properties["every"].flatMap(Seconds.init)?.value ?? 300
    let definition = SourceDefinition(name: ImageSource.name(for: component.id), kind: .dashboards, every: every)
    if let path = component.properties["path"]?.text {
      return (definition, ImageSource(path: path, folder: folder))
    }
    guard let url = component.properties["url"]?.text else { return nil }
    return (definition, ImageSource(url: url, timeout: .seconds(definition.timeout), client: client))
  }
}
