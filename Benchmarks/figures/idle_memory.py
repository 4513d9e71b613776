"""What an idle WebSocket costs a process in memory, beside nchan."""
import time

from figures.polls import session
from harness.measure import alternate, resident_kib
from harness.processes import Nginx, Stack, wait_for_page
from harness.report import Figure
from harness.viewers import Viewers, need_files, socket_path

TITLE = "memory per idle WebSocket at 10,000 connections"
VIEWERS = 10_000
PAGE = "components: { text: { type: text, text: Nothing changes here } }\n"
LISTEN = "location = /listen { nchan_subscriber websocket; nchan_channel_id updates; }"


def measure(run):
    need_files(VIEWERS + 200)
    # Each time with a process of its own, for memory that was given back stays with it.
    found = alternate(run.runs, False, front=lambda: front_growth(run), nchan=lambda: nchan_growth(run))
    return [Figure(
        TITLE.replace("10,000", f"{run.viewers(VIEWERS):,}"), 3.0, found["front"], " KiB",
        f"{found['front']:.1f} KiB (nchan {found['nchan']:.1f} KiB)", is_most=True,
        details={"front_kib": found["front"], "nchan_kib": found["nchan"]})]


def front_growth(run):
    with Stack(run, {"still": PAGE}) as stack:
        front = stack.front(0, "--connections", "12000")
        wait_for_page(front.port, "still")
        return growth(run, front, socket_path("still"), "hello", session(front.port, "still"))


def nchan_growth(run):
    with Nginx(run, LISTEN) as nginx:
        return growth(run, nginx, "/listen")


def growth(run, server, path, *flags):
    """KiB per viewer, beyond what the process was before the first of them. Pings are part of being idle."""
    before, count = resident_kib(server.pid), run.viewers(VIEWERS)
    with Viewers(run, server.port, path, count, *flags):
        time.sleep(run.seconds(6))
        return (resident_kib(server.pid) - before) / count
