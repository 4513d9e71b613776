import DashboardModel
import Logging
import Redis
import Synchronization

/// Sends the commands of `redis` sources, over one connection per server, which is closed when nobody has asked for a while.
final class RedisQueries: Sendable {
  private let own: RedisOptions?
  private let logger: Logger
  private let clients = Mutex<[String: Open]>([:])

  private struct Open {
    let client: RedisClient
    var lastAsked: ContinuousClock.Instant
  }

  /// Sources that ask more seldom than this get a connection of their own each time.
  private static let idle = Duration.seconds(120)

  /// `own` is the Redis of sources that name none; `nil` where there is none.
  init(own: RedisOptions?, logger: Logger) {
    self.own = own
    self.logger = logger
  }

  /// Why a source gets no reply, in words for its component.
  struct Refusal: Error, CustomStringConvertible {
    var description: String
  }

  func ask(_ command: [String], _ url: String?) async throws -> JSON {
    let client = try client(url)
    do {
      try await client.ready().get()
      return JSON(try await client.send(RedisCommand(texts: command)).get())
    } catch RedisError.server(let error) {
      throw Refusal(description: "Redis answered: \(error.message)")
    } catch {
      throw Refusal(description: "Redis cannot be reached")
    }
  }

  /// Closes every connection; a source that asks later makes a new one.
  func stop() {
    let all = clients.withLock { clients in
      defer { clients = [:] }
      return Array(clients.values)
    }
    for open in all { open.client.stop() }
  }

  private func client(_ url: String?) throws -> RedisClient {
    let now = ContinuousClock.now
    return try clients.withLock { clients in
      for (name, open) in clients where now - open.lastAsked > Self.idle && name != url ?? "" {
        open.client.stop()
        clients[name] = nil
      }
      var configuration = RedisConfiguration(try address(url), logger: logger)
      // Somebody's replica is as good to read from.
      configuration.needsPrimary = url == nil
      let client = try clients[url ?? ""]?.client ?? RedisClient(configuration)
      clients[url ?? ""] = Open(client: client, lastAsked: now)
      return client
    }
  }

  private func address(_ url: String?) throws -> RedisAddress {
    if let url { return try RedisAddress(url) }
    guard let own else { throw Refusal(description: "no Redis is known here; give the source a url, or start with --redis") }
    return try own.address()
  }
}

extension JSON {
  /// A reply as a source sees it.
  fileprivate init(_ value: RedisValue) {
    switch value {
    case .null: self = .null
    case .integer(let number): self = .number(Double(number))
    case .status(let text): self = .string(text)
    case .bytes(let bytes):
      let text = String(decoding: bytes, as: UTF8.self)
      self = .string(text)
    case .array(let values): self = .array(values.map(JSON.init))
    case .error(let error): self = .string(error.message)
    }
  }
}
