"""What it costs to push one update to many viewers, against nchan."""
import http.client
import time

from figures.polls import session
from harness.measure import alternate, cpu_during
from harness.processes import Nginx, Stack, wait_for_page
from harness.report import Figure
from harness.viewers import Viewers, need_files, socket_path

TITLE = "WebSocket push, CPU per delivery against nchan"
UPDATE_BYTES = 512
# Of the 512 bytes, what is not the text: the delta around it, and the stamp.
AROUND_TEXT = 151
# By viewers: milliseconds between two updates, and seconds measured.
LOADS = {1_000: (100, 4), 10_000: (500, 4)}
NCHAN = """location = /publish { nchan_publisher; nchan_channel_id updates; nchan_message_buffer_length 1; }
    location = /listen { nchan_subscriber websocket; nchan_channel_id updates; nchan_subscriber_first_message newest; }"""


def measure(run):
    need_files(10_200)
    return [compare(run, viewers, every, run.seconds(seconds)) for viewers, (every, seconds) in LOADS.items()]


def compare(run, count, every, seconds):
    environment = {"BENCH_EVERY": str(every), "BENCH_BYTES": str(UPDATE_BYTES - AROUND_TEXT)}
    with Stack(run, environment=environment, is_app=True) as stack, Nginx(run, NCHAN) as nginx:
        front = stack.front(0, "--connections", "12000")
        wait_for_page(front.port, "payload")
        with Viewers(run, front.port, socket_path("payload"), count, "hello", session(front.port, "payload")) as ours:
            size = update_size(ours, 4 * every / 1000)
            with Viewers(run, nginx.port, "/listen", count) as theirs:
                # Whoever is not measured stands still, so that each has the core to itself.
                costs = alternate(
                    run.runs, front=lambda: alone(front, nginx, lambda: front_cost(front, ours, seconds)),
                    nchan=lambda: alone(nginx, front, lambda: nchan_cost(nginx, theirs, size, every, seconds)))
    ratio = costs["front"] / costs["nchan"]
    return Figure(
        f"WebSocket push of a {size:.0f}-byte update, {count:,} viewers, CPU per delivery against nchan", 1.0, ratio, "x",
        f"{ratio:.2f}x ({costs['front']:.2f} against {costs['nchan']:.2f} µs)", is_most=True,
        details={"viewers": count, "bytes": size, "microseconds": costs})


def update_size(viewers, seconds):
    """Bytes of a frame without its header of four."""
    viewers.reset()
    time.sleep(seconds)
    report = viewers.report()
    return report["bytes"] / report["deliveries"] - 4


def alone(server, other, measure):
    other.pause()
    try:
        time.sleep(0.7)
        return measure()
    finally:
        other.go_on()
        time.sleep(0.3)


def front_cost(front, viewers, seconds):
    """Microseconds of the whole process, with all that it does besides."""
    viewers.reset()
    used, _ = cpu_during(front.pid, lambda: time.sleep(seconds))
    return used * 1e6 / viewers.report()["deliveries"]


def nchan_cost(nginx, viewers, size, every, seconds):
    viewers.reset()
    used, _ = cpu_during(nginx.pid, lambda: publish(nginx.port, b"x" * round(size), every / 1000, seconds))
    return used * 1e6 / viewers.report()["deliveries"]


def publish(port, body, every, seconds):
    """Publishes at the pace of the producer."""
    connection, end, due = http.client.HTTPConnection("127.0.0.1", port), time.monotonic() + seconds, time.monotonic()
    while due < end:
        time.sleep(max(0, due - time.monotonic()))
        connection.request("POST", "/publish", body)
        connection.getresponse().read()
        due += every
    time.sleep(max(0, end - time.monotonic()))
    connection.close()
