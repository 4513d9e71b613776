/// Where a Redis is and how to log in; ``init(_:)`` reads it from a text such as `redis://db:6379/0`.
package struct RedisAddress: Hashable, Sendable {
  package struct Place: Hashable, Sendable {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  package enum Endpoint: Hashable, Sendable {
    case tcp(host: String, port: Int)
    case unix(path: String)
    /// Wherever these, asked in turn at each connection, say that the primary of that name is.
    case sentinels([Place], primary: String)
  }

  package var endpoint: Endpoint
  package var login = RedisLogin()
  /// For the sentinels, which have users and passwords of their own.
  package var sentinelLogin = RedisLogin()
  package var database = 0
  package var usesTLS = false
  /// A PEM file with the authorities to trust instead of the system's.
  package var authorityFile: String?
  /// PEM files with the certificate we show and its key, for a server that asks for one.
  package var certificateFile: String?
  package var keyFile: String?

  package init(host: String = "127.0.0.1", port: Int = 6379) { endpoint = .tcp(host: host, port: port) }

  package init(path: String) { endpoint = .unix(path: path) }

  /// Reads every file it names once, so that a wrong name is a mistake at the start and not a retry for ever.
  package func check() throws(RedisAddressError) {
    _ = try login.commands()
    _ = try sentinelLogin.commands()
    _ = try makeTLS()
  }
}

/// What is wrong with a Redis address; never holds the address itself, for it may hold a password.
package struct RedisAddressError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String
  init(_ description: String) { self.description = description }
}

extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address without the password.
  package var description: String {
    let login = (login.user ?? "") + (login.hasPassword ? ":***" : "")
    let at = login.isEmpty ? "" : "@"
    let scheme = usesTLS ? "rediss" : "redis"
    switch endpoint {
    case .unix(let path): return "unix://\(login)\(at)\(path)"
    case .tcp(let host, let port): return "\(scheme)://\(login)\(at)\(Place(host: host, port: port))/\(database)"
    case .sentinels(let places, let primary):
      let list = places.map(\.description).joined(separator: ",")
      return "\(scheme == "redis" ? "redis+sentinel" : "rediss+sentinel")://\(login)\(at)\(list)/\(primary)/\(database)"
    }
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension RedisAddress.Place: CustomStringConvertible {
  package var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
