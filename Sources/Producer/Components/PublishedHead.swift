import DashboardModel

/// Decides when a head is published again. An age alone is worth it only when it has grown by half, and by 10 s at
/// least: the browser counts on by itself.
struct PublishedHead: Hashable {
  private var withoutAge: [UInt8]?
  /// When the age alone is published again.
  private(set) var ageIsDue: Duration?

  /// The bytes to publish, `nil` when those published last will do. `grew`: they are sent anyway, with new points.
  mutating func next(
    _ content: JSON.Members, level: Level?, status: Status, age: Duration?, grew: Bool, now: Duration
  ) -> [UInt8]? {
    var members = content
    members["level"] = level.map { .string($0.rawValue) }
    status.add(to: &members)
    let plain = JSON.object(members).encoded
    let isDue = ageIsDue.map { $0 <= now } ?? false
    guard plain != withoutAge || isDue || grew else { return nil }
    withoutAge = plain
    guard let age else {
      ageIsDue = nil
      return plain
    }
    ageIsDue = now + max(age / 2, .seconds(10))
    members["age_ms"] = .number((age.inSeconds * 1000).rounded())
    return JSON.object(members).encoded
  }
}
