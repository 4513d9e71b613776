import { parseAfter } from "./delays.js";
import { Answer, Message, ack, eventBody } from "./protocol.js";

const TIMEOUT = 15000;
const REFUSALS = new Map([
  [401, "not_allowed"], [403, "not_allowed"], [404, "page_gone"], [400, "bad_event"], [413, "bad_event"],
  [415, "bad_event"], [422, "bad_event"],
]);

/**
 * Sends one event as one POST. Always resolves to `{ack, update?, response?}`: whatever goes wrong on the way is a
 * `retry`, and the same seq is then answered the same way.
 */
export async function postEvent(address, { csrf, client, since }, message) {
  try {
    const response = await fetch(address, {
      method: "POST",
      signal: AbortSignal.timeout(TIMEOUT),
      headers: { "Content-Type": "application/json", "Splitflap-CSRF": csrf },
      body: JSON.stringify(eventBody(client, message, since())),
    });
    return read(message.seq, response, await response.json().catch(() => ({})));
  } catch {
    return { ack: ack(message.seq, Answer.retry, { after: 1 }) };
  }
}

function read(seq, response, { ack: answer, update, error }) {
  if (answer) return { ack: { ...answer, type: Message.ack, seq }, update, response };
  const reason = REFUSALS.get(response.status);
  const after = (parseAfter(response.headers.get("Retry-After")) ?? 1000) / 1000;
  return { ack: reason ? ack(seq, Answer.failed, { reason, detail: error?.message })
    : ack(seq, Answer.retry, { after }) };
}
