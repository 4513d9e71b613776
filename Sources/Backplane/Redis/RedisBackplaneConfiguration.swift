package import Logging
package import NIOCore
package import Redis

/// How a backplane reaches its Redis.
package struct RedisBackplaneConfiguration: Sendable {
  package var address: RedisAddress
  /// Before every key and channel.
  package var prefix = "sf:"
  package var timing = RedisTiming()
  package var logger = Logger(label: "backplane")
  /// Where callbacks come; by default any of the process' loops.
  package var eventLoop: (any EventLoop)?

  package init(_ address: RedisAddress) { self.address = address }

  func redis(name: String) -> RedisConfiguration {
    var configuration = RedisConfiguration(address, logger: logger)
    configuration.name = name
    configuration.timing = timing
    return configuration
  }
}
