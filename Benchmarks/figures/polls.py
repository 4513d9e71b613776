"""Polls that are answered 200 and 304, against nginx that serves the same bytes from a file."""
import json

from harness.measure import alternate, requests_per_cpu_second
from harness.processes import Nginx, Stack, get, wait_for_page
from harness.report import Figure

TITLE = "polls"
CLIENT = "abcdefghabcdefghabcdefgh"
# The answer to a poll of this page is about 1 KB.
BOARD = f"""title: Board
sources: {{ n: {{ type: counter, start: 500, every: 1h }} }}
components: {{ text: {{ type: text, text: {"x" * 300} }}, count: {{ type: number, from: n }} }}
"""
GOALS = {("200", 64): 1.2, ("304", 64): 1.1, ("200", 1000): 1.1, ("304", 1000): 1.1}


def session(port, page):
    """The header that a browser's session cookie makes."""
    _, headers, _ = get(port, f"/{page}")
    return f"Cookie: {headers['Set-Cookie'].split(';')[0]}"


def poll_url(port, page, since):
    return f"http://127.0.0.1:{port}/api/pages/{page}?since={since}&client={CLIENT}"


def measure(run):
    with Stack(run, {"board": BOARD}) as stack, Nginx(run) as nginx:
        front = stack.front()
        body = wait_for_page(front.port, "board")
        (nginx.files / "board").write_bytes(body)
        version, tag = json.loads(body)["to"], get(nginx.port, "/board")[1]["ETag"]
        cookie = session(front.port, "board")
        ours = {"200": poll_url(front.port, "board", "1-1:1"), "304": poll_url(front.port, "board", version)}
        theirs = {"200": (cookie,), "304": (cookie, f"If-None-Match: {tag}")}
        figures = []
        for (status, connections), goal in GOALS.items():
            rates = alternate(
                run.runs,
                front=lambda: requests_per_cpu_second(front.pid, ours[status], connections, run.seconds(3), (cookie,)),
                nginx=lambda: requests_per_cpu_second(
                    nginx.pid, f"http://127.0.0.1:{nginx.port}/board", connections, run.seconds(3), theirs[status]))
            figures.append(figure(status, connections, goal, rates, len(body)))
        return figures


def figure(status, connections, goal, rates, size):
    ratio = rates["front"] / rates["nginx"]
    what = f"{size} bytes" if status == "200" else "nothing new"
    return Figure(
        f"poll answered {status} ({what}), {connections:,} connections, requests per CPU second against nginx", goal, ratio,
        "x", f"{ratio:.2f}x ({rates['front']:,.0f} against {rates['nginx']:,.0f})",
        details={"status": status, "connections": connections, "bytes": size} | rates)
