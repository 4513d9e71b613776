import Glibc
import Testing

@testable import Producer

struct BlockingWorkTests {
  @Test func `a read that hangs lets its caller go, and no second one is begun`() async throws {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    let (readEnd, writeEnd) = (ends[0], ends[1])
    let work = BlockingWork()
    let hang: @Sendable () -> Int = {
      var byte: UInt8 = 0
      return read(readEnd, &byte, 1)
    }

    let cancelled = await withTaskGroup(of: Bool.self) { group in
      group.addTask { await (try? work.run(hang)) == nil }
      group.cancelAll()
      return await group.next()
    }

    #expect(cancelled == true)
    await #expect(throws: SourceError("the last read has not come back yet")) { try await work.run { 1 } }
    close(writeEnd)
    while (try? await work.run { 1 }) == nil { await Task.yield() }
    #expect(try await work.run { 2 } == 2)
    close(readEnd)
  }
}
