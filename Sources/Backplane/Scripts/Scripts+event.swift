import PageSync
import Redis

extension Scripts {
  /// Puts an event into the shard's stream, each sequence once and in order (R18).
  ///
  /// A queued event stays in the stream until its commit, so "queued" marks over an empty stream mean that the store
  /// lost the stream: those events are taken again.
  ///
  /// KEYS ev, cl · ARGV seq, lowest, digest, then the entry's fields (the first value is the kind)
  /// Answers QUEUED | PENDING | DONE reply or '' | TAKEN | GAP expected | BUSY
  static let enqueue = script("enqueue", """
    local ev, cl = KEYS[1], KEYS[2]
    local length = has(ev, 'stream') and call('XLEN', ev) or 0
    local seq, isEvent = number(ARGV[1]), ARGV[5] == 'event'
    if isEvent then
      local marks = has(cl, 'hash') and call('HMGET', cl, 'q', 'd', 'h' .. ARGV[1]) or {}
      local d = number(marks[2]) or 0
      if marks[3] and marks[3] ~= ARGV[3] and seq <= math.max(number(marks[1]) or 0, d) then return {'TAKEN'} end
      local q = length > 0 and number(marks[1]) or d
      q = math.max(q, d, number(ARGV[2]) - 1)
      if seq <= d then return {'DONE', call('HGET', cl, 'r' .. ARGV[1]) or ''} end
      if seq <= q then return {'PENDING'} end
      if seq ~= q + 1 then return {'GAP', decimal(q + 1)} end
    end
    if length >= \(mostEvents) then return {'BUSY'} end
    clear(ev, 'stream')
    call('XADD', ev, '*', unpack(ARGV, 4))
    if isEvent then
      clear(cl, 'hash')
      call('HSET', cl, 'q', ARGV[1], 'h' .. ARGV[1], ARGV[3])
    end
    return {'QUEUED'}
    """)

  /// Notes which events an owner begins: as the pending list's consumer, and how many owners did so as its count. So a note
  /// goes with its entry, is made once for each owner, and never by a deposed one.
  ///
  /// Stops before an event that several owners began, or after it if it is the first: that one is begun alone. Poison is
  /// not begun again. An entry that is not there any more was begun by nobody.
  ///
  /// KEYS lease, ev · ARGV owner, fence, entries…
  /// Answers OK count-of-other-owners… | NOLEASE | FENCED lease…
  static let begin = script("begin", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] or l[6] == '1' then return {'FENCED', unpack(l)} end
    local answer, isStream = {'OK'}, has(KEYS[2], 'stream')
    if isStream and redis.pcall('XPENDING', KEYS[2], 'g').err then
      call('XGROUP', 'CREATE', KEYS[2], 'g', '0')
    end
    for i = 3, #ARGV do
      local begun = isStream and call('XPENDING', KEYS[2], 'g', ARGV[i], ARGV[i], '1')[1]
      local count, isMine = begun and begun[4] or 0, begun and begun[2] == ARGV[1]
      local others = isMine and count - 1 or count
      local isAlone = others >= \(EventReader.triesBeforeAlone)
      if isAlone and i > 3 then break end
      answer[#answer + 1] = decimal(others)
      if isStream and not isMine and others < \(EventReader.mostTries) then
        call('XCLAIM', KEYS[2], 'g', ARGV[1], '0', ARGV[i], 'RETRYCOUNT', decimal(count + 1), 'FORCE', 'JUSTID')
      end
      if isAlone then break end
    end
    return answer
    """)

  /// Moves an event to the dead letters, marks it done and replies. Without a viewer (an entry nobody can read) only
  /// the move is done, and no lease is needed.
  ///
  /// KEYS lease, ev, dlq, cl · ARGV owner, fence, entry, seq ('' without a viewer), reply, reply channel, reply message
  /// Answers OK | NOLEASE | FENCED lease…
  static let bury = script("bury", """
    local l = lease(KEYS[1])
    if ARGV[4] ~= '' then
      if not l then return {'NOLEASE'} end
      if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    end
    local found = has(KEYS[2], 'stream') and call('XRANGE', KEYS[2], ARGV[3], ARGV[3])[1]
    if found then
      clear(KEYS[3], 'stream')
      call('XADD', KEYS[3], 'MAXLEN', '\(mostDeadLetters)', '*', unpack(found[2], 1, math.min(#found[2], 64)))
      call('XACK', KEYS[2], 'g', ARGV[3])
      call('XDEL', KEYS[2], ARGV[3])
    end
    if ARGV[4] ~= '' and number(ARGV[4]) > 0 then
      finish(KEYS[2], KEYS[4], '', number(ARGV[4]), ARGV[5])
      call('PUBLISH', ARGV[6], ARGV[7])
    end
    return {'OK'}
    """)
}
