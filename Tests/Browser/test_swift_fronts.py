"""SCENARIOS.md on pages written in Swift behind several fronts: one that dies, a proxy, and tabs that leave (6, 9, 12, 27)."""
import http.client
import os
import pathlib
import re
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis as store
from playwright.sync_api import expect

from balancer import HAProxy, RoundRobin
from conftest import need
from processes import ExampleProducer, Front, Redis, until
from test_swift_pages import press
from watching import never_back, settle, wait_for_tone
from web import Tab, ask, get

GRACE = 15
# Scenario 9 says 20,000: SPLITFLAP_LOADS=20000 python3 -m pytest Tests/Browser/test_swift_fronts.py -k poll_and_leave
LOADS = int(os.environ.get("SPLITFLAP_LOADS", "1600"))
VISITORS = 4
PAGE_SIZE = 4096


class Fleet:
    """A store, the program of Tests/Scenarios, and two fronts behind a round robin."""

    def __init__(self, scratch):
        need(shutil.which("redis-server"), "redis-server")
        self.scratch, self.programs = scratch, []
        self.redis = self.keep(Redis(scratch))
        self.producer = self.keep(ExampleProducer("Scenarios", self.redis, scratch))
        self.producer.says("owns a shard")
        self.fronts = [self.keep(Front(self.redis)) for _ in range(2)]
        for front in self.fronts:
            until(lambda: get(front.base, "/mine").status == 200, 20, "a page")
        self.balancer = RoundRobin([front.port for front in self.fronts])
        self.base = self.balancer.base
        self.store = store.Redis(port=self.redis.port)

    def keep(self, program):
        self.programs.append(program)
        return program

    def own_pages(self, name):
        """Pages of single viewers that the store has."""
        return list(self.store.scan_iter(match=f"*:p:{name}~*:m"))

    def stop(self):
        self.balancer.stop()
        for program in reversed(self.programs):
            program.kill()


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    fleet = Fleet(tmp_path_factory.mktemp("fleet"))
    yield fleet
    fleet.stop()


@pytest.fixture(scope="module", params=["proxy", "haproxy"])
def spread(request, fleet, tmp_path_factory):
    """The address of the fleet behind our own balancer, and behind HAProxy."""
    if request.param == "proxy":
        yield fleet.base
        return
    need(shutil.which("haproxy") or "/usr/sbin/haproxy", "haproxy")
    proxy = HAProxy([front.port for front in fleet.fronts], tmp_path_factory.mktemp("haproxy"))
    yield proxy.base
    proxy.kill()


def clicked(page):
    return page.get_by_role("button", name=re.compile("^clicked"))


def resident(program) -> int:
    """Bytes that a program holds."""
    return int(pathlib.Path(f"/proc/{program.pid}/statm").read_text().split()[1]) * PAGE_SIZE


def test_behind_a_round_robin_the_counter_never_goes_back(spread, new_page):
    polling, listening = new_page(spread), new_page(f"{spread}/?transport=websocket")
    seen = {polling: [], listening: []}

    def look():
        for page, numbers in seen.items():
            numbers.append(int(page.locator(".count").text_content(timeout=10000)))
        return all(numbers[-1] >= numbers[0] + 4 for numbers in seen.values())

    settle(polling, look, within=20, what="four more")
    listening.reload()
    look()

    assert all(never_back(numbers) for numbers in seen.values()), seen


def test_a_session_survives_a_fronts_restart(fleet, new_page):
    page = new_page(f"{fleet.base}/session")
    press(page, "Click")
    expect(page.locator(".told")).to_have_text(re.compile(", 1 clicks$"))
    cookies = page.context.cookies()

    old = fleet.fronts[0]
    old.kill()
    fleet.fronts[0] = fleet.keep(Front(fleet.redis))
    fleet.balancer.ports[0] = fleet.fronts[0].port
    until(lambda: get(fleet.fronts[0].base, "/session").status == 200, 20, "the new front's page")
    for _ in range(2):
        press(page, "Click")

    expect(page.locator(".told")).to_have_text(re.compile(", 3 clicks$"))
    assert page.context.cookies() == cookies


@pytest.mark.parametrize("transport", ["websocket", "ajax"])
def test_a_reload_keeps_a_viewers_page_and_leaving_frees_it_soon(fleet, new_page, transport):
    until(lambda: not fleet.own_pages("mine"), GRACE + 10, "a clean start", every=0.5)
    page = new_page(f"{fleet.base}/mine?transport={transport}")
    clicked(page).click()
    expect(clicked(page)).to_have_text("clicked 1")
    for _ in range(3):
        page.reload()
        expect(clicked(page)).to_have_text("clicked 1")
    page.wait_for_timeout((GRACE + 2) * 1000)
    clicked(page).click()
    expect(clicked(page)).to_have_text("clicked 2")
    assert fleet.own_pages("mine")

    # As a user closes a tab.
    page.close(run_before_unload=True)

    until(lambda: not fleet.own_pages("mine"), GRACE + 5, "the end of the page", every=0.5)


def test_a_network_that_is_gone_for_a_moment_costs_a_viewers_page_nothing(fleet, new_page):
    page = new_page(f"{fleet.base}/mine?transport=websocket")
    clicked(page).click()
    expect(clicked(page)).to_have_text("clicked 1")

    page.context.set_offline(True)
    fleet.balancer.cut()
    page.wait_for_timeout((GRACE + 5) * 1000)
    page.context.set_offline(False)

    wait_for_tone(page, "good", within=20)
    clicked(page).click()
    expect(clicked(page)).to_have_text("clicked 2")


def test_20000_loads_without_a_socket_leave_memory_flat(fleet):
    front = fleet.fronts[1]

    def load(count):
        connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=30)
        for _ in range(count):
            connection.request("GET", "/mine")
            answer = connection.getresponse()
            assert answer.status == 200 and answer.read()

    load(2000)
    before = resident(front), resident(fleet.producer)
    load(20_000)
    grown = [now - then for now, then in zip((resident(front), resident(fleet.producer)), before)]

    print(f"20,000 loads: front {grown[0] >> 10} KiB, producer {grown[1] >> 10} KiB more")
    assert all(growth < 8 << 20 for growth in grown)


def test_viewers_who_come_poll_and_leave_leave_memory_flat(fleet):
    front, tab = fleet.fronts[1], Tab(fleet.fronts[1].base, "mine")
    until(lambda: not fleet.own_pages("mine"), GRACE + 10, "a clean start", every=0.5)

    def visit(count):
        connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=30)
        for _ in range(count):
            client = secrets.token_urlsafe(16)
            for method, path, status in (
                    ("GET", "/mine", 200), ("GET", f"{tab.path}?client={client}", 200),
                    ("POST", f"{tab.path}/leave?client={client}", 204)):
                connection.request(method, path, None, tab.headers | {"Origin": tab.base})
                answer = connection.getresponse()
                assert answer.read() is not None and answer.status == status, path

    def crowd(count):
        with ThreadPoolExecutor(VISITORS) as visitors:
            list(visitors.map(visit, [count // VISITORS] * VISITORS))

    # As many as are there at a time, until the first have been let go.
    crowd(LOADS)
    before = resident(front), resident(fleet.producer)
    crowd(LOADS)
    until(lambda: not fleet.own_pages("mine"), GRACE + 15, "the end of the pages", every=0.5)
    grown = [now - then for now, then in zip((resident(front), resident(fleet.producer)), before)]

    print(f"{LOADS} pages of viewers who polled and left: front {grown[0] >> 10} KiB, producer {grown[1] >> 10} KiB more")
    assert all(growth < 8 << 20 for growth in grown)


def test_tasks_and_stored_values_go_on_at_the_producer_that_takes_over(tmp_path, new_page):
    need(shutil.which("redis-server"), "redis-server")
    redis = Redis(tmp_path)
    first = ExampleProducer("Scenarios", redis, tmp_path)
    first.says("owns a shard")
    second, front = ExampleProducer("Scenarios", redis, tmp_path), Front(redis)
    try:
        until(lambda: get(front.base, "/").status == 200, 20, "the page")
        page, seen = new_page(front.base), []

        def reaches(number):
            seen.append(int(page.locator(".count").text_content(timeout=10000)))
            return seen[-1] >= number

        settle(page, lambda: reaches(504), 15, "the first producer's ticks")
        assert "started at" not in second.output
        first.kill()
        killed_at = seen[-1]
        second.says("owns a shard")

        begun_at = int(second.says(r"^started at (\d+)$")[1])
        settle(page, lambda: reaches(begun_at + 3), 15, "the second producer's ticks")

        assert killed_at <= begun_at + 1 <= killed_at + 3 and never_back(seen), (killed_at, begun_at, seen)
        assert second.stop() == 0
        assert int(second.says(r"^shut down at (\d+)$")[1]) >= seen[-1]
        assert "shut down" not in first.output
    finally:
        for program in (first, second, front, redis):
            program.kill()


def test_what_shutdown_stores_is_there_for_the_next_producer(tmp_path):
    need(shutil.which("redis-server"), "redis-server")
    redis = Redis(tmp_path)
    first = ExampleProducer("Scenarios", redis, tmp_path)
    second = None
    try:
        first.says("ended well 0 times")
        assert first.stop() == 0

        second = ExampleProducer("Scenarios", redis, tmp_path)

        second.says("ended well 1 times")
    finally:
        for program in filter(None, (first, second, redis)):
            program.kill()


def test_a_loop_without_await_ends_its_producer_and_the_standby_goes_on(tmp_path):
    need(shutil.which("redis-server"), "redis-server")
    redis = Redis(tmp_path)
    first = ExampleProducer("Scenarios", redis, tmp_path)
    first.says("owns a shard")
    second, front = ExampleProducer("Scenarios", redis, tmp_path), Front(redis)
    try:
        until(lambda: get(front.base, "/rough").status == 200, 20, "the page")
        tab = Tab(front.base, "rough")
        block, fine = (next(name for name, item in tab.poll().json["components"].items() if item.get("text") == text)
                       for text in ("Block", "Fine 0"))

        answer = tab.post(tab.event(component=block))

        first.says("holds up the main actor")
        first.says("ended: a loop without await", within=20)
        assert first.wait(5) == 1
        second.says("owns a shard", within=20)
        assert answer.json["ack"]["state"] in ("failed", "queued")
        until(lambda: tab.post(tab.event(component=fine)).json["ack"]["state"] == "applied", 20, "the standby's answer")
    finally:
        for program in (first, second, front, redis):
            program.kill()


def test_all_of_it_works_below_a_path_with_sockets(fleet, new_page, tmp_path):
    need(shutil.which("haproxy") or "/usr/sbin/haproxy", "haproxy")
    proxy = HAProxy([front.port for front in fleet.fronts], tmp_path, below="/boards/here")
    try:
        page = new_page(f"{proxy.base}/echo/Ada?word=hello")
        expect(page.get_by_role("heading", name="Ada, hello")).to_be_visible()
        page.get_by_role("link", name="onwards").click()
        expect(page.get_by_role("heading", name="a b&c?, ü&x")).to_be_visible()
        assert page.url.startswith(f"{proxy.base}/echo/")

        page.goto(f"{proxy.base}/mine?transport=websocket")
        clicked(page).click()
        expect(clicked(page)).to_have_text("clicked 1")
        assert any(url.endswith("/socket") or "/socket?" in url for url in page.watch.sockets)
        assert all("/boards/here/" in url for url in page.watch.sockets)

        assert page.goto(f"{proxy.base}/no/such/page").status == 404
        expect(page.get_by_role("heading", name="Nothing here, try the start")).to_be_visible()
    finally:
        proxy.kill()


def test_a_redirect_by_a_handler_stays_below_the_path(fleet, new_page, tmp_path):
    need(shutil.which("haproxy") or "/usr/sbin/haproxy", "haproxy")
    proxy = HAProxy([front.port for front in fleet.fronts], tmp_path, below="/boards")
    try:
        page, other = new_page(f"{proxy.base}/still"), new_page(f"{proxy.base}/still")
        expect(other.get_by_text("nothing changes here")).to_be_visible()
        press(page, "Move all")

        for each in (page, other):
            expect(each.get_by_role("main").get_by_role("heading", name="Elsewhere")).to_be_visible()
            assert each.url == f"{proxy.base}/elsewhere"
    finally:
        proxy.kill()
