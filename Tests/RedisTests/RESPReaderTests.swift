import Testing

@testable import Redis

@Suite struct RESPReaderTests {
  private static let wire = "+OK\r\n:-7\r\n$-1\r\n$0\r\n\r\n$4\r\n\r\n+x\r\n*-1\r\n*3\r\n$1\r\na\r\n*1\r\n:1\r\n-ERR no\r\n-LOADING wait\r\n"
  private static let values: [RedisValue] = [
    .status("OK"), .integer(-7), .null, .bytes([]), .bytes(Array("\r\n+x".utf8)), .null,
    .array([.bytes(Array("a".utf8)), .array([.integer(1)]), .error(RedisServerError("ERR no"))]),
    .error(RedisServerError("LOADING wait")),
  ]

  @Test func `replies are the same wherever the bytes are split`() throws {
    let bytes = Array(Self.wire.utf8)

    for split in 0...bytes.count {
      #expect(try read([Array(bytes[..<split]), Array(bytes[split...])]) == Self.values)
    }
    #expect(try read(bytes.map { [$0] }) == Self.values)
  }

  @Test(arguments: [
    "?x\r\n", "HTTP/1.1 400\r\n", ">3\r\n", "$-5\r\n", "*-5\r\n", "$1099511627776\r\n", "$67108865\r\nabc", "*1099511627776\r\n",
    "*2000000\r\n", ":1x\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "*2\r\n+ok\r\n!x\r\n",
    "*1\r\n$99999999999\r\n",
  ])
  func `what is no reply or too large is an error`(_ text: String) {
    #expect(throws: RESPError.self) { try read([Array("+OK\r\n".utf8), Array(text.utf8)]) }
    #expect(throws: RESPError.self) { try read(text.utf8.map { [$0] }) }
  }

  @Test func `a reply may not grow beyond its limit`() {
    let limits = RESPLimits(string: 100, reply: 1000)
    let endless = Array("*500\r\n".utf8) + Array(repeatElement("+0123456789\r\n".utf8, count: 100).joined())

    #expect(throws: RESPError.self) { try read([endless], limits) }
    #expect(throws: Never.self) { try read(Array(repeating: Array("$10\r\n0123456789\r\n".utf8), count: 500), limits) }
  }

  @discardableResult
  private func read(_ chunks: [[UInt8]], _ limits: RESPLimits = RESPLimits()) throws -> [RedisValue] {
    var reader = try RESPReader(limits: limits)
    var values: [RedisValue] = []
    for chunk in chunks {
      try chunk.withUnsafeBytes { try reader.feed($0) }
      while let value = try reader.next() { values.append(value) }
    }
    return values
  }
}

@Suite struct ServerErrorTests {
  @Test(arguments: RedisServerError.Kind.allCases.filter { $0 != .other })
  func `each code is known, alone and inside a script of an old server`(_ kind: RedisServerError.Kind) {
    #expect(RedisServerError("\(kind.rawValue) some words").kind == kind)
    let wrapped = "ERR Error running script (call to f_1): @user_script:3: @user_script: 3: -\(kind.rawValue) words"
    #expect(RedisServerError(wrapped).kind == kind)
  }

  @Test func `other errors stay as they are`() {
    #expect(RedisServerError("ERR unknown command").kind == .other)
    #expect(RedisServerError("").kind == .other)
    #expect(RedisServerError("ERR -OOM is only mentioned").kind == .other)
  }
}
