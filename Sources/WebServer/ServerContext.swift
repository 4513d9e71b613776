import Logging
import NIOCore
import NIOHTTP1

/// What all connections of a server share.
struct ServerContext: Sendable {
  let configuration: WebServerConfiguration
  let hot: any HotRoutes
  let router: RouterBridge
  let ledger: ConnectionLedger
  let dates = DateClock()
  let logger: Logger
  let check: RequestCheck
  let addresses: ClientAddress
  let foreignProtocolLog = LogThrottle(interval: .seconds(60))

  init(configuration: WebServerConfiguration, hot: any HotRoutes, router: RouterBridge, logger: Logger) {
    self.configuration = configuration
    self.hot = hot
    self.router = router
    self.logger = logger
    ledger = ConnectionLedger(limits: configuration.limits)
    check = RequestCheck(
      allowedHosts: configuration.allowedHosts.map { Set($0.map { $0.lowercased() }) },
      allowedHostsHint: configuration.allowedHostsHint)
    addresses = ClientAddress(trustedProxies: configuration.trustedProxies)
  }

  var limits: WebLimits { configuration.limits }
}
