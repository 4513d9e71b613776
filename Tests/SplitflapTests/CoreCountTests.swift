import Foundation
import Testing

@testable import Splitflap

struct CoreCountTests {
  @Test(arguments: [
    ("Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2), ("Cpus_allowed:\tff,00000001\n", 9),
    ("Cpus_allowed:\t0\n", 0), ("Name:\tCpus_allowed\n", nil), ("", nil),
  ])
  func `the cores a process may run on are counted`(status: String, count: Int?) {
    #expect(CoreCount.allowed(in: status) == count)
  }

  @Test func `there is always a core, and never more than the machine has`() {
    #expect((1...ProcessInfo.processInfo.processorCount).contains(CoreCount.usable))
  }
}
