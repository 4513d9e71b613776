import ArgumentParser
import DashboardFiles
import Foundation
import Front
import Logging
import NIOCore
import Redis
import WebServer

/// Reads what a flag leaves open from the environment; a wrong value names flag and variable.
struct Settings {
  static let environment = ProcessInfo.processInfo.environment

  static func value(_ flag: String?, _ variable: String) -> String? {
    flag ?? environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  static func number(_ flag: String?, _ name: String, _ variable: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = value(flag, variable) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw CommandFailure.usage(
        "--\(name) (\(variable)) must be a number from \(range.lowerBound) to \(range.upperBound), not \"\(printable(text))\"")
    }
    return number
  }

  /// At most 80 characters, control characters left out.
  static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(80)))
  }
}

/// Where the Redis of the backplane is.
struct RedisOptions: ParsableArguments {
  @Option(help: "redis://, rediss:// (TLS), redis+sentinel://a,b/name or unix:// address [SPLITFLAP_REDIS_URL] (default: redis://127.0.0.1:6379)")
  var redis: String?
  @Option(help: "file with the Redis password, read again at each connection [SPLITFLAP_REDIS_PASSWORD_FILE]")
  var redisPasswordFile: String?
  @Option(help: "file with the authority to trust for rediss:// [SPLITFLAP_REDIS_CA_FILE]")
  var redisCaFile: String?
  @Option(help: "file with a certificate to show to Redis [SPLITFLAP_REDIS_CERT_FILE]")
  var redisCertFile: String?
  @Option(help: "file with that certificate's key [SPLITFLAP_REDIS_KEY_FILE]")
  var redisKeyFile: String?
  @Option(help: "user of the sentinels [SPLITFLAP_REDIS_SENTINEL_USER]")
  var redisSentinelUser: String?
  @Option(help: "file with the sentinels' password [SPLITFLAP_REDIS_SENTINEL_PASSWORD_FILE]")
  var redisSentinelPasswordFile: String?

  func address() throws -> RedisAddress {
    let text = Settings.value(redis, "SPLITFLAP_REDIS_URL") ?? "redis://127.0.0.1:6379"
    do throws(RedisAddressError) {
      var address = try RedisAddress(text)
      address.login.passwordFile = Settings.value(redisPasswordFile, "SPLITFLAP_REDIS_PASSWORD_FILE")
      address.sentinelLogin.user = Settings.value(redisSentinelUser, "SPLITFLAP_REDIS_SENTINEL_USER")
      address.sentinelLogin.passwordFile = Settings.value(
        redisSentinelPasswordFile, "SPLITFLAP_REDIS_SENTINEL_PASSWORD_FILE")
      address.authorityFile = Settings.value(redisCaFile, "SPLITFLAP_REDIS_CA_FILE")
      address.certificateFile = Settings.value(redisCertFile, "SPLITFLAP_REDIS_CERT_FILE")
      address.keyFile = Settings.value(redisKeyFile, "SPLITFLAP_REDIS_KEY_FILE")
      try address.check()
      return address
    } catch {
      throw CommandFailure.configuration("--redis (SPLITFLAP_REDIS_URL): \(error)")
    }
  }
}

/// Where a front listens and what it lets in.
struct WebOptions: ParsableArguments {
  @Option(help: "address to listen on [SPLITFLAP_HOST] (default: 127.0.0.1 for dev, 0.0.0.0 for front)")
  var host: String?
  @Option(help: "port to listen on, 1 to 65535, or 0 for any [SPLITFLAP_PORT] (default: 8080)")
  var port: String?
  @Option(help: "folder of the browser client [SPLITFLAP_CLIENT] (default: client, beside the program or here)")
  var client: String?
  @Option(help: "host names a request may ask for, by commas [SPLITFLAP_ALLOWED_HOSTS] (default: loopback names for dev, any for front)")
  var allowedHosts: String?
  @Option(help: "peers whose X-Forwarded-For is believed, addresses or ranges by commas [SPLITFLAP_TRUSTED_PROXIES]")
  var trustedProxies: String?
  @Option(help: "dashboard that / leads to [SPLITFLAP_HOME] (default: overview)")
  var home: String?
  @Option(help: "event loops, 1 to 64 [SPLITFLAP_THREADS] (default: one per core)")
  var threads: String?
  @Option(help: "connections at once, 100 to 1000000 [SPLITFLAP_CONNECTIONS] (default: 10000)")
  var connections: String?
  @Flag(help: "share the port with other fronts of this machine, by SO_REUSEPORT [SPLITFLAP_REUSE_PORT=1]")
  var reusePort = false
  @Flag(help: "mark the session cookie Secure; needs HTTPS in front [SPLITFLAP_SECURE_COOKIES=1]")
  var secureCookies = false
  @Option(help: "file of those who may sign in [SPLITFLAP_USERS] (default: nobody signs in)")
  var users: String?

  func webConfiguration(host standard: String, allowedHosts hosts: [String]?) throws -> WebServerConfiguration {
    var web = WebServerConfiguration(
      host: Settings.value(host, "SPLITFLAP_HOST") ?? standard,
      port: try Settings.number(port, "port", "SPLITFLAP_PORT", in: 0...65535) ?? 8080)
    // Loopback names always work, for health checks; no other site can make a browser use them.
    web.allowedHosts = (Settings.value(allowedHosts, "SPLITFLAP_ALLOWED_HOSTS").map(words) ?? hosts).map {
      $0 + ["localhost", "127.0.0.1", "::1", "[::1]"]
    }
    web.limits.connections =
      try Settings.number(connections, "connections", "SPLITFLAP_CONNECTIONS", in: 100...1_000_000) ?? web.limits.connections
    web.reusePort = reusePort || Settings.environment["SPLITFLAP_REUSE_PORT"] == "1"
    web.allowedHostsHint = "Name it in --allowed-hosts (SPLITFLAP_ALLOWED_HOSTS)."
    web.trustedProxies = try words(Settings.value(trustedProxies, "SPLITFLAP_TRUSTED_PROXIES") ?? "").map { text in
      guard let range = AddressRange(text) else {
        throw CommandFailure.usage("--trusted-proxies: \"\(Settings.printable(text))\" is no address or range")
      }
      return range
    }
    return web
  }

  func frontSettings() throws -> FrontSettings {
    var front = FrontSettings()
    front.clientFolder = try clientFolder()
    front.home = Settings.value(home, "SPLITFLAP_HOME") ?? front.home
    front.secureCookies = secureCookies || Settings.environment["SPLITFLAP_SECURE_COOKIES"] == "1"
    return front
  }

  /// The users file, if one is named, and those it names now.
  func usersFile() throws -> UsersFile? {
    guard let path = Settings.value(users, "SPLITFLAP_USERS") else { return nil }
    return UsersFile(path: path)
  }

  func threadCount() throws -> Int {
    try Settings.number(threads, "threads", "SPLITFLAP_THREADS", in: 1...64) ?? CoreCount.usable
  }

  private func words(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }.filter { !$0.isEmpty }
  }

  /// The folder named, or the first that exists: here, beside the program, above the build folder, as installed.
  private func clientFolder() throws -> String {
    if let named = Settings.value(client, "SPLITFLAP_CLIENT") { return named }
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    // The last is for programs that were built with Splitflap as a package: its checkout is still there.
    let checkout = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../client").standardized.path
    let places = ["client", program.appendingPathComponent("client").path, "/usr/share/splitflap/client", checkout]
    guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0 + "/main.js") }) else {
      throw CommandFailure.configuration("the browser client is not found; name its folder with --client (SPLITFLAP_CLIENT)")
    }
    return found
  }
}

/// Which definition files to read.
struct FolderOptions: ParsableArguments {
  @Argument(help: "folder of the definition files [SPLITFLAP_DASHBOARDS] (default: dashboards)")
  var folder: String?
  @Option(help: "folder with one file per secret, for ${secret.NAME} [SPLITFLAP_SECRETS_DIR]")
  var secrets: String?

  /// `nil` only where the folder `isOptional`, not named and not there: a program with pages of its own.
  func dashboardFolder(isOptional: Bool) throws -> DashboardFolder? {
    let named = Settings.value(folder, "SPLITFLAP_DASHBOARDS")
    if isOptional, named == nil, !FileManager.default.fileExists(atPath: "dashboards") { return nil }
    return try dashboardFolder()
  }

  func dashboardFolder() throws -> DashboardFolder {
    let path = Settings.value(folder, "SPLITFLAP_DASHBOARDS") ?? "dashboards"
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      throw CommandFailure.configuration("there is no folder \"\(Settings.printable(path))\" with definition files")
    }
    return DashboardFolder(
      path: path, environment: Settings.environment,
      secretsFolder: Settings.value(secrets, "SPLITFLAP_SECRETS_DIR"))
  }
}

/// How much is logged.
struct LogOptions: ParsableArguments {
  @Option(help: "trace, debug, info, warning or error [SPLITFLAP_LOG_LEVEL] (default: info)")
  var logLevel: String?

  func logger(_ label: String) throws -> Logger {
    let text = Settings.value(logLevel, "SPLITFLAP_LOG_LEVEL") ?? "info"
    guard let level = Logger.Level(rawValue: text.lowercased()) else {
      throw CommandFailure.usage("--log-level (SPLITFLAP_LOG_LEVEL) must be trace, debug, info, warning or error")
    }
    var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = level
    return logger
  }
}
