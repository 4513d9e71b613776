"""Real faults in real processes, as a viewer sees them (scenarios 16 to 18; F1, F4, F6, F9)."""
import shutil
import signal
import time

import pytest
from playwright.sync_api import expect

from conftest import need
from processes import Front, Producer, Redis, until
from test_hello import hello
from watching import badge, never_back, number, record, recorded, settle, wait_for_tone
from web import Tab, get

TRANSPORTS = ["ajax", "websocket"]


def watch_counter(new_page, base, transport):
    page = new_page(f"{base}/counter?transport={transport}")
    record(page)
    wait_for_tone(page, "good")
    settle(page, lambda: len(recorded(page)) >= 2, what="two numbers")
    return page


def assert_live_again(page, shown, within):
    settle(page, lambda: badge(page)[0] == "good" and number(page) > shown, within, "a new number and a good badge")
    assert never_back(recorded(page)), recorded(page)


@pytest.mark.parametrize("haproxy", [False, True], ids=["proxy", "haproxy"])
def test_pages_move_to_the_other_front_when_theirs_is_killed(new_stack, new_page, haproxy):
    stack = new_stack(haproxy=haproxy)
    pages = [watch_counter(new_page, stack.base, transport) for transport in ("websocket", "websocket", "ajax")]
    shown = [number(page) for page in pages]

    stack.fronts[0].kill()
    killed = time.monotonic()

    for page, before in zip(pages, shown):
        assert_live_again(page, before + 1, within=5 - (time.monotonic() - killed))


def test_clicks_made_while_a_front_dies_are_counted_once(new_stack, new_page):
    stack = new_stack()
    page = new_page(f"{stack.base}/hello?transport=websocket")
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")

    stack.front(stack.balancer.last("/socket")).kill()
    for _ in range(4):
        hello(page, "one").click()

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 5 times", timeout=5000)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_killed_producer_shows_a_badge_that_goes_soon_after_its_return(new_stack, new_page, transport):
    stack = new_stack()
    page = watch_counter(new_page, stack.base, transport)

    stack.producer.kill()
    warned = wait_for_tone(page, "warn", within=4)
    kept = number(page)
    page.wait_for_timeout(1500)
    assert number(page) == kept and badge(page)[0] == "warn"
    stack.restart_producer()
    stack.producer.owns()

    assert "ago" in warned[1], warned
    # A poller may ask just before and again one interval later.
    assert_live_again(page, kept, within=2 if transport == "websocket" else 4.5)


def test_the_health_of_a_front_follows_the_producer(new_stack):
    stack = new_stack(fronts=1)
    ready = lambda: get(stack.fronts[0].base, "/health/ready").status
    until(lambda: ready() == 200, what="readiness")

    stack.producer.kill()

    until(lambda: ready() == 503, within=8, what="no readiness")
    assert get(stack.fronts[0].base, "/health/live").status == 200
    assert get(stack.fronts[0].base, "/counter").status == 200


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_redis_killed_and_back_from_its_file_loses_nothing(new_stack, new_page, transport):
    stack = new_stack()
    page = watch_counter(new_page, stack.base, transport)

    stack.redis.kill()
    warned = wait_for_tone(page, "warn", within=5)
    kept = number(page)
    assert get(stack.base, "/api/pages/counter").headers["page-state"] == "stale"
    stack.restart_redis()

    assert "ago" in warned[1], warned
    assert_live_again(page, kept, within=3 if transport == "websocket" else 5)


def test_a_redis_that_comes_back_empty_takes_no_value_back(new_stack, new_page):
    stack = new_stack()
    pages = [watch_counter(new_page, stack.base, transport) for transport in TRANSPORTS]

    stack.redis.kill()
    for path in stack.scratch.glob("appendonlydir/*"):
        path.unlink()
    shown = max(number(page) for page in pages)
    stack.restart_redis()

    for page in pages:
        assert_live_again(page, shown, within=6)


def test_a_click_while_the_producer_is_away_waits_and_is_counted_once(new_stack, new_page):
    stack = new_stack()
    page = new_page(f"{stack.base}/hello")
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")

    stack.producer.kill()
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_attribute("aria-busy", "true")
    stack.restart_producer()

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 2 times", timeout=10000)
    expect(hello(page, "one")).not_to_have_attribute("aria-busy", "true")


def test_a_standby_producer_takes_over_from_a_killed_one(new_stack, new_page):
    stack = new_stack()
    first = stack.producer
    stack.restart_producer()
    page = watch_counter(new_page, stack.base, "websocket")
    kept = number(page)

    first.kill()
    killed = time.monotonic()
    stack.producer.owns()

    assert time.monotonic() - killed < 2.5
    assert_live_again(page, kept + 1, within=4)


def test_a_frozen_producer_is_replaced_and_changes_nothing_when_it_wakes(new_stack, new_page):
    stack = new_stack()
    frozen = stack.producer
    stack.restart_producer()
    page = watch_counter(new_page, stack.base, "websocket")
    kept = number(page)

    frozen.send(signal.SIGSTOP)
    stack.producer.owns()
    assert_live_again(page, kept + 1, within=4)
    frozen.send(signal.SIGCONT)
    woken = number(page)
    settle(page, lambda: number(page) >= woken + 3, within=6, what="three more numbers")

    assert never_back(recorded(page)) and badge(page)[0] == "good"


def test_a_frozen_front_is_left_and_its_old_numbers_are_never_shown(new_stack, new_page):
    stack = new_stack()
    page = watch_counter(new_page, stack.base, "websocket")
    frozen = stack.front(stack.balancer.last("/socket"))
    kept = number(page)

    frozen.send(signal.SIGSTOP)
    wait_for_tone(page, "warn", within=5.5)
    assert_live_again(page, kept + 1, within=12)
    frozen.send(signal.SIGCONT)
    woken = number(page)
    settle(page, lambda: number(page) >= woken + 3, within=8, what="three more numbers")

    assert never_back(recorded(page))


def test_a_redis_that_stalls_for_three_seconds_shows_a_badge_and_no_takeover(new_stack, new_page):
    stack = new_stack()
    page = watch_counter(new_page, stack.base, "websocket")
    kept = number(page)

    stack.redis.send(signal.SIGSTOP)
    wait_for_tone(page, "warn", within=3.5)
    stack.redis.send(signal.SIGCONT)

    assert_live_again(page, kept + 1, within=3)
    assert stack.producer.output.count("owns a shard") == 1


def test_a_session_outlives_every_front_and_producer(new_stack, tmp_path):
    stack = new_stack(fronts=1)
    tab = Tab(stack.base)
    assert tab.post(tab.event()).json["ack"]["state"] == "applied"

    stack.fronts[0].kill()
    stack.producer.kill()
    stack.restart_producer()
    stack.producer.owns()
    front = Front(stack.redis)
    try:
        tab.base = front.base
        until(lambda: tab.poll().status == 200, what="the page")
        answer = tab.post(tab.event())
    finally:
        front.kill()

    assert answer.json["ack"]["state"] == "applied", answer
    assert answer.json["update"]["components"]["one"]["value"] == 2


def test_a_screen_that_was_on_before_the_producer_shows_the_page_when_it_comes(tmp_path, new_page):
    need(shutil.which("redis-server"), "redis-server")
    redis = Redis(tmp_path)
    programs = [redis, Front(redis)]
    try:
        page = new_page(f"{programs[1].base}/counter")
        programs.append(Producer(redis))
        record_when_there(page)

        settle(page, lambda: len(recorded(page)) >= 2, what="two numbers")
    finally:
        for program in reversed(programs):
            program.kill()


def record_when_there(page):
    # The page of a front that has nothing yet asks again by itself.
    page.locator(".number-value").wait_for(timeout=30000)
    record(page)


def test_a_drained_front_sends_its_pages_to_the_other_one(new_stack, new_page):
    stack = new_stack()
    page = watch_counter(new_page, stack.base, "websocket")
    leaving = stack.front(stack.balancer.last("/socket"))
    shown = number(page)

    assert leaving.stop(within=10) == 0

    assert_live_again(page, shown, within=3)
    assert stack.front(stack.balancer.last("/socket")) is not leaving
