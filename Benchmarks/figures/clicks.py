"""From a click to the update in the same viewer: through front, Redis, producer and back.

Fifty clicks per second by ten viewers, each on a page of his own: an update of a page is sent at once but at most every
50 ms, which would be measured instead if all clicked on one page.
"""
import json
import select
import socket
import struct
import time

from figures.polls import session
from harness.measure import median_of, percentile
from harness.processes import Stack, wait_for_page
from harness.report import Figure
from harness.viewers import socket_path

TITLE = "click to the update in the same viewer, 50 clicks per second"
VIEWERS, PER_SECOND = 10, 50
PAGE = "act: anyone\ncomponents: { hi: { type: hello } }\n"
CLIENT = "abcdefghabcdefghabcd{:02d}"


class Viewer:
    """A socket that clicks and notes when the effect is shown."""

    def __init__(self, port, page, index, cookie):
        self.line, self.rest, self.sequence, self.clicked = socket.create_connection(("127.0.0.1", port)), b"", 0, None
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.times = []
        self.line.sendall((
            f"GET {socket_path(page)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{cookie}\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.line.recv(4096)
        if not answer.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(answer.decode())
        self.rest = answer.split(b"\r\n\r\n", 1)[1]
        self.say({"type": "hello", "protocol": 1, "client": CLIENT.format(index)})
        while not any(message["type"] == "full" for message in self.messages()):
            pass

    def say(self, message):
        text = json.dumps(message).encode()
        length = bytes([0x80 | len(text)]) if len(text) < 126 else struct.pack("!BH", 0xFE, len(text))
        self.line.sendall(b"\x81" + length + bytes(4) + text)

    def click(self):
        self.sequence += 1
        self.clicked = time.monotonic()
        self.say({"type": "event", "seq": self.sequence, "lo": self.sequence, "component": "hi", "event": "click", "data": {}})

    def messages(self):
        """What came; frames of this page are short."""
        self.rest += self.line.recv(65536)
        found = []
        while len(self.rest) >= 4:
            head, length = 2, self.rest[1] & 0x7F
            if length == 126:
                head, length = 4, struct.unpack("!H", self.rest[2:4])[0]
            if len(self.rest) < head + length:
                break
            if self.rest[0] & 0xF == 8:
                raise RuntimeError(f"closed: {self.rest[head + 2:head + length].decode()}")
            found.append(json.loads(self.rest[head:head + length]))
            self.rest = self.rest[head + length:]
        return found

    def look(self):
        """Notes the time of the click whose effect has come."""
        now = time.monotonic()
        for message in self.messages():
            if message["type"] == "ping":
                self.say({"type": "pong"})
            if message["type"] == "delta" and self.clicked and message["set"]["hi"]["value"] == self.sequence:
                self.times.append(1000 * (now - self.clicked))
                self.clicked = None


def click_on(viewers, seconds):
    """Clicks in turn at a steady pace. A click whose effect has not come yet counts as lost."""
    began, clicks, lines = time.monotonic(), 0, {viewer.line: viewer for viewer in viewers}
    while (now := time.monotonic()) < began + seconds:
        due = began + clicks / PER_SECOND
        if now >= due:
            viewers[clicks % len(viewers)].click()
            clicks += 1
            continue
        for line in select.select(lines, [], [], due - now)[0]:
            lines[line].look()
    time.sleep(0.2)
    for line in select.select(lines, [], [], 0)[0]:
        lines[line].look()
    return clicks


def times_of(viewers, seconds):
    """How long effects took, and how many clicks there were."""
    for viewer in viewers:
        viewer.times.clear()
    clicks = click_on(viewers, seconds)
    times = [time for viewer in viewers for time in viewer.times]
    if len(times) < 0.98 * clicks:
        raise RuntimeError(f"the effect of only {len(times)} of {clicks} clicks was seen in time")
    return percentile(times, 0.5), percentile(times, 0.99), clicks


def measure(run):
    with Stack(run, {"hello": "scope: viewer\n" + PAGE, "shared": PAGE}) as stack:
        front = stack.front()
        wait_for_page(front.port, "shared")
        cookie = session(front.port, "hello")
        viewers = [Viewer(front.port, "hello", index, cookie) for index in range(VIEWERS)]
        click_on(viewers, 1)
        p50, p99, clicks = median_of(run.runs, lambda: times_of(viewers, run.seconds(9)))
    details = {"p50_ms": p50, "p99_ms": p99, "clicks": clicks}
    return [
        Figure(f"{TITLE}, p50", 3, p50, " ms", f"{p50:.1f} ms", is_most=True, details=details),
        Figure(f"{TITLE}, p99", 10, p99, " ms", f"{p99:.1f} ms", is_most=True, details=details),
    ]
