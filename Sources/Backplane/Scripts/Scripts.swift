import PageSync
import Redis

/// The Lua scripts: each checks everything before its first write, because a script that fails half way is not undone.
///
/// Arguments are flat strings, every answer is a code and the facts needed to act, PUBLISH comes last. Numbers are
/// decimal below 10^15, so that Lua's doubles hold them exactly. The in-memory store (`ShardStore`) must mean the
/// same.
enum Scripts {
  /// Tombstones a page keeps; the oldest go first and raise `tf`.
  static let mostTombstones = StoreLimits.tombstones
  /// Components a page is read with: more than the 1000 it may have, as room for the page's own item.
  static let mostComponents = 1100
  /// Fields of all of a page's keys together.
  static let mostFields = 4096
  /// Replies a viewer's marks keep.
  static let keptReplies = StoreLimits.replies
  /// Events a shard's stream holds; beyond, enqueue answers BUSY.
  static let mostEvents = StoreLimits.events
  /// Dead letters a shard keeps; the oldest go first.
  static let mostDeadLetters = StoreLimits.deadLetters

  static func script(_ name: String, isReadOnly: Bool = false, _ body: String) -> RedisScript {
    RedisScript(name: name, text: prelude + body, isReadOnly: isReadOnly)
  }

  // A key of a wrong type, or one whose fields do not fit, counts as absent; whoever writes it next replaces it.
  private static let prelude = """
    local call = redis.call
    local function has(key, kind) return call('TYPE', key).ok == kind end
    local function number(text)
      if text and #text <= 15 and (text == '0' or text:find('^[1-9]%d*$')) then return tonumber(text) end
    end
    local function decimal(value) return string.format('%.0f', value) end
    local function count(key)
      local kind = call('TYPE', key).ok
      if kind == 'none' then return 0 end
      return kind == 'hash' and call('HLEN', key) or -1
    end
    local function clear(key, kind)
      -- Not for a key that is not there: after a first DEL a full memory would refuse nothing any more.
      local found = call('TYPE', key).ok
      if found ~= 'none' and found ~= kind then call('DEL', key) end
    end
    local function lease(key)
      if not has(key, 'hash') then return nil end
      local l = call('HMGET', key, 'o', 'f', 'b', 'l', 'g', 'released')
      if not (l[1] and number(l[2]) and number(l[3]) and l[4] and number(l[5])) then return nil end
      l[6] = l[6] or ''
      return l
    end
    local function floor(key)
      return has(key, 'string') and number(call('GET', key)) or 0
    end
    local function finish(ev, cl, entry, seq, reply)
      if entry ~= '' and has(ev, 'stream') then
        call('XACK', ev, 'g', entry)
        call('XDEL', ev, entry)
      end
      clear(cl, 'hash')
      local q = number(call('HGET', cl, 'q')) or 0
      local d = number(call('HGET', cl, 'd')) or 0
      if seq > d then
        for i = math.max(1, d - \(keptReplies - 1)), math.min(d, seq - \(keptReplies)) do
          call('HDEL', cl, 'r' .. decimal(i), 'h' .. decimal(i))
        end
        call('HSET', cl, 'd', decimal(seq))
      end
      if seq > q then call('HSET', cl, 'q', decimal(seq)) end
      if seq > d - \(keptReplies) then call('HSET', cl, 'r' .. decimal(seq), reply) end
    end

    """
}
