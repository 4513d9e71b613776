"""The seed's two programs, written in Swift (scenarios 1 to 6, 9, 12)."""
import re

import pytest
from playwright.sync_api import expect

from processes import ExampleDev, ExampleProducer, Front, Redis, until
from watching import RECORD, settle
from web import get

# How late, in seconds, a busy machine may draw or tick.
SLACK = 0.4


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    server = ExampleDev("Counter", tmp_path_factory.mktemp("counter"))
    yield server
    server.kill()


@pytest.fixture(scope="module")
def hello(tmp_path_factory):
    server = ExampleDev("Hello", tmp_path_factory.mktemp("hello"))
    yield server
    server.kill()


def hellos(page):
    return page.get_by_text(re.compile("^Hello! I was clicked"))


def test_the_counter_grows_by_two_or_three_per_poll(counter, new_page):
    page = new_page(counter.base)
    shown = page.get_by_text(re.compile(r"^\d{3,}$"))
    expect(shown).to_be_visible()
    shown.locator("..").evaluate(RECORD)

    settle(page, lambda: len(page.evaluate("window.seen")) >= 5, 25, "five numbers")

    seen = page.evaluate("window.seen")
    assert int(seen[0]["text"]) >= 501
    # A tick a second: the growth is the time that went by, to the tick before or after. Of 2.5 s that is 2 or 3. The
    # first number had been there for an unknown time.
    for before, after in zip(seen[1:], seen[2:]):
        passed, grown = (after["at"] - before["at"]) / 1000, int(after["text"]) - int(before["text"])
        assert passed > 2.2 and abs(grown - passed) < 1 + SLACK, seen
    assert not page.watch.sockets
    page.watch.assert_clean(counter.base)


def test_the_counter_looks_as_its_classes_say(counter, new_page):
    page = new_page(counter.base)
    number = page.get_by_text(re.compile(r"^\d{3,}$"))
    expect(number).to_be_visible()

    looks = number.evaluate("(node) => { const is = getComputedStyle(node); "
                            "return [is.fontSize, is.color, is.backgroundColor, is.textAlign, is.padding]; }")
    assert looks == ["200px", "rgb(255, 255, 255)", "rgb(59, 130, 246)", "center", "16px"]


@pytest.mark.parametrize("transport", ["ajax", "websocket"])
def test_each_of_ten_hellos_counts_its_own_clicks(hello, new_page, transport):
    page = new_page(f"{hello.base}/?transport={transport}")
    expect(hellos(page)).to_have_count(10)

    for index in range(10):
        hellos(page).nth(index).click()
        expect(hellos(page).nth(index)).to_have_text("Hello! I was clicked 1 times")
    for count in range(2, 6):
        hellos(page).nth(3).click()
        expect(hellos(page).nth(3)).to_have_text(f"Hello! I was clicked {count} times")

    assert bool(page.watch.sockets) == (transport == "websocket")
    assert hellos(page).all_text_contents().count("Hello! I was clicked 1 times") == 9
    page.watch.assert_clean(hello.base)


def test_every_viewer_counts_alone(hello, new_page):
    one, other = new_page(hello.base), new_page(hello.base)
    hellos(one).first.click()
    expect(hellos(one).first).to_have_text("Hello! I was clicked 1 times")
    expect(hellos(other).first).to_have_text("Hello! I was clicked 0 times")


def test_a_viewers_page_survives_the_producer_and_the_stock_front_serves_it(tmp_path, new_page):
    redis = Redis(tmp_path)
    first = ExampleProducer("Hello", redis, tmp_path)
    first.says("owns a shard")
    second, front = ExampleProducer("Hello", redis, tmp_path), Front(redis)
    try:
        until(lambda: get(front.base, "/").status == 200, 20, "the page")
        page = new_page(front.base)
        for _ in range(3):
            hellos(page).nth(4).click()
        expect(hellos(page).nth(4)).to_have_text("Hello! I was clicked 3 times")

        first.kill()
        second.says("owns a shard")
        hellos(page).nth(4).click()

        expect(hellos(page).nth(4)).to_have_text("Hello! I was clicked 4 times")
        assert page.locator("text=/clicked 0 times/").count() == 9
    finally:
        for program in (first, second, front, redis):
            program.kill()
