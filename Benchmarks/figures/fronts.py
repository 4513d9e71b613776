"""Two fronts against one, each on a core of its own with half of the viewers.

On a machine of two cores the load tools have no core left, so what counts is what each front answers per second of processor
time it gets: the sum over the fronts is what they could answer with a core each. That shows whether fronts hinder one
another (through Redis or the producer), not what caches and memory of a larger machine do.
"""
import json

from figures.polls import BOARD, poll_url, session
from harness.measure import alternate, cpu_seconds, requests_of, start_wrk
from harness.processes import LOAD_CORE, SERVER_CORE, Stack, wait_for_page
from harness.report import Figure

TITLE = "polls of two fronts against one, per CPU second"
CONNECTIONS = 64


def measure(run):
    with Stack(run, {"board": BOARD}) as stack:
        fronts = [stack.front(SERVER_CORE), stack.front(LOAD_CORE)]
        version = [json.loads(wait_for_page(front.port, "board"))["to"] for front in fronts][0]
        cookie = session(fronts[0].port, "board")

        def rate(chosen):
            return lambda: capacity(chosen, version, cookie, run.seconds(3))
        rates = alternate(run.runs, one=rate(fronts[:1]), two=rate(fronts))
    ratio = rates["two"] / rates["one"]
    return [Figure(TITLE, 1.9, ratio, "x", f"{ratio:.2f}x ({rates['two']:,.0f} against {rates['one']:,.0f})", details=rates)]


def capacity(fronts, version, cookie, seconds):
    """What these fronts answer together, each per second of its own processor time."""
    before = [cpu_seconds(front.pid) for front in fronts]
    # The load of each front comes from the other core, and shares it.
    load = [
        start_wrk(poll_url(front.port, "board", version), CONNECTIONS // len(fronts), seconds, (cookie,),
                  LOAD_CORE if index == 0 else SERVER_CORE)
        for index, front in enumerate(fronts)
    ]
    counts = [requests_of(wrk) for wrk in load]
    return sum(count / (cpu_seconds(front.pid) - begun) for front, begun, count in zip(fronts, before, counts))
