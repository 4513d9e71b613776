import DashboardModel
import Logging
import Producer

/// A program with dashboards written in Swift. It is a producer with everything that goes with one: `MyApp dev` serves it
/// from one process, `MyApp producer` publishes it through Redis to any number of fronts.
///
/// ```swift
/// import Splitflap
///
/// @main struct Hello: DashboardApp {
///   var pages: [Page] { Page("/") { H1("Hello") } }
/// }
/// ```
@MainActor
public protocol DashboardApp {
  init()

  @PageBuilder var pages: [Page] { get }

  /// What definition files may show with `type: swift`.
  @SourceBuilder var sources: [Source] { get }

  /// Drawings of component types of your own.
  var modules: [Module] { get }

  /// Called when this producer has the pages: at the start, or when it takes over from another one. ``Stored``
  /// properties have their values by then. It may wait; throwing, it is begun anew like a task.
  func startup() async throws

  /// Called at the end of the process, after all tasks have been told to stop and before another producer takes the pages:
  /// what it changes is shown and kept. It may take 5 s. It is also called when another producer has taken them already;
  /// then nothing is kept.
  func shutdown() async
}

extension DashboardApp {
  public var sources: [Source] { [] }
  public var modules: [Module] { [] }
  public func startup() async throws {}
  public func shutdown() async {}

  /// Runs the program with the arguments of the process, `dev` without any, and ends it.
  public static func main() async {
    end(await AppLaunch.$current.withValue(AppLaunch { Self() }) { await SplitflapCommand.run(AppCommand.self) })
  }
}

/// Data that code yields, for definition files: `pods: { type: swift, task: PodWatcher }`.
@MainActor
public struct Source {
  let name: String
  let value: @MainActor () async throws -> JSON

  /// `value` is run whenever the file's source is due; its result is what `pick` and `from` see of it.
  public init<Value: Encodable>(_ name: String, value: @escaping @MainActor () async throws -> Value) {
    self.name = name
    self.value = { JSON(encoding: try await value()) }
  }
}

/// Collects the sources of an app.
@resultBuilder
public enum SourceBuilder {
  public static func buildBlock(_ sources: Source...) -> [Source] { sources }
}

/// The program that was started, for the commands.
struct AppLaunch: Sendable {
  @TaskLocal static var current: AppLaunch?

  let make: @MainActor @Sendable () -> any DashboardApp

  @MainActor
  func author(logger: Logger, giveUp: (@Sendable () -> Void)? = nil) -> AppRunner {
    AppRunner(logger: logger, giveUp: giveUp, make: make)
  }
}
