"""Bytes of WebSocket frames, headers and all, for one changed number and one new point of a chart."""
import time

from harness.measure import median_of
from harness.processes import Stack, wait_for_page
from harness.report import Figure
from harness.viewers import Viewers, socket_path

TITLE = "bytes on the wire per update and viewer"
PAGES = {
    "number": """sources: { count: { type: counter, start: 500, every: 250ms } }
components: { count: { type: number, from: count } }
""",
    "chart": """sources: { count: { type: counter, start: 500, every: 250ms } }
components: { count: { type: line, from: count, window: 10s } }
""",
}
WORDS = {"number": ("one changed number", 120), "chart": ("one new point of a chart", 150)}


def measure(run):
    with Stack(run, PAGES) as stack:
        front = stack.front()
        figures = []
        for page, (words, goal) in WORDS.items():
            wait_for_page(front.port, page)
            # As browsers offer it, and without.
            size, plain = (per_update(run, front, page, *flags) for flags in (("deflate",), ()))
            figures.append(Figure(
                f"bytes on the wire for {words}, per viewer", goal, size, "", f"{size:.0f} ({plain:.0f} without compression)",
                is_most=True, details={"compressed": size, "plain": plain}))
        return figures


def per_update(run, front, page, *flags):
    with Viewers(run, front.port, socket_path(page), 1, "hello", *flags) as viewers:
        return median_of(run.runs, lambda: [counted(viewers, run.seconds(3))])[0]


def counted(viewers, seconds):
    viewers.reset()
    time.sleep(seconds)
    report = viewers.report()
    return report["bytes"] / report["deliveries"]
