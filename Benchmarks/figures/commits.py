"""Commits of one component each by one producer: by its link to Redis alone, and by a whole producer with its pages."""
import json
import re
import socket
import statistics
import subprocess
import time

from harness.measure import cpu_during, median_of
from harness.processes import LOAD_CORE, SERVER_CORE, Stack, need
from harness.report import Figure

TITLE = "commits per second by one producer (1 component each)"
GOAL = 10_000
# Pages that all want to commit every 50 ms, the least time between two commits of a page.
PAGES, EVERY = 900, 50


def measure(run):
    return [link(run), whole(run)]


def link(run):
    rates = []
    for _ in range(run.runs):
        with RedisOnly(run) as stack:
            words = [need("taskset"), "-c", str(SERVER_CORE), run.app, "commits", stack.redis_url, str(run.seconds(5))]
            said = json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)
            rates.append(said["commits"] / said["seconds"])
    rate = statistics.median(rates)
    return Figure(f"{TITLE}, its link to Redis", GOAL, rate, "", f"{rate:,.0f} per second, 64 pages at once", details={"runs": rates})


class RedisOnly(Stack):
    """Without a producer of its own: the program that measures is one."""

    def start_producer(self, core=LOAD_CORE):
        pass


def whole(run):
    """The producer has a core, Redis the other."""
    environment = {"BENCH_EVERY": str(EVERY), "BENCH_CROWD": str(PAGES)}
    with ProducerAlone(run, environment=environment, is_app=True) as stack:
        time.sleep(3)
        rate, share = median_of(run.runs, lambda: pace(stack, run.seconds(6)))
    return Figure(
        f"{TITLE}, a whole producer of {PAGES} pages", GOAL, rate, "", f"{rate:,.0f} per second, with {100 * share:.0f} % of a core",
        details={"cpu": share, "wanted": PAGES * 1000 / EVERY})


def pace(stack, seconds):
    """Commits per second, and the part of a core they take."""
    began, before = time.monotonic(), commits(stack.redis_port)
    used, _ = cpu_during(stack.producer.pid, lambda: time.sleep(seconds))
    passed = time.monotonic() - began
    return (commits(stack.redis_port) - before) / passed, used / passed


class ProducerAlone(Stack):
    """The producer has the servers' core."""

    def start_producer(self, core=SERVER_CORE):
        super().start_producer(core)


def commits(port):
    """How many scripts Redis has run; beats and events are a few per second among them."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"INFO commandstats\r\n")
        said = b""
        while not said.endswith(b"\r\n") or said.count(b"cmdstat") < 3:
            said += line.recv(65536)
    return int(re.search(r"cmdstat_evalsha:calls=(\d+)", said.decode())[1])
