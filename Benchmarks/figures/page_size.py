"""A poll without news must not cost more where a page is large."""
import json

from figures.polls import poll_url, session
from harness.measure import alternate, requests_per_cpu_second
from harness.processes import Stack, wait_for_page
from harness.report import Figure

TITLE = "unchanged poll of a page of 300 components against one of 1"
CONNECTIONS = 64


def page(count):
    lines = [f"  c{index}: {{ type: number, from: n }}" for index in range(count)]
    return "\n".join(["sources: { n: { type: counter, every: 1h } }", "components:", *lines, ""])


def measure(run):
    with Stack(run, {"small": page(1), "large": page(300)}) as stack:
        front = stack.front()
        cookie = session(front.port, "small")
        urls = {name: poll_url(front.port, name, json.loads(wait_for_page(front.port, name))["to"]) for name in ("small", "large")}

        def rate(name):
            return lambda: requests_per_cpu_second(front.pid, urls[name], CONNECTIONS, run.seconds(3), (cookie,))
        rates = alternate(run.runs, small=rate("small"), large=rate("large"))
    ratio = rates["large"] / rates["small"]
    return [Figure(TITLE, 0.95, ratio, "x", f"{ratio:.2f}x ({rates['large']:,.0f} against {rates['small']:,.0f} per CPU second)",
                   details=rates)]
