import { parseAfter } from "./delays.js";
import { Answer, Message, ack, eventBody } from "./protocol.js";

const TIMEOUT = 15000;
const UNKNOWN = "unknown_event";
const REFUSALS = new Map([
  [401, "not_allowed"], [403, "not_allowed"], [404, "page_gone"], [400, "bad_event"], [413, "bad_event"],
  [415, "bad_event"], [422, "bad_event"],
]);

/**
 * Sends one event as one POST. Always resolves to `{ack, update?, response?}`: whatever goes wrong on the way is a
 * `retry`, and the same seq is then answered the same way.
 */
export function postEvent(address, { csrf, client, since }, message) {
  return ask(message.seq, address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Splitflap-CSRF": csrf },
    body: JSON.stringify(eventBody(client, message, since())),
  });
}

/**
 * Asks what became of an event that was answered `queued`, at the address that answer named. An event that nobody knows
 * any more is a `retry`.
 */
export function askEvent(address, { since }, { seq }) {
  const place = new URL(address);
  const shown = since();
  if (shown) place.searchParams.set("since", shown);
  return ask(seq, place, { cache: "no-store" });
}

async function ask(seq, address, request) {
  try {
    const response = await fetch(address, { ...request, signal: AbortSignal.timeout(TIMEOUT) });
    return read(seq, response, await response.json().catch(() => ({})));
  } catch {
    return { ack: ack(seq, Answer.retry, { after: 1 }) };
  }
}

function read(seq, response, { ack: answer, update, error }) {
  if (answer) return { ack: { ...answer, type: Message.ack, seq }, update, response };
  if (error?.code === UNKNOWN) return { ack: ack(seq, Answer.retry, { after: 0 }) };
  const reason = REFUSALS.get(response.status);
  const after = (parseAfter(response.headers.get("Retry-After")) ?? 1000) / 1000;
  return { ack: reason ? ack(seq, Answer.failed, { reason, detail: error?.message })
    : ack(seq, Answer.retry, { after }) };
}
