// When to try again: pure functions of what happened, with the random number passed in. All in milliseconds.

export const SOCKET_PATIENCE = 2500;
/** A viewer is told of four seconds of silence before they are over. */
export const SILENCE_SHOWN = 3700;
export const SILENCE_RECONNECT = 6000;
export const SILENCE_CLOSE = 12000;
export const POLL_TIMEOUT = 10000;
/** A page that is polled more seldom is asked in between whether what it shows is still confirmed. */
export const CONFIRM_INTERVAL = 2500;

const FIRST = 500;
const BASE = 250;
const CAP = 10000;
const GONE_LONGEST = 30000;

// Polls are cheap, and nobody should wait longer than a second for a server that is back.
const POLL_CAP = 900;

/** Full jitter: spreads a herd of viewers evenly from zero to a doubling limit. `attempt` counts from 0. */
export function reconnectDelay(attempt, random = Math.random) {
  return random() * (attempt === 0 ? FIRST : Math.min(CAP, BASE * 2 ** attempt));
}

/**
 * Pause before the next poll. After success the interval counts from the start of the last poll, so the rhythm does
 * not drift with the answer's duration; while the data is old it is at most a second, so that its end is seen. After
 * failure the pause grows, and is never shorter than the server asked.
 */
export function pollDelay({ interval, elapsed = 0, failures = 0, retryAfter = null, isOld = false }, random = Math.random) {
  if (failures === 0) {
    const pause = isOld ? Math.min(interval, POLL_CAP * (0.7 + 0.3 * random())) : interval;
    return Math.max(0, pause - elapsed);
  }
  const jittered = Math.max(Math.min(POLL_CAP, reconnectDelay(failures - 1, random)), Math.min(interval, 100));
  return retryAfter === null ? jittered : retryAfter + random() * FIRST;
}

/** Pause before somebody asks again for a page that is gone: its definition may come back. */
export function goneDelay(random = Math.random) { return GONE_LONGEST * (0.6 + 0.4 * random()); }

/** Seconds or an HTTP date, as `Retry-After` and `Poll-After` have them; null when there is none to obey. */
export function parseAfter(text, now = Date.now()) {
  if (!text) return null;
  const seconds = Number(text);
  const pause = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now;
  return Number.isFinite(pause) ? Math.min(Math.max(0, pause), 60000) : null;
}
