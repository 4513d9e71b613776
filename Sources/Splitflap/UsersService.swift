import DashboardFiles
import DashboardModel
import Front
import Logging
import ServiceLifecycle

/// Reads the users file, and again whenever it changes. One with mistakes ends the program at the start; later it leaves
/// everybody as they were, and is told in the log.
struct UsersService: Service {
  let accounts: Accounts
  private let file: UsersFile
  private let logger: Logger

  /// How often the file is looked at.
  private static let interval = Duration.milliseconds(500)

  init(_ file: UsersFile, logger: Logger) throws {
    do throws(UsersFile.Mistakes) {
      accounts = Accounts(try file.read())
    } catch {
      throw CommandFailure.configuration("--users (SPLITFLAP_USERS): \(error.description)")
    }
    self.file = file
    self.logger = logger
    if file.isReadableByAll { logger.warning("the users file can be read by everybody on this machine", metadata: ["file": "\(file.path)"]) }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { [file] in
      var file = file
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        do throws(UsersFile.Mistakes) {
          guard let users = try file.readIfChanged() else { continue }
          accounts.replace(users)
          logger.notice("the users file was read again", metadata: ["users": "\(users.byName.count)"])
        } catch {
          logger.error("the users file has mistakes; nobody's rights were changed", metadata: ["reason": "\(error.description)"])
        }
      }
    }
  }
}
