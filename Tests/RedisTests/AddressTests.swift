import FoundationEssentials
import Redis
import Testing

@Suite struct AddressTests {
  @Test func `a full address is read in all its parts`() throws {
    let address = try RedisAddress("redis://ops:p%40ss%2F%3A%25@db.example:6380/3")

    #expect(address.endpoint == .tcp(host: "db.example", port: 6380))
    #expect((address.user, address.password, address.database) == ("ops", "p@ss/:%", 3))
    #expect(!address.usesTLS)
  }

  @Test func `what is left out has its usual value`() throws {
    #expect(try RedisAddress("redis://db").endpoint == .tcp(host: "db", port: 6379))
    #expect(try RedisAddress("redis://:pw@db").user == nil)
    #expect(try RedisAddress("rediss://db/").usesTLS)
    #expect(try RedisAddress("redis://[::1]:7000/1").endpoint == .tcp(host: "::1", port: 7000))
    #expect(try RedisAddress("unix:///run/redis.sock").endpoint == .unix(path: "/run/redis.sock"))
  }

  @Test func `a password with an at sign needs no encoding`() throws {
    let address = try RedisAddress("redis://:a@b@db")

    #expect(address.password == "a@b")
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

  @Test func `a password comes from a file's first line`() throws {
    let path = "/tmp/splitflap-password-\(UInt64.random(in: 0 ... .max))"
    try Data("s3cr3t\nmore".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var address = RedisAddress()

    try address.readPassword(fromFile: path)

    #expect(address.password == "s3cr3t")
    #expect(throws: RedisAddressError.self) { try address.readPassword(fromFile: path + "-absent") }
  }
}
