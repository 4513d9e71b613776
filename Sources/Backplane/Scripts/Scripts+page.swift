import Redis

extension Scripts {
  /// Reads a page whole, at one moment and also when memory is full (commands inside MULTI are refused then).
  ///
  /// KEYS m, c, x, and k where private state is wanted
  /// Answers an array of one HGETALL per key | null when a type does not fit, m is missing or the sizes are no page's;
  /// private state of a wrong type is none, for the page is good without it
  static let read = script("read", isReadOnly: true, """
    local total, sizes = 0, {}
    for i, key in ipairs(KEYS) do
      sizes[i] = count(key)
      if sizes[i] < 0 and i < 4 then return false end
      total = total + math.max(0, sizes[i])
    end
    if count(KEYS[1]) == 0 or count(KEYS[2]) > \(mostComponents) or total > \(mostFields) then return false end
    local parts = {}
    for i, key in ipairs(KEYS) do parts[i] = sizes[i] > 0 and call('HGETALL', key) or {} end
    return parts
    """)

  /// One atomic change of a page with the events it finishes.
  ///
  /// KEYS lease, floor, m, c, x, k, ev, pages, then cl of each finished event
  /// ARGV owner, fence, g, n, r, base version ('' for whole contents), definition hash, page name, page channel,
  ///   message, then four counted lists: id and '<rev> <json>'; removed id; private name, '1' or '0' to delete, value;
  ///   entry, seq, reply, reply channel, reply message (entry '' for a mark without an entry)
  /// Whole contents replace m, c, x and k. A list of pages that has to be begun again is marked as not complete, see
  /// ``enlist``.
  /// Answers OK | NOLEASE | FENCED lease… | FLOOR g | CONFLICT version or '' | CORRUPT
  static let commit = script("commit", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    local m, c, x, k, ev, pages = KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
    local g, n, r, base = number(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
    local whole = base == ''
    local meta, version = nil, ''
    if has(m, 'hash') then
      meta = call('HMGET', m, 'g', 'n', 'r', 'nc', 'nt', 'tf', 'nk')
      local fits = number(meta[1]) and meta[2] and #meta[2] <= 8 and meta[2]:find('^[0-9a-f]+$') and number(meta[3])
        and number(meta[4]) and number(meta[5]) and number(meta[6])
      if fits then version = meta[1] .. '-' .. meta[2] .. ':' .. meta[3] else meta = nil end
    end
    if version == ARGV[3] .. '-' .. n .. ':' .. r then return {'OK'} end
    local lowest = floor(KEYS[2])
    if g <= lowest then return {'FLOOR', decimal(lowest)} end
    if whole then
      if meta and g <= number(meta[1]) then return {'CONFLICT', version} end
      local before = number(call('HGET', KEYS[1], 'a')) or number(l[5])
      if g <= before then return {'FLOOR', decimal(before)} end
    else
      if not meta and call('EXISTS', m) == 1 then return {'CORRUPT'} end
      if version ~= base then return {'CONFLICT', version} end
      if count(c) ~= number(meta[4]) or count(x) ~= number(meta[5]) or count(k) < 0 then return {'CORRUPT'} end
      -- A page that an older version wrote has no count of its private state.
      if meta[7] and count(k) ~= number(meta[7]) then return {'CORRUPT'} end
    end

    local at = 10
    local function take() at = at + 1 return ARGV[at] end
    if whole then
      call('DEL', m, c, x, k)
      call('HSET', KEYS[1], 'g', decimal(math.max(g, number(l[5]))))
    end
    for _ = 1, tonumber(take()) do
      local id = take()
      call('HSET', c, id, take())
      if not whole then call('HDEL', x, id) end
    end
    for _ = 1, tonumber(take()) do
      local id = take()
      if call('HDEL', c, id) == 1 then call('HSET', x, id, r) end
    end
    local tf = whole and '0' or meta[6]
    local surplus = call('HLEN', x) - \(mostTombstones)
    if surplus > 0 then
      local all, list = call('HGETALL', x), {}
      for i = 1, #all, 2 do list[#list + 1] = {all[i], number(all[i + 1]) or 0} end
      table.sort(list, function(a, b) if a[2] ~= b[2] then return a[2] < b[2] end return a[1] < b[1] end)
      for i = 1, surplus do
        call('HDEL', x, list[i][1])
        tf = decimal(list[i][2])
      end
    end
    for _ = 1, tonumber(take()) do
      local name, kept, value = take(), take(), take()
      if kept == '1' then call('HSET', k, name, value) else call('HDEL', k, name) end
    end
    local replies = {}
    for i = 1, tonumber(take()) do
      local entry, seq, reply, channel, message = take(), take(), take(), take(), take()
      finish(ev, KEYS[8 + i], entry, number(seq), reply)
      replies[i] = {channel, message}
    end
    call('HSET', m, 'g', ARGV[3], 'n', n, 'r', r, 'nc', call('HLEN', c), 'nt', call('HLEN', x), 'nk', call('HLEN', k),
      'tf', tf, 'd', ARGV[7], 'v', '1')
    if not has(pages, 'set') then
      clear(pages, 'set')
      if l[5] ~= '0' then call('SADD', pages, '\(unlisted)') end
    end
    call('SADD', pages, ARGV[8])
    call('PUBLISH', ARGV[9], ARGV[10])
    for _, reply in ipairs(replies) do call('PUBLISH', reply[1], reply[2]) end
    return {'OK'}
    """)

  /// In the list of a shard's pages: it was lost and begun again, so there may be more pages than it names.
  static let unlisted = "?"

  /// Completes the list of a shard's pages by those that were found, while the lease is as it was when the search began.
  ///
  /// KEYS lease, pages · ARGV owner, fence, page names…
  /// Answers OK | NOLEASE | FENCED lease…
  static let enlist = script("enlist", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    clear(KEYS[2], 'set')
    for i = 3, #ARGV do call('SADD', KEYS[2], ARGV[i]) end
    call('SREM', KEYS[2], '\(unlisted)')
    return {'OK'}
    """)

  /// Deletes a page. Its generation stays used up.
  ///
  /// KEYS lease, m, c, x, k, pages · ARGV owner, fence, page name, page channel, message
  /// Answers OK | NOLEASE | FENCED lease…
  static let drop = script("drop", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    local g = has(KEYS[2], 'hash') and number(call('HGET', KEYS[2], 'g'))
    if g and g > number(l[5]) then call('HSET', KEYS[1], 'g', decimal(g)) end
    if g and g > (number(call('HGET', KEYS[1], 'a')) or 0) then call('HSET', KEYS[1], 'a', decimal(g)) end
    call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
    if has(KEYS[6], 'set') then call('SREM', KEYS[6], ARGV[3]) end
    call('PUBLISH', ARGV[4], ARGV[5])
    return {'OK'}
    """)
}
