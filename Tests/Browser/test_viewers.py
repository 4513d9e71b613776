"""Pages of single viewers: who they belong to, and who cannot reach them (scenarios 10 and 13)."""
from playwright.sync_api import expect

from test_hello import hello
from watching import component
from web import Refused, Socket, Tab, get

BUTTONS = """
transport: websocket
act: anyone
sources: { count: { type: counter, start: 5, every: 1h } }
components:
  count: { type: number, from: count }
  more: { type: button, text: More, action: { add: 10, to: count } }
  again: { type: button, text: Again, action: { reset: count } }
"""


def test_two_tabs_of_hello_are_two_pages(dev, new_page):
    first = new_page(f"{dev.base}/hello")
    second = new_page(f"{dev.base}/hello", context=first.context)
    expect(hello(second, "one")).to_have_text("Hello!")

    hello(first, "one").click()
    expect(hello(first, "one")).to_have_text("Hello! I was clicked 1 times")
    hello(second, "two").click()
    expect(hello(second, "two")).to_have_text("Hello! I was clicked 1 times")

    assert hello(second, "one").text_content() == "Hello!"
    assert hello(first, "two").text_content() == "Hello!"


def test_another_session_with_a_tabs_id_sees_a_page_of_its_own(dev):
    owner, stranger = Tab(dev.base), Tab(dev.base)
    assert owner.post(owner.event()).json["ack"]["state"] == "applied"
    stranger.client = owner.client

    seen = stranger.poll().json["components"]["one"]["value"]
    answer = stranger.post(stranger.event(seq=1, lo=1))

    assert (seen, answer.json["ack"]["state"]) == (0, "applied")
    assert owner.poll().json["components"]["one"]["value"] == 1


def test_without_a_session_nobody_reaches_a_viewers_page(dev):
    owner = Tab(dev.base)
    owner.post(owner.event())

    poll = get(dev.base, f"/api/pages/hello?client={owner.client}")
    event = owner.post(owner.event(), {"Cookie": None})

    assert (poll.status, poll.error["code"]) == (403, "no_session")
    assert (event.status, event.error["code"]) == (403, "no_session")


def test_a_forged_cookie_is_no_session(dev):
    owner = Tab(dev.base)
    name, value = owner.cookie.split("=", 1)
    forged = value[:-1] + ("A" if value[-1] != "A" else "B")

    event = owner.post(owner.event(), {"Cookie": f"{name}={forged}"})
    shell = get(dev.base, "/hello", {"Cookie": f"{name}={forged}"})

    assert event.status == 403
    assert shell.status == 200 and shell.headers["set-cookie"].startswith(f"{name}=")


def test_a_socket_without_a_session_gets_no_viewers_page(dev):
    owner = Tab(dev.base)

    with Socket(dev.base, "hello") as socket:
        socket.hello(owner.client)

        assert socket.code() == 4503


def test_the_session_cookie_is_for_http_only_and_same_site(dev):
    cookie = get(dev.base, "/hello").headers["set-cookie"]

    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie


def test_a_shared_page_is_the_same_for_all_and_stays_when_one_leaves(dev_with, new_page):
    base = dev_with({"board.yml": BUTTONS}).base
    first, second, polling = (new_page(f"{base}/board{query}") for query in ("", "", "?transport=ajax"))
    shown = lambda page: component(page, "count").locator(".number-value")
    expect(shown(second)).to_have_attribute("aria-label", "6")

    component(first, "more").locator("button").click()
    for page in (first, second, polling):
        expect(shown(page)).to_have_attribute("aria-label", "16")
    first.close()
    component(second, "again").locator("button").click()

    for page in (second, polling):
        expect(shown(page)).to_have_attribute("aria-label", "5")


def test_viewers_may_not_act_where_a_definition_does_not_allow_it(shared_stack):
    tab = Tab(shared_stack.base, "counter")

    answer = tab.post(tab.event(component="count"))

    assert answer.status == 403
    assert answer.json["ack"] == {"type": "ack", "seq": 1, "state": "failed", "reason": "not_allowed"}


def test_a_page_that_does_not_exist_has_no_socket_either(dev):
    try:
        with Socket(dev.base, "nowhere") as socket:
            socket.hello("A" * 22)
            assert socket.code() == 4504
    except Refused as refusal:
        assert refusal.status == 404
