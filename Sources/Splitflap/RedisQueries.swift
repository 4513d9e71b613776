import DashboardModel
import Logging
import Redis
import Synchronization

/// Sends the commands of `redis` sources, over one connection per server.
final class RedisQueries: Sendable {
  private let own: RedisOptions?
  private let logger: Logger
  private let clients = Mutex<[String: RedisClient]>([:])

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
    for client in all { client.stop() }
  }

  private func client(_ url: String?) throws -> RedisClient {
    try clients.withLock { clients in
      if let client = clients[url ?? ""] { return client }
      let client = try RedisClient(RedisConfiguration(try address(url), logger: logger))
      clients[url ?? ""] = client
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
