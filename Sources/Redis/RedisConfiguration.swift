package import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// How a client or a subscriber reaches its Redis.
package struct RedisConfiguration: Sendable {
  package var address: RedisAddress
  /// Shown by CLIENT LIST.
  package var name = "splitflap"
  package var timing = RedisTiming()
  package var logger: Logger

  package init(_ address: RedisAddress, logger: Logger = Logger(label: "redis")) {
    self.address = address
    self.logger = logger
  }
}

extension RedisConfiguration {
  /// Log in, choose the database, say who we are, and ask whether this is a primary that answers.
  var greeting: [RedisCommand] {
    var commands: [RedisCommand] = []
    if let password = address.password {
      commands.append(RedisCommand(texts: ["AUTH"] + (address.user.map { [$0] } ?? []) + [password]))
    }
    if address.database != 0 { commands.append(RedisCommand("SELECT", "\(address.database)")) }
    return commands + [RedisCommand("CLIENT", "SETNAME", name), RedisCommand("ROLE"), RedisCommand("PING")]
  }

  /// Why the answers to the greeting do not let us work; `nil` when they do.
  func refusal(of replies: [RedisValue]) -> String? {
    for (command, reply) in zip(greeting, replies) {
      let word = String(decoding: command.words[0], as: UTF8.self)
      // The name is a courtesy: a user without that right may go on.
      if let error = reply.failure, word != "CLIENT" { return "\(word) refused: \(error.message)" }
      if word == "ROLE", reply.elements?.first?.text != "master" {
        return "the server is no primary but \(reply.elements?.first?.text ?? "unknown")"
      }
    }
    return nil
  }

  /// Made once per client, for reading the authorities costs milliseconds.
  func makeTLS() throws -> NIOSSLContext? {
    guard address.usesTLS else { return nil }
    var tls = TLSConfiguration.makeClientConfiguration()
    if let file = address.authorityFile { tls.trustRoots = .file(file) }
    return try NIOSSLContext(configuration: tls)
  }

  func connect(on eventLoop: any EventLoop, tls: NIOSSLContext?) -> EventLoopFuture<any Channel> {
    let timing = timing
    let serverName = tlsServerName
    let bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(timing.connectTimeout)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: serverName)
            try channel.pipeline.syncOperations.addHandler(handler)
          }
          try channel.pipeline.syncOperations.addHandler(RedisChannelHandler(timing: timing))
        }
      }
    switch address.endpoint {
    case .tcp(let host, let port): return bootstrap.connect(host: host, port: port)
    case .unix(let path): return bootstrap.connect(unixDomainSocketPath: path)
    }
  }

  // An IP address cannot be a server name in TLS; the certificate is then checked against the address itself.
  private var tlsServerName: String? {
    guard case .tcp(let host, let port) = address.endpoint else { return nil }
    return (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil
  }
}
