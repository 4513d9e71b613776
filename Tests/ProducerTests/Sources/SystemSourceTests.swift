import DashboardModel
import Testing

@testable import Producer

struct SystemSourceTests {
  @Test func `the processor's shares are differences of two samples`() {
    let before = SystemText.cpu("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2\ncpu1 1 2\nintr 5\n")
    let now = SystemText.cpu("cpu  150 0 60 880 55 0 5 0 0 0\ncpu0 1 2\ncpu1 1 2\nintr 5\n")

    let share = now.share(since: before)

    #expect(now.cores == 2)
    #expect([share.busy, share.user, share.system, share.iowait] == [43.3, 33.3, 10, 3.3])
    #expect(now.share(since: now).busy == 0)
  }

  @Test func `memory counts what programs could have as available`() {
    let text = "MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  600 kB\nSwapTotal:  200 kB\nSwapFree:  150 kB\n"

    let (memory, swap) = SystemText.memory(text)

    #expect(memory == ["total": 1_024_000, "used": 409_600, "available": 614_400, "percent": 40])
    #expect(swap == ["total": 204_800, "used": 51_200, "percent": 25])
    #expect(SystemText.memory("").swap["percent"] == 0)
  }

  @Test func `load, uptime and the system's name`() {
    #expect(SystemText.load("0.20 0.18 1.12 1/80 11206\n") == ["one": 0.2, "five": 0.18, "fifteen": 1.12])
    #expect(SystemText.uptime("350735.47 234388.90\n") == 350735.47)
    #expect(SystemText.osName("NAME=x\nPRETTY_NAME=\"Debian 12 (bookworm)\"\n") == "Debian 12 (bookworm)")
    #expect(SystemText.osName("") == "Linux")
  }

  @Test func `interfaces without the loopback, rates without what only passes through`() {
    let head = "Inter-|   Receive  |  Transmit\n face |bytes packets|bytes packets\n"
    func sample(_ eth: Int, _ up: Double) -> SystemSample {
      let text = head + "    lo: 9 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\n  eth0:\(eth) 1 0 0 0 0 0 0 500 1 0 0 0 0 0 0\n"
        + "docker0: \(eth) 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0\n"
      return SystemSample(uptime: up, cpu: .init(), interfaces: SystemText.interfaces(text), disks: .init())
    }

    let rates = SystemReport(now: sample(3000, 12), before: sample(1000, 10), disk: "/").rates

    #expect(rates["network"] == ["received": 1000, "sent": 0])
    #expect(rates["interfaces"]?.elements?.compactMap { $0["name"] } == ["eth0", "docker0"])
  }

  @Test func `a disk counts once, without its partitions and what is built on it`() {
    let text = """
         8       0 sda 10 0 100 0 20 0 200 0 0 0 0
         8       1 sda1 10 0 100 0 20 0 200 0 0 0 0
       259       0 nvme0n1 1 0 10 0 2 0 20 0 0 0 0
       259       1 nvme0n1p1 1 0 10 0 2 0 20 0 0 0 0
       253       0 dm-0 5 0 50 0 5 0 50 0 0 0 0
         7       0 loop0 5 0 50 0 5 0 50 0 0 0 0
      """

    #expect(SystemText.diskBytes(text) == .init(read: 110 * 512, written: 220 * 512))
  }

  @Test func `only file systems on a disk are listed, each device once`() {
    let text = """
      overlay / overlay rw 0 0
      proc /proc proc rw 0 0
      /dev/sda1 /srv/data\\040one ext4 rw 0 0
      /dev/sda1 /etc/hosts ext4 rw 0 0
      /dev/sda1 /srv/data\\040one/bind ext4 rw 0 0
      nas:/x /mnt nfs4 rw 0 0
      """

    let mounts = SystemText.mounts(text)

    #expect(SystemText.realFileSystems(mounts).map(\.path) == ["/", "/etc/hosts"])
    #expect(mounts[2].path == "/srv/data one")
  }

  @Test func `a path on a network's file system is not asked`() {
    let mounts = SystemText.mounts("/dev/sda1 / ext4 rw 0 0\nnas:/x /tmp nfs4 rw 0 0\n")

    #expect(FileSystemSpace.of("/tmp/x", mounts: mounts) == .null)
    #expect(FileSystemSpace.of("/", mounts: mounts)["mount"] == "/")
  }

  @Test func `this machine has all fields`() async throws {
    let source = SystemSource(disk: "/")

    let value = try await source.fetch()

    guard case .object(let members) = value else {
      Issue.record("\(value)")
      return
    }
    #expect(Set(members.list.map(\.name)) == [
      "hostname", "os", "kernel", "cores", "uptime", "cpu", "cpu_user", "cpu_system", "cpu_iowait", "load", "memory",
      "swap", "disk", "disks", "network", "interfaces", "disk_io", "processes",
    ])
    #expect(try #require(value["memory"]?["total"]?.double) > 0)
    #expect(try #require(value["cores"]?.double) >= 1)
    #expect(try #require(value["processes"]?.double) >= 1)
    #expect((0...100).contains(try #require(value["cpu"]?.double)))
    #expect(try #require(value["disk"]?["total"]?.double) > 0)
  }
}
