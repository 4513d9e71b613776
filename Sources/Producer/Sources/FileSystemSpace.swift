import DashboardModel
import Glibc

/// Room on file systems.
enum FileSystemSpace {
  /// `{"mount":"/","total":…,"used":…,"free":…,"percent":…}` of the file system that holds `path`; `null` if that is a
  /// network's: asking one whose server is away would hang.
  static func of(_ path: String, mounts: [SystemText.Mount]) -> JSON {
    let holder = mounts.last { mount in
      !mounts.contains { $0.path.count > mount.path.count && $0.holds(path) } && mount.holds(path)
    }
    if let holder, holder.isNetwork { return .null }
    guard let space = space(path) else { return .null }
    return .object(JSON.Members([.init(name: "mount", value: .string(holder?.path ?? path))] + space.list))
  }

  static func row(_ mount: SystemText.Mount) -> JSON? {
    var status = stat()
    // A container has single files mounted from the host (/etc/hosts): not a place anybody fills.
    guard stat(mount.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, let space = space(mount.path) else {
      return nil
    }
    return .object(JSON.Members(
      [
        .init(name: "device", value: .string(mount.device)), .init(name: "mount", value: .string(mount.path)),
        .init(name: "type", value: .string(mount.type)),
      ] + space.list))
  }

  private static func space(_ path: String) -> JSON.Members? {
    var info = statvfs()
    guard statvfs(path, &info) == 0, info.f_blocks > 0 else { return nil }
    let unit = Double(info.f_frsize)
    let (total, free) = (Double(info.f_blocks) * unit, Double(info.f_bavail) * unit)
    let used = total - Double(info.f_bfree) * unit
    return JSON.Members([
      .init(name: "total", value: .number(total)), .init(name: "used", value: .number(used)),
      .init(name: "free", value: .number(free)),
      .init(name: "percent", value: .number(percent(used, of: used + free))),
    ])
  }
}
