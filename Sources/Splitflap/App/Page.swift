import DashboardModel
import Producer

/// A page of an app: where it is, how browsers talk to it, and what is on it.
///
/// ```swift
/// Page("/", transport: .ajax, reloadInterval: .seconds(2.5)) { count }
/// Page("/hello/{name}", scope: .viewer) { page in H1("Hello, \(page["name"])!") }
/// ```
@MainActor
public struct Page {
  let path: PagePath
  let title: String
  let favicon: String?
  let scope: Scope
  let content: @MainActor (PageInstance) -> Content
  private let settings: Settings
  /// Drawings of the app's own component types.
  var modules: [PageFace.Module] = []

  /// One page for everybody, kept for ever, or one per viewer, made when he comes and let go when he leaves.
  public enum Scope: Sendable { case shared, viewer }

  /// How browsers talk to it; `auto` is WebSocket, and polls where that is blocked.
  public enum Transport: Sendable { case auto, websocket, ajax }

  /// What a page may be told besides its place and its content.
  struct Settings {
    var transport: Transport
    var reloadInterval: Duration
    var theme: String?
    var view: Access
    var act: Access
    var query: [String]
  }

  /// `path` is `/`, `/name` or `/name/{parameter}/{parameter}`; what stands at `/not-found` is shown wherever there is
  /// nothing. `reloadInterval` is the time between polls. `view` says who may look, and of those `act` who may act:
  /// `view: ["ops", "sales"], act: ["ops"]`. `query` are the parameters of its address that it reads
  /// (`?q=…`); every combination of parameters is a page of its own.
  public init(
    _ path: String, query: [String] = [], title: String? = nil, favicon: String? = nil, transport: Transport = .auto,
    reloadInterval: Duration = .seconds(2.5), scope: Scope = .shared, theme: String? = nil, view: Access = .anyone,
    act: Access = .anyone,
    @ContentBuilder content: @escaping @MainActor (PageInstance) -> Content
  ) {
    self.path = PagePath(path)
    self.title = title ?? self.path.standardTitle
    (self.favicon, self.scope, self.content) = (favicon, scope, content)
    settings = Settings(
      transport: transport, reloadInterval: reloadInterval, theme: theme, view: view, act: act, query: query)
  }

  public init(
    _ path: String, query: [String] = [], title: String? = nil, favicon: String? = nil, transport: Transport = .auto,
    reloadInterval: Duration = .seconds(2.5), scope: Scope = .shared, theme: String? = nil, view: Access = .anyone,
    act: Access = .anyone,
    @ContentBuilder content: @escaping @MainActor () -> Content
  ) {
    self.init(
      path, query: query, title: title, favicon: favicon, transport: transport, reloadInterval: reloadInterval, scope: scope,
      theme: theme, view: view, act: act, content: { _ in content() })
  }

  /// What the producer and, through it, fronts know of it.
  var definition: DashboardDefinition {
    var definition = DashboardDefinition(name: path.dashboard, title: title)
    definition.transport = settings.transport.inModel
    definition.reloadInterval = min(3600, max(0.25, settings.reloadInterval.inSeconds))
    definition.theme = settings.theme
    definition.scope = scope == .viewer ? .viewer : .shared
    definition.access.view = settings.view.inModel
    definition.access.act = settings.act.inModel
    definition.path = path.parameters
    definition.variables = (path.parameters + settings.query).map { name in
      PageVariable(name: name, title: name, kind: .text(longest: PageParameters.longestValue), fallback: "")
    }
    return definition
  }
}

extension Page.Transport {
  fileprivate var inModel: Transport {
    switch self {
    case .auto: .auto
    case .websocket: .websocket
    case .ajax: .ajax
    }
  }
}

/// Collects the pages of an app.
@resultBuilder
public enum PageBuilder {
  public static func buildExpression(_ page: Page) -> [Page] { [page] }
  public static func buildBlock(_ pages: [Page]...) -> [Page] { pages.flatMap(\.self) }
  public static func buildArray(_ pages: [[Page]]) -> [Page] { pages.flatMap(\.self) }
  public static func buildOptional(_ pages: [Page]?) -> [Page] { pages ?? [] }
  public static func buildEither(first: [Page]) -> [Page] { first }
  public static func buildEither(second: [Page]) -> [Page] { second }
}
