import Redis

extension Scripts {
  /// Removes a viewer's marks, if they still are as seen.
  ///
  /// KEYS lease, cl · ARGV owner, fence, queued and done as seen (0 for none)
  /// Answers OK | NOLEASE | FENCED lease…
  static let forget = script("forget", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    if not has(KEYS[2], 'hash') then return {'OK'} end
    local marks = call('HMGET', KEYS[2], 'q', 'd')
    if decimal(number(marks[1]) or 0) == ARGV[3] and decimal(number(marks[2]) or 0) == ARGV[4] then
      call('DEL', KEYS[2])
    end
    return {'OK'}
    """)

  /// Puts the marks of viewers back into a store that lost them; what is further on stays.
  ///
  /// KEYS lease, then cl of each viewer · ARGV owner, fence, then for each viewer: done, and a counted list of
  /// sequence and reply
  /// Answers OK | NOLEASE | FENCED lease…
  static let remember = script("remember", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    local at = 2
    local function take() at = at + 1 return ARGV[at] end
    for i = 2, #KEYS do
      local cl, done = KEYS[i], number(take())
      clear(cl, 'hash')
      for _ = 1, tonumber(take()) do
        local seq, reply = number(take()), take()
        if not call('HGET', cl, 'r' .. decimal(seq)) then finish('', cl, '', seq, reply) end
      end
      local marks = call('HMGET', cl, 'q', 'd')
      if done > (number(marks[2]) or 0) then call('HSET', cl, 'd', decimal(done)) end
      if done > (number(marks[1]) or 0) then call('HSET', cl, 'q', decimal(done)) end
    end
    return {'OK'}
    """)
}
