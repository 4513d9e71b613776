"""Polls that are answered 200 and 304, against nginx that serves the same bytes from a file.

nginx is measured with `sendfile` on and off, and counts with the better of the two. As browsers take gzip, both send the page
compressed, nginx from a file that was compressed before.
"""
import json
import random
import string

from harness.measure import alternate, requests_per_cpu_second
from harness.processes import Nginx, Stack, get, wait_for_page
from harness.report import Figure

TITLE = "polls"
CLIENT = "abcdefghabcdefghabcdefgh"
# Letters that hardly shrink: the answer to a poll of this page is about 1 KB, compressed.
TEXT = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=900))
BOARD = f"""title: Board
sources: {{ n: {{ type: counter, start: 500, every: 1h }} }}
components: {{ text: {{ type: text, text: {TEXT} }}, count: {{ type: number, from: n }} }}
"""
GOALS = {("200", 64): 1.2, ("304", 64): 1.1, ("200", 1000): 1.1, ("304", 1000): 1.1}
SESSIONS = 1000


def session(port, page):
    """The header that a browser's session cookie makes."""
    _, headers, _ = get(port, f"/{page}")
    return f"Cookie: {headers['Set-Cookie'].split(';')[0]}"


def poll_url(port, page, since):
    return f"http://127.0.0.1:{port}/api/pages/{page}?since={since}&client={CLIENT}"


def measure(run):
    with Stack(run, {"board": BOARD}) as stack, Nginx(run) as on, Nginx(run, sendfile="off") as off:
        front = stack.front()
        version = json.loads(wait_for_page(front.port, "board"))["to"]
        _, headers, body = get(front.port, "/api/pages/board", {"Accept-Encoding": "gzip"})
        if headers["Content-Encoding"] != "gzip":
            raise RuntimeError("the front does not compress")
        for nginx in (on, off):
            (nginx.files / "board.gz").write_bytes(body)
            (nginx.files / "board").write_bytes(get(front.port, "/api/pages/board")[2])
        sides = Sides(run, front, (on, off), version)
        figures = [sides.figure(status, connections, goal, len(body)) for (status, connections), goal in GOALS.items()]
        return [*figures, sides.sessions()]


class Sides:
    """The front and two nginx under the same load."""

    def __init__(self, run, front, nginx, version):
        self.run, self.front, self.nginx, self.version = run, front, nginx, version
        self.cookie = session(front.port, "board")
        _, headers, _ = get(nginx[0].port, "/board", {"Accept-Encoding": "gzip"})
        self.tag = headers["ETag"]

    def rates(self, status, connections, script=None):
        """What each answers per second of processor time."""
        seconds, cookie = self.run.seconds(3), () if script else (self.cookie,)
        ours = poll_url(self.front.port, "board", self.version if status == "304" else "1-1:1")
        theirs = (*cookie, f"If-None-Match: {self.tag}") if status == "304" else cookie

        def nginx(server):
            url = f"http://127.0.0.1:{server.port}/board"
            return lambda: requests_per_cpu_second(server.pid, url, connections, seconds, theirs, script)
        return alternate(
            self.run.runs, front=lambda: requests_per_cpu_second(self.front.pid, ours, connections, seconds, cookie, script),
            on=nginx(self.nginx[0]), off=nginx(self.nginx[1]))

    def figure(self, status, connections, goal, size):
        what = f"{size} bytes" if status == "200" else "nothing new"
        name = f"poll answered {status} ({what}), {connections:,} connections, requests per CPU second against nginx"
        return judged(name, goal, self.rates(status, connections), {"status": status, "connections": connections, "bytes": size})

    def sessions(self):
        """Each request by another of a thousand browsers, whichever connection it comes on."""
        cookies = [session(self.front.port, "board").removeprefix("Cookie: ") for _ in range(SESSIONS)]
        script = self.run.folder / "sessions.lua"
        lines = ",".join(f"'{cookie}'" for cookie in cookies)
        script.write_text(
            f"local cookies, requests, next = {{{lines}}}, {{}}, 0\n"
            "init = function() for i, c in ipairs(cookies) do wrk.headers['Cookie'] = c requests[i] = wrk.format() end end\n"
            "request = function() next = next % #requests + 1 return requests[next] end\n")
        name = f"poll answered 304, 1,000 connections, {SESSIONS:,} sessions in turn, requests per CPU second against nginx"
        return judged(name, 1.0, self.rates("304", 1000, script), {"sessions": SESSIONS})


def judged(name, goal, rates, details):
    best = max(rates["on"], rates["off"])
    ratio = rates["front"] / best
    how = "on" if best == rates["on"] else "off"
    return Figure(
        name, goal, ratio, "x", f"{ratio:.2f}x ({rates['front']:,.0f} against {best:,.0f}, sendfile {how})", details=details | rates)
