"""A front that is told to stop, as a balancer, a poller and a clicker see it (F7)."""
import concurrent.futures
import signal
import time

import pytest

from processes import until
from web import Refused, Socket, Tab, get

CLOSE_TO_NOW = 0.1


@pytest.fixture
def leaving(new_stack):
    """A front that has just got SIGTERM, and what it had under way: a socket, and an event that nobody works off."""
    stack = new_stack(fronts=1)
    front = stack.fronts[0]
    tab = Tab(front.base)
    assert tab.post(tab.event()).status == 200
    socket = Socket(front.base, "hello", tab.cookie)
    socket.hello(tab.client)
    socket.next("full")
    stack.producer.send(signal.SIGSTOP)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        posted = pool.submit(tab.post, tab.event())
        time.sleep(0.3)
        front.told = time.monotonic()
        front.send(signal.SIGTERM)
        yield front, tab, socket, posted
        front.kill()
        stack.producer.send(signal.SIGCONT)
    socket.end()


def since(front):
    return time.monotonic() - front.told


def test_a_front_that_is_told_to_stop_says_so_at_once_and_answers_until_its_viewers_have_left(leaving):
    front, tab, socket, posted = leaving

    until(lambda: get(front.base, "/health/ready").status == 503, within=CLOSE_TO_NOW, what="no readiness", every=0.01)
    assert since(front) < CLOSE_TO_NOW
    ready, poll = get(front.base, "/health/ready"), tab.poll()
    with pytest.raises(Refused) as refused:
        Socket(front.base, "hello", tab.cookie)

    assert ready.json["reason"] == "this front stops" and ready.headers["connection"] == "close"
    assert poll.status == 200 and poll.headers["connection"] == "close"
    assert refused.value.status == 503 and get(front.base, "/health/live").status == 200
    assert socket.code() == 1012 and 1.5 < since(front) < 5
    with pytest.raises(OSError):
        until(lambda: get(front.base, "/health/live").status != 200, within=3, what="the end of the port")

    answer = posted.result()
    assert (answer.status, answer.json["ack"]["state"]) == (202, "queued") and 6.5 < since(front) < 8
    assert answer.headers["location"].startswith("events/2?client=")
    assert front.wait(10 - since(front)) == 0
