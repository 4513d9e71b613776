package import DashboardModel

/// One Redis command. The text of `INFO` becomes an object, and so do the names and values of `HGETALL`.
package struct RedisSource: Source {
  private let command: [String]
  private let send: @Sendable ([String]) async throws -> JSON

  /// `send` gives the reply of a command as JSON.
  package init(command: [String], send: @escaping @Sendable ([String]) async throws -> JSON) {
    self.command = command
    self.send = send
  }

  package func fetch() async throws -> JSON {
    let reply = try await send(command)
    switch (command.first?.uppercased(), reply) {
    case ("INFO", .string(let text)): return RedisInfo.object(text)
    case ("HGETALL", .array(let values)): return Self.pairs(values)
    default: return reply
    }
  }

  private static func pairs(_ values: [JSON]) -> JSON {
    .object(JSON.Members(stride(from: 0, to: values.count - 1, by: 2).map {
      JSON.Member(name: values[$0].text ?? "", value: values[$0 + 1])
    }))
  }
}
