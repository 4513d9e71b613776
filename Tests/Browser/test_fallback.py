"""A network that carries no WebSocket, or nothing at all, for a while."""
import re

import pytest
from playwright.sync_api import expect

from test_hello import hello
from watching import badge, never_back, number, record, recorded, settle, wait_for_tone

SOCKET = re.compile("/socket$")
POLLING = ("idle", "Polling every 2.5 s")


class Gate:
    """Stands between a page and its sockets: `closed` ends each at once, `silent` never answers, `open` lets it be."""

    def __init__(self, page, state):
        self.state, self.tried, self._open = state, 0, []
        page.route_web_socket(SOCKET, self._take)

    def _take(self, socket):
        self.tried += 1
        if self.state == "open":
            socket.connect_to_server()
            self._open.append(socket)
        elif self.state == "closed":
            socket.close(code=1001)

    def shut(self, state="closed"):
        self.state = state
        for socket in self._open:
            socket.close(code=1001)
        self._open = []


@pytest.mark.parametrize("state", ["closed", "silent"])
def test_where_no_socket_gets_through_the_page_polls_within_three_seconds(dev, new_page, state):
    page = new_page()
    gate = Gate(page, state)
    page.goto(f"{dev.base}/counter?transport=websocket", wait_until="commit")

    settle(page, lambda: page.watch.polls(), within=3.5, what="a poll")
    record(page)

    assert gate.tried >= 1
    settle(page, lambda: badge(page) == POLLING, within=2, what="the discreet notice")
    assert "WebSocket is not available" in page.locator("#status").get_attribute("title")
    settle(page, lambda: len(recorded(page)) >= 3, within=8, what="three numbers")


def test_a_page_that_lost_its_socket_goes_on_by_polls_and_returns_without_losing_a_value(dev, new_page):
    page = new_page()
    gate = Gate(page, "open")
    page.goto(f"{dev.base}/counter?transport=websocket")
    record(page)
    assert wait_for_tone(page, "good") == ("good", "Live")

    gate.shut()
    settle(page, lambda: badge(page) == POLLING, within=5, what="polling")
    seen = number(page)
    settle(page, lambda: number(page) > seen, within=4, what="a number by poll")
    gate.state = "open"
    settle(page, lambda: badge(page) == ("good", "Live"), within=12, what="the socket's return")
    after = number(page)
    settle(page, lambda: number(page) >= after + 3, within=6, what="numbers over the socket")

    numbers = recorded(page)
    assert never_back(numbers) and numbers[-1] > after
    polls = len(page.watch.polls())
    page.wait_for_timeout(3000)
    assert len(page.watch.polls()) == polls, "polls go on beside the socket"


def test_clicks_while_the_socket_is_blocked_are_counted_once(dev, new_page):
    page = new_page()
    gate = Gate(page, "open")
    page.goto(f"{dev.base}/hello?transport=websocket")
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")

    gate.shut()
    for _ in range(3):
        hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 4 times", timeout=8000)
    gate.state = "open"
    settle(page, lambda: badge(page) == ("good", "Live"), within=12, what="the socket's return")
    hello(page, "one").click()

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 5 times")


def test_a_page_without_network_says_so_and_recovers_when_it_is_back(dev, new_page):
    page = new_page(f"{dev.base}/counter")
    record(page)
    wait_for_tone(page, "good")
    shown = number(page)

    page.context.set_offline(True)
    warned = wait_for_tone(page, "warn", within=8)
    kept = number(page)
    page.context.set_offline(False)
    settle(page, lambda: badge(page)[0] == "good" and number(page) > kept, within=3, what="the recovery")

    assert re.search(r"data from \d+ s ago", warned[1]), warned
    assert kept >= shown and never_back(recorded(page))


def test_clicks_without_network_wait_and_are_counted_once_when_it_is_back(dev, new_page):
    page = new_page(f"{dev.base}/hello")
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")

    page.context.set_offline(True)
    hello(page, "one").click()
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_attribute("aria-busy", "true")
    page.context.set_offline(False)

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 3 times", timeout=8000)
    expect(hello(page, "one")).not_to_have_attribute("aria-busy", "true")
