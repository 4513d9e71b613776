package import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// How a client or a subscriber reaches its Redis.
package struct RedisConfiguration: Sendable {
  package var address: RedisAddress
  /// Shown by CLIENT LIST.
  package var name = "splitflap"
  /// False for one that is only asked, which may be a replica.
  package var needsPrimary = true
  package var timing = RedisTiming()
  package var logger: Logger

  package init(_ address: RedisAddress, logger: Logger = Logger(label: "redis")) {
    self.address = address
    self.logger = logger
  }
}

extension RedisConfiguration {
  /// Log in, choose the database, say who we are, and ask whether this is a primary that answers.
  func greeting() throws(RedisAddressError) -> [RedisCommand] {
    var commands = try address.login.commands()
    if address.database != 0 { commands.append(RedisCommand("SELECT", "\(address.database)")) }
    commands.append(RedisCommand("CLIENT", "SETNAME", name))
    if needsPrimary { commands.append(RedisCommand("ROLE")) }
    return commands + [RedisCommand("PING")]
  }

  /// Why the answers to the greeting do not let us work; `nil` when they do.
  func refusal(of replies: [RedisValue], to greeting: [RedisCommand]) -> Refusal? {
    for (command, reply) in zip(greeting, replies) {
      let word = String(decoding: command.words[0], as: UTF8.self)
      if let error = reply.failure, !Self.isHarmless(error, to: word) {
        return .other("\(word) refused: \(error.message)")
      }
      if word == "ROLE", reply.elements?.first?.text != "master" {
        return .notPrimary("the server is no primary but \(reply.elements?.first?.text ?? "unknown")")
      }
    }
    return nil
  }

  enum Refusal {
    case notPrimary(String)
    case other(String)
  }

  // The name is a courtesy: a user without that right may go on. And a server whose disk is full refuses even PING, yet
  // gives everything that is only read.
  private static func isHarmless(_ error: RedisServerError, to word: String) -> Bool {
    word == "CLIENT" || word == "PING" && error.kind == .misconfigured
  }

  /// Connects to a server, or to a sentinel.
  func connect(to endpoint: RedisAddress.Endpoint, on eventLoop: any EventLoop, tls: NIOSSLContext?)
    -> EventLoopFuture<any Channel>
  {
    let timing = timing
    let bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(timing.connectTimeout)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: endpoint.serverName)
            try channel.pipeline.syncOperations.addHandler(handler)
          }
          try channel.pipeline.syncOperations.addHandler(RedisChannelHandler(timing: timing, usesTLS: tls != nil))
        }
      }
    switch endpoint {
    case .tcp(let host, let port): return bootstrap.connect(host: host, port: port)
    case .unix(let path): return bootstrap.connect(unixDomainSocketPath: path)
    case .sentinels: return eventLoop.makeFailedFuture(RedisError.unexpected("sentinels are no server"))
    }
  }
}

extension RedisAddress.Endpoint {
  /// What the certificate must be made out to. An IP address cannot be a server name in TLS; the certificate is then
  /// checked against the address itself.
  fileprivate var serverName: String? {
    guard case .tcp(let host, let port) = self else { return nil }
    return (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil
  }
}
