import FoundationEssentials
import NIOCore
import Redis
import Testing
import TestSupport

@Suite(
  .enabled(if: RedisServer.isAvailable && Certificates.isAvailable, "redis-server or openssl is not installed"),
  .serialized, .timeLimit(.minutes(2)))
struct TLSTests {
  @Test func `commands and published messages travel over TLS`() async throws {
    let certificates = try Certificates()
    let server = try RedisServer(certificates)
    let address = address(server, certificates)
    let (heard, hearing) = AsyncStream<String>.makeStream()
    let subscriber = try RedisSubscriber(RedisConfiguration(address)) { event in
      if case .message(_, let bytes) = event { hearing.yield(String(decoding: bytes, as: UTF8.self)) }
      if case .subscribed = event { hearing.yield("subscribed") }
    }
    defer { subscriber.stop() }
    subscriber.subscribe(["news"])
    var news = heard.makeAsyncIterator()
    #expect(await news.next() == "subscribed")

    try await withClient(address: address, timing: .patient) { (client, key) async throws in
      let bytes = [UInt8](repeating: 7, count: 1_000_000)
      _ = try await client.send(RedisCommand([Array("SET".utf8), Array(key.utf8), bytes])).get()
      #expect(try await client.send(RedisCommand("GET", key)).get() == .bytes(bytes))
      _ = try await client.send(RedisCommand("PUBLISH", "news", "x")).get()
    }

    #expect(await news.next() == "x")
  }

  @Test(arguments: ["localhost", "127.0.0.1"])
  func `the certificate must be made out to the host that was asked for`(_ host: String) async throws {
    let right = try Certificates()
    let server = try RedisServer(right)
    try await withClient(address: address(server, right, host: host), timing: .patient) { (client, _) async throws in
      #expect(try await client.send(RedisCommand("PING")).get() == .status("PONG"))
    }

    let wrong = try Certificates(name: "DNS:elsewhere.example,IP:192.0.2.1")
    let other = try RedisServer(wrong)
    let reason = try await reason(address(other, wrong, host: host))

    #expect(reason.contains("made out to another name"), "\(reason)")
  }

  @Test func `an authority we do not know is refused, again and again`() async throws {
    let certificates = try Certificates()
    let server = try RedisServer(certificates)
    var address = address(server, certificates)
    address.authorityFile = certificates.otherAuthority
    let states = States()
    let client = try RedisClient(RedisConfiguration(address)) { states.add($0) }
    defer { client.stop() }

    await states.wait { $0.count >= 3 }

    for state in states.all {
      guard case .disconnected(let reason) = state else { return #expect(Bool(false), "\(state)") }
      #expect(reason.contains("not from an authority we trust"), "\(reason)")
    }
  }

  @Test func `a server that asks for a certificate gets ours`() async throws {
    let certificates = try Certificates()
    let server = try RedisServer(certificates, asksClients: true)
    var address = address(server, certificates)
    let without = try await reason(address)
    #expect(without.contains("certificate from us"), "\(without)")

    (address.certificateFile, address.keyFile) = (certificates.certificate("client"), certificates.key("client"))
    try await withClient(address: address, timing: .patient) { (client, _) async throws in
      #expect(try await client.send(RedisCommand("PING")).get() == .status("PONG"))
    }
  }

  @Test func `TLS to a plain port says so`() async throws {
    let server = try RedisServer()

    let reason = try await reason(RedisAddress("rediss://127.0.0.1:\(server.port)"))

    #expect(reason.contains("does not speak TLS"), "\(reason)")
  }

  @Test func `a plain address for a TLS port says so`() async throws {
    let server = try RedisServer(Certificates())

    let reason = try await reason(RedisAddress(port: server.port))

    #expect(reason.contains("TLS on this port (rediss://"), "\(reason)")
  }

  @Test func `sentinels and the primary they name are asked over TLS`() async throws {
    let certificates = try Certificates()
    let primary = try RedisServer(certificates)
    let port = try RedisServer.freePort()
    let tls = certificates.options(port: port).chunked().map { "\($0.dropFirst(2)) \($1)" }
    let sentinel = try RedisSentinel(of: primary, port: port, lines: tls)
    var address = address(primary, certificates)
    address.endpoint = .sentinels([.init(host: "127.0.0.1", port: sentinel.port)], primary: "board")

    try await withClient(address: address, timing: .patient) { (client, _) async throws in
      #expect(try await client.send(RedisCommand("PING")).get() == .status("PONG"))
    }
  }

  @Test func `files that cannot be used are named at the start`() throws {
    let certificates = try Certificates()
    var address = try RedisAddress("rediss://localhost")
    try address.check()

    address.authorityFile = "/nowhere/ca.pem"
    #expect(throws: RedisAddressError.self) { try address.check() }
    (address.authorityFile, address.certificateFile) = (certificates.authority, certificates.certificate("client"))
    #expect(throws: RedisAddressError.self) { try address.check() }
    address.keyFile = certificates.key("server")
    #expect(throws: RedisAddressError.self) { try address.check() }
    address.keyFile = certificates.key("client")
    try address.check()
    address.usesTLS = false
    #expect(throws: RedisAddressError.self) { try address.check() }
  }

  private func address(_ server: RedisServer, _ certificates: Certificates, host: String = "127.0.0.1") -> RedisAddress {
    var address = RedisAddress(host: host, port: server.port)
    address.usesTLS = true
    address.authorityFile = certificates.authority
    return address
  }

  /// Why no connection can be had.
  private func reason(_ address: RedisAddress) async throws -> String {
    let client = try RedisClient(RedisConfiguration(address))
    defer { client.stop() }
    let error = await #expect(throws: RedisError.self) { try await client.ready().get() }
    return "\(try #require(error))"
  }
}

extension [String] {
  fileprivate func chunked() -> [(String, String)] {
    stride(from: 0, to: count - 1, by: 2).map { (self[$0], self[$0 + 1]) }
  }
}
