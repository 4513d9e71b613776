import FoundationEssentials
import Redis
import Testing

@Suite struct AddressTests {
  @Test func `a full address is read in all its parts`() throws {
    let address = try RedisAddress("redis://ops:p%40ss%2F%3A%25@db.example:6380/3")

    #expect(address.endpoint == .tcp(host: "db.example", port: 6380))
    #expect((address.login.user, address.login.password, address.database) == ("ops", "p@ss/:%", 3))
    #expect(!address.usesTLS)
  }

  @Test func `what is left out has its usual value`() throws {
    #expect(try RedisAddress("redis://db").endpoint == .tcp(host: "db", port: 6379))
    #expect(try RedisAddress("redis://:pw@db").login.user == nil)
    #expect(try RedisAddress("rediss://db/").usesTLS)
    #expect(try RedisAddress("redis://[::1]:7000/1").endpoint == .tcp(host: "::1", port: 7000))
    #expect(try RedisAddress("unix:///run/redis.sock").endpoint == .unix(path: "/run/redis.sock"))
  }

  @Test func `a password with an at sign needs no encoding`() throws {
    let address = try RedisAddress("redis://:a@b@db")

    #expect(address.login.password == "a@b")
    #expect(address.endpoint == .tcp(host: "db", port: 6379))
  }

  @Test(arguments: [
    "", "db", "http://db", "redis://", "redis://:pw@", "redis://db:0", "redis://db:65536", "redis://db:x", "redis://db:-1",
    "redis://db/x", "redis://db/-1", "redis://db/99999999999999999999", "redis://u:s3cr3t/x@db", "redis://:%s3cr3t@db",
    "redis://:s3cr3t%4@db", "redis://:s3cr3t%+1@db", "redis://:s3cr3t%ff@db", "redis://d b", "redis://[::1", "unix://x",
  ])
  func `a malformed address is refused without telling the password`(_ text: String) {
    let error = #expect(throws: RedisAddressError.self) { try RedisAddress(text) }

    #expect(error?.description.contains("s3cr3t") == false)
  }

  @Test func `no description shows the password`() throws {
    let address = try RedisAddress("redis://ops:s3cr3t@db/1")
    var dumped = ""
    dump(address, to: &dumped)

    #expect("\(address)" == "redis://ops:***@db:6379/1")
    #expect(!"\(address) \(String(reflecting: address)) \(dumped)".contains("s3cr3t"))
  }

  @Test func `sentinels are listed before the primary's name`() throws {
    let address = try RedisAddress("rediss+sentinel://ops:s3cr3t@one,two:7000,[::1]:7001/board/3")

    let places = [("one", 26_379), ("two", 7000), ("::1", 7001)].map { RedisAddress.Place(host: $0.0, port: $0.1) }
    #expect(address.endpoint == .sentinels(places, primary: "board"))
    #expect((address.login.user, address.database, address.usesTLS) == ("ops", 3, true))
    #expect("\(address)" == "rediss+sentinel://ops:***@one:26379,two:7000,[::1]:7001/board/3")
  }

  @Test(arguments: [
    "redis+sentinel://", "redis+sentinel://one", "redis+sentinel://one/", "redis+sentinel://one,,two/board",
    "redis+sentinel://one:x/board", "redis+sentinel://one/board/x", "redis+sentinel://one/bo ard", "sentinel://one/board",
    "redis://db/0/1",
  ])
  func `a malformed list of sentinels is refused`(_ text: String) {
    #expect(throws: RedisAddressError.self) { try RedisAddress(text) }
  }

  @Test func `a password file that is missing or empty is a mistake`() throws {
    var address = RedisAddress()
    address.login.passwordFile = "/tmp/splitflap-password-\(UInt64.random(in: 0 ... .max))"

    #expect(throws: RedisAddressError.self) { try address.check() }
    let path = try #require(address.login.passwordFile)
    try Data("\n".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: RedisAddressError.self) { try address.check() }
    try Data("s3cr3t\n".utf8).write(to: URL(filePath: path))
    try address.check()
  }
}
