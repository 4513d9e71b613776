"""What a viewer sees of his own actions: answers, waiting ones, and how soon trouble shows and goes."""
import json
import re
import signal
import time

import pytest
from playwright.sync_api import expect

from test_hello import hello
from watching import badge, component, settle, wait_for_tone

TRANSPORTS = ["ajax", "websocket"]
WAITING = ".notices-waiting"
NOTICE = ".notice"


def open_hello(new_page, base, transport, **options):
    page = new_page(None, **options)
    return page, f"{base}/hello?transport={transport}"


def answer_with(page, reply):
    """From now on every applied event of this page carries `reply`, as a handler could have given it."""
    def over_ajax(route):
        response = route.fetch()
        body = response.json()
        if body.get("ack", {}).get("state") == "applied":
            body["ack"]["reply"] = reply
        route.fulfill(response=response, body=json.dumps(body))

    def over_socket(socket):
        server = socket.connect_to_server()

        def pass_on(text):
            message = json.loads(text)
            if message.get("state") == "applied":
                message["reply"] = reply
            socket.send(json.dumps(message))

        server.on_message(pass_on)

    page.route(re.compile(r"/events$"), over_ajax)
    page.route_web_socket(re.compile(r"/socket"), over_socket)


def press(new_page, dev, transport, reply, **options):
    page, address = open_hello(new_page, dev.base, transport, **options)
    answer_with(page, reply)
    page.goto(address)
    hello(page, "one").click()
    return page


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_notices_of_an_answer_are_shown_and_go(dev, new_page, transport):
    notices = [{"text": "Saved <b>it</b>", "level": "good"}, {"text": "No paper", "level": "bad"}]
    page = press(new_page, dev, transport, {"notices": notices})

    expect(page.locator(NOTICE)).to_have_count(2)
    expect(page.locator(NOTICE).first).to_have_text("Saved <b>it</b>")
    assert page.locator(".notices-list").get_attribute("role") == "log"
    # What is bad stays until it is dismissed.
    expect(page.locator(NOTICE)).to_have_count(1, timeout=9000)
    page.get_by_role("alert").get_by_role("button", name="Dismiss").click()
    expect(page.locator(NOTICE)).to_have_count(0)


def test_a_notice_under_the_pointer_stays(dev, new_page):
    page = press(new_page, dev, "websocket", {"notices": [{"text": "Ok"}]})
    page.locator(NOTICE).hover()

    page.wait_for_timeout(6500)
    expect(page.locator(NOTICE)).to_have_count(1)
    page.mouse.move(5, 5)
    expect(page.locator(NOTICE)).to_have_count(0, timeout=7000)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_title_and_icon_of_an_answer_are_for_this_tab_alone(dev, new_page, transport):
    page = press(new_page, dev, transport, {"title": "3 open", "favicon": "/assets/other.svg"})
    other = new_page(f"{dev.base}/hello?transport={transport}")

    settle(page, lambda: page.title() == "3 open", what="the title")
    assert page.locator('link[rel="icon"]').get_attribute("href").endswith("/assets/other.svg")
    hello(other, "one").wait_for()
    assert other.title() != "3 open"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_redirect_of_an_answer_is_followed_if_it_leads_to_a_page(dev, new_page, transport):
    page = press(new_page, dev, transport, {"redirect": "/counter"})
    page.wait_for_url(f"{dev.base}/counter")

    page = press(new_page, dev, transport, {"redirect": "javascript:document.title='taken'"})
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")
    page.wait_for_timeout(300)
    assert page.title() != "taken" and "/hello" in page.url


def test_an_event_that_takes_long_is_followed_to_its_end(new_stack, new_page):
    # The producer stands still for longer than an Ajax answer waits.
    stack = new_stack(fronts=1)
    page = new_page(f"{stack.base}/hello?transport=ajax")
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/events/" in request.url else None)

    stack.producer.send(signal.SIGSTOP)
    hello(page, "one").click()
    settle(page, lambda: asked, within=14, what="a question at the event's own address")
    expect(hello(page, "one")).to_have_attribute("aria-busy", "true")
    stack.producer.send(signal.SIGCONT)

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 2 times", timeout=8000)
    expect(hello(page, "one")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(WAITING)).to_be_empty()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_waiting_actions_are_counted_survive_a_reload_and_are_done_once(new_stack, new_page, transport):
    stack = new_stack(fronts=1)
    page = new_page(f"{stack.base}/hello?transport={transport}")
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")

    stack.redis.send(signal.SIGSTOP)
    hello(page, "one").click()
    hello(page, "two").click()
    expect(page.locator(WAITING)).to_have_text(re.compile(r"^2 actions wait · \d+ s$"), timeout=5000)
    page.reload()
    expect(page.locator(WAITING)).to_have_text(re.compile(r"^2 actions wait · \d+ s$"), timeout=9000)
    expect(hello(page, "one")).to_have_attribute("aria-busy", "true")
    stack.redis.send(signal.SIGCONT)

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 2 times", timeout=9000)
    expect(hello(page, "two")).to_have_text("Hello! I was clicked 1 times", timeout=9000)
    expect(page.locator(WAITING)).to_be_empty()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_silence_shows_within_four_seconds_and_its_end_within_one(new_stack, new_page, transport):
    stack = new_stack(fronts=1)
    page = new_page(f"{stack.base}/hello?transport={transport}")
    wait_for_tone(page, "good")
    silent = time.monotonic()
    stack.fronts[0].send(signal.SIGSTOP)

    tone, text = wait_for_tone(page, "warn", within=6)
    shown = time.monotonic() - silent
    page.wait_for_timeout(500)
    stack.fronts[0].send(signal.SIGCONT)
    back = time.monotonic()
    wait_for_tone(page, "good", within=5)

    assert re.search(r"data from \d+ s ago", text), text
    # The last word before the silence may be as old as the time between two.
    assert shown <= 4.0, shown
    assert time.monotonic() - back <= 1.0


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("fault", ["front", "producer", "redis"])
def test_typed_text_and_focus_survive(new_stack, new_page, transport, fault):
    stack = new_stack()
    page = new_page(f"{stack.base}/hello?transport={transport}")
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")
    # There is no field in a definition file yet: this one stands where a component would have it.
    component(page, "two").locator(".frame-body").evaluate(
        "(body) => body.append(Object.assign(document.createElement('input'), { id: 'typed' }))")
    page.locator("#typed").type("half a sent")

    break_and_mend(stack, fault, lambda: wait_for_tone(page, "warn", within=8))
    page.keyboard.type("ence")
    wait_for_tone(page, "good", within=12)

    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["typed", "half a sentence"]
    hello(page, "one").focus()
    assert page.evaluate("document.activeElement.closest('[data-component]').dataset.component") == "one"


def break_and_mend(stack, fault, meanwhile):
    if fault == "front":
        # The page moves to the other one, often before anything shows.
        stack.front(stack.balancer.last("/api/pages/hello")).kill()
    elif fault == "producer":
        stack.producer.kill()
        meanwhile()
        stack.restart_producer()
    else:
        stack.redis.kill()
        meanwhile()
        stack.restart_redis()
