"""What an idle WebSocket costs a process in memory, beside nchan."""
import time

from figures.polls import session
from harness.measure import resident_kib
from harness.processes import Nginx, Stack, wait_for_page
from harness.report import Figure
from harness.viewers import Viewers, need_files, socket_path

TITLE = "memory per idle WebSocket at 10,000 connections"
VIEWERS = 10_000
PAGE = "components: { text: { type: text, text: Nothing changes here } }\n"
LISTEN = "location = /listen { nchan_subscriber websocket; nchan_channel_id updates; }"


def measure(run):
    need_files(VIEWERS + 200)
    with Stack(run, {"still": PAGE}) as stack:
        front = stack.front(0, "--connections", "12000")
        wait_for_page(front.port, "still")
        ours = growth(run, front, socket_path("still"), "hello", session(front.port, "still"))
    with Nginx(run, LISTEN) as nginx:
        theirs = growth(run, nginx, "/listen")
    return [Figure(
        TITLE, 3.0, ours, " KiB", f"{ours:.1f} KiB (nchan {theirs:.1f} KiB)", is_most=True,
        details={"front_kib": ours, "nchan_kib": theirs})]


def growth(run, server, path, *flags):
    """KiB per viewer, beyond what the process was before the first of them. Pings are part of being idle."""
    before = resident_kib(server.pid)
    with Viewers(run, server.port, path, VIEWERS, *flags):
        time.sleep(run.seconds(6))
        return (resident_kib(server.pid) - before) / VIEWERS
