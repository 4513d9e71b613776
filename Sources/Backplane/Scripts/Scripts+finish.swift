import Redis

extension Scripts {
  /// Ends an event that changes no page: acknowledges, marks and replies at once. One that is not in the stream any more
  /// was ended by somebody: its reply stands.
  ///
  /// KEYS lease, ev, cl · ARGV owner, fence, entry, seq (0: no mark), reply, reply channel, reply message ('' none)
  /// Answers OK | NOLEASE | FENCED lease…
  static let finish = script("finish", """
    local l = lease(KEYS[1])
    if not l then return {'NOLEASE'} end
    if l[1] ~= ARGV[1] or l[2] ~= ARGV[2] then return {'FENCED', unpack(l)} end
    if not has(KEYS[2], 'stream') or #call('XRANGE', KEYS[2], ARGV[3], ARGV[3]) == 0 then return {'OK'} end
    if number(ARGV[4]) > 0 then
      finish(KEYS[2], KEYS[3], ARGV[3], number(ARGV[4]), ARGV[5])
    else
      call('XACK', KEYS[2], 'g', ARGV[3])
      call('XDEL', KEYS[2], ARGV[3])
    end
    if ARGV[7] ~= '' then call('PUBLISH', ARGV[6], ARGV[7]) end
    return {'OK'}
    """)
}
