"""A front that is told to stop, while sockets are open at it and a request is under way (SCENARIOS F7)."""
import asyncio
import json
import re
import time

import web
from faults import check_exit, fault
from websocket import Closed, WebSocket, parse_head

GUESTS = 40
GOING_AWAY = 1012
MOST_SPREAD = 5.0
SLACK = 0.3
READY_WITHIN = 0.1
HELLO = '{"type":"hello","protocol":1,"client":"AAAAAAAAAAAAAAAAAAAAAA"}'


@fault("F7", "front drained", 2.0, 3.0, short=True)
async def drain_front(drill):
    """Of all fronts the one with the most sockets, and some more beside them."""
    front = max(drill.stack.fronts, key=lambda one: len(drill.sockets(one)))
    port = drill.stack.ports[front.name]
    there, mark = drill.sockets(front), drill.mark()
    guests = [await Guest.open(port) for _ in range(GUESTS)]
    slow = await SlowPost.begin(port)
    since = time.monotonic()
    stopping = asyncio.ensure_future(front.stop())
    told, answer = await asyncio.gather(told_not_ready(port, since), slow.end(since + 1))
    code, took = await stopping
    check_exit(drill, front, code, took, 10.0)
    check_told(drill, *told)
    check_guests(drill, guests, since)
    if answer != "applied":
        drill.ledger.violate("exit", f"a request that was under way is answered {answer}, not `applied`")
    drill.notes.append(f"{len(there)} viewers moved; exit after {took:.1f} s")
    return await moved(drill, there, mark, since)


def check_told(drill, said, told):
    """Balancers are to hear it as an answer: a refused connection would mean that nobody is served any more."""
    if said != 503:
        drill.ledger.violate("exit", f"/health/ready says {said} {told:.2f} s after SIGTERM, not 503", timed=said == 200)
    elif told > READY_WITHIN:
        drill.ledger.violate("exit", f"/health/ready says 503 only {told:.2f} s after SIGTERM", timed=True)
    drill.notes.append(f"readiness {said} after {told:.2f} s")


def check_guests(drill, guests, since):
    """Every socket is said goodbye to, and in time."""
    ends = [guest.ended[1] - since for guest in guests if guest.ended]
    wrong = [guest.ended and guest.ended[0] for guest in guests if not guest.ended or guest.ended[0] != GOING_AWAY]
    for guest in guests:
        guest.stop()
    if wrong:
        drill.ledger.violate("exit", f"{len(wrong)} of {GUESTS} sockets were not closed with 1012, but {wrong[:5]}")
    if ends and max(ends) > MOST_SPREAD + SLACK:
        drill.ledger.violate("exit", f"the last socket was closed {max(ends):.1f} s after SIGTERM", timed=True)
    if ends:
        drill.notes.append(f"{len(ends)} sockets closed from {min(ends):.2f} to {max(ends):.2f} s")


async def moved(drill, there, mark, since):
    """Seconds from each viewer's own close until it shows something new from elsewhere; the longest."""
    moving = [one for one in there if one in drill.ticking]
    if not moving:
        drill.notes.append("no viewer of a ticking page was there")
    if await drill.recovered(since, mark, viewers=moving) is None:
        return None
    shown = {viewer: viewer.first_after(mark.get(viewer.page, (0,)), viewer.ended_at) for viewer in moving}
    return max((at - viewer.ended_at for viewer, at in shown.items() if at and viewer.ended_at > since), default=0.0)


async def told_not_ready(port, since):
    """What the readiness says first that is not 200, and after how many seconds."""
    while time.monotonic() - since < 2:
        try:
            said = (await web.ask(port, "GET", "/health/ready", within=0.5)).status
        except (OSError, asyncio.TimeoutError):
            said = "refused"
        if said != 200:
            return said, time.monotonic() - since
        await asyncio.sleep(0.01)
    return 200, time.monotonic() - since


class Guest:
    """A socket that only listens; `ended` is its close code and when it came."""

    @classmethod
    async def open(cls, port):
        guest = cls()
        guest.ended, guest.socket = None, await WebSocket.open("127.0.0.1", port, "/api/pages/curve/socket")
        guest.socket.send(HELLO)
        guest.task = asyncio.create_task(guest.listen())
        return guest

    async def listen(self):
        try:
            while True:
                if '"ping"' in await self.socket.receive():
                    self.socket.send('{"type":"pong"}')
        except Closed as closed:
            self.ended = closed.code, time.monotonic()

    def stop(self):
        self.task.cancel()
        self.socket.abort()


class SlowPost:
    """A click whose second half is sent later: a request that is under way."""

    @classmethod
    async def begin(cls, port):
        post = cls()
        shell = await web.ask(port, "GET", "/mine")
        token = re.search(rb'name="splitflap-csrf" content="([^"]+)"', shell.body)[1].decode()
        body = json.dumps({"client": "B" * 21 + "A", "seq": 1, "lo": 1, "component": "one", "event": "click", "data": {}})
        post.reader, post.writer = await asyncio.open_connection("127.0.0.1", port)
        head = [f"POST /api/pages/mine/events HTTP/1.1\r\nHost: 127.0.0.1:{port}",
                f"Cookie: {shell.headers['set-cookie'].split(';')[0]}", f"Splitflap-CSRF: {token}",
                "Content-Type: application/json", f"Content-Length: {len(body)}"]
        post.rest = body[len(body) // 2:].encode()
        post.writer.write(("\r\n".join(head) + "\r\n\r\n" + body[:len(body) // 2]).encode())
        await post.writer.drain()
        return post

    async def end(self, at):
        """What the event's answer says, or what went wrong."""
        try:
            await asyncio.sleep(max(0, at - time.monotonic()))
            self.writer.write(self.rest)
            status, headers = parse_head(await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 12))
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
            return json.loads(body)["ack"]["state"] if status == 200 else f"{status} {body[:100]!r}"
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, KeyError, ValueError) as trouble:
            return repr(trouble)
        finally:
            self.writer.transport.abort()
