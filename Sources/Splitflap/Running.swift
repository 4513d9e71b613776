import Backplane
import Foundation
import Front
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import WebServer

/// Runs services until SIGTERM or SIGINT, then ends them in reverse order.
func runServices(_ services: [any Service], logger: Logger) async throws {
  signal(SIGPIPE, SIG_IGN)
  var quiet = logger
  quiet.logLevel = max(logger.logLevel, .warning)
  var configuration = ServiceGroupConfiguration(
    services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
    gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
  configuration.maximumGracefulShutdownDuration = .seconds(10)
  do {
    try await ServiceGroup(configuration: configuration).run()
  } catch BackplaneError.mismatch(let reason) {
    throw CommandFailure.configuration(reason)
  } catch let error as ClientFiles.Missing {
    throw CommandFailure.configuration(error.description)
  }
}

/// Makes the event loops of a front once all settings have been found right, and ends them when it has.
func withEventLoops(
  _ threads: Int, for web: WebServerConfiguration, _ body: (MultiThreadedEventLoopGroup) async throws -> Void
) async throws {
  let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: threads)
  let result: Result<Void, any Error>
  do { result = .success(try await body(eventLoops)) } catch { result = .failure(error) }
  try? await eventLoops.shutdownGracefully()
  do {
    try result.get()
  } catch let error as IOError {
    throw CommandFailure.failed("cannot listen on \(web.host), port \(web.port): \(reason(error))")
  }
}

private func reason(_ error: IOError) -> String {
  switch error.errnoCode {
  case EADDRINUSE: "it is in use; choose another with --port"
  case EACCES: "not allowed; choose a port above 1023 with --port"
  case EADDRNOTAVAIL: "this machine has no such address; choose another with --host"
  default: String(cString: strerror(error.errnoCode))
  }
}
