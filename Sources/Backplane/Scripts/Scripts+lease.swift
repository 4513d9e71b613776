import Redis

// A lease in an answer is six strings: owner, fence, beat, lineage, highest generation, '1' if released. Its field `a` is
// the highest generation when its fence was granted: every epoch opened under that fence must be above it, in whatever
// order the first commits of many pages arrive.

extension Scripts {
  /// Raises the beat and publishes it with versions.
  ///
  /// KEYS lease, floor · ARGV owner, fence, channel, text after the beat
  /// Answers OK lease… floor | NOLEASE | FENCED lease…
  static let beat = script("beat", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    l[3] = decimal(number(l[3]) + 1)
    call('HSET', KEYS[1], 'b', l[3])
    l[7] = decimal(floor(KEYS[2]))
    call('PUBLISH', ARGV[3], l[3] .. ARGV[4])
    return {'OK', unpack(l)}
    """)

  /// Takes an absent lease.
  ///
  /// KEYS lease · ARGV owner, lowest fence to exceed, new lineage
  /// Answers OK lease… | HELD lease…
  static let acquire = script("acquire", """
    local l = lease(KEYS[1])
    if l then return {'HELD', unpack(l)} end
    call('DEL', KEYS[1])
    call('HSET', KEYS[1], 'o', ARGV[1], 'f', decimal(number(ARGV[2]) + 1), 'b', '0', 'l', ARGV[3], 'g', '0',
      'a', '0')
    return {'OK', unpack(lease(KEYS[1]))}
    """)

  /// Takes a lease that is exactly as seen.
  ///
  /// KEYS lease · ARGV owner, lowest fence to exceed, then owner, fence, beat and lineage as seen
  /// Answers OK lease… | NOLEASE | CHANGED lease…
  static let steal = script("steal", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[3] or l[2] ~= ARGV[4] or l[3] ~= ARGV[5] or l[4] ~= ARGV[6] then return {'CHANGED', unpack(l)} end
    local fence = math.max(number(l[2]), number(ARGV[2])) + 1
    call('HSET', KEYS[1], 'o', ARGV[1], 'f', decimal(fence), 'a', l[5])
    call('HDEL', KEYS[1], 'released')
    return {'OK', unpack(lease(KEYS[1]))}
    """)

  /// Marks a lease released, if it is still held so, and tells those who wait for it. What its owner began and did not
  /// finish counts as not begun, for the owner did not die of it.
  ///
  /// KEYS lease, ev · ARGV owner, fence, channel
  /// Answers OK | NOLEASE | FENCED lease…
  static let release = script("release", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    call('HSET', KEYS[1], 'released', '1')
    local begun = has(KEYS[2], 'stream')
      and redis.pcall('XPENDING', KEYS[2], 'g', '-', '+', '\(mostEvents)', ARGV[1]) or {}
    for _, entry in ipairs(begun) do
      if entry[4] > 1 then
        call('XCLAIM', KEYS[2], 'g', '-', '0', entry[1], 'RETRYCOUNT', decimal(entry[4] - 1), 'JUSTID')
      else
        call('XACK', KEYS[2], 'g', entry[1])
      end
    end
    call('PUBLISH', ARGV[3], l[2])
    return {'OK'}
    """)

  /// Forbids generations up to a number.
  ///
  /// KEYS floor · ARGV generation
  /// Answers OK floor
  static let raiseFloor = script("raise_floor", """
    local highest = math.max(floor(KEYS[1]), number(ARGV[1]))
    call('SET', KEYS[1], decimal(highest))
    return {'OK', decimal(highest)}
    """)
}
