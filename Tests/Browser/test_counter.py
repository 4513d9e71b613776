"""A number that a task counts up and browsers ask for (scenarios 5 to 7, 22, 29, 30)."""
import time

from processes import DASHBOARDS, until
from watching import badge, component, never_back, number, record, recorded, settle, value, wait_for_tone
from web import Socket, Tab

FAST = """
title: Fast
transport: {transport}
reload_interval: 0.25
act: anyone
sources: {{ count: {{ type: counter, start: 0, every: 0.25 }} }}
components:
  count: {{ type: number, from: count }}
  motto: {{ type: text, text: Select these words }}
  hi: {{ type: hello }}
  again: {{ type: button, text: Again, action: {{ reset: count }} }}
"""
LARGEST_FIRST_LOAD = 100_000
WISHED_FIRST_LOAD = 60_000


def test_each_poll_is_2_5_s_after_the_one_before_and_adds_two_or_three(dev, new_page):
    page = new_page(f"{dev.base}/counter")
    record(page)

    settle(page, lambda: len(recorded(page)) >= 5, within=15, what="five numbers")

    numbers = recorded(page)
    assert numbers[0] >= 501
    assert all(after - before in (2, 3) for before, after in zip(numbers, numbers[1:])), numbers
    asked = page.evaluate("""performance.getEntriesByType("resource")
      .filter(({ name }) => name.includes("/api/pages/counter?")).map(({ startTime }) => startTime)""")
    pauses = [after - before for before, after in zip(asked, asked[1:])]
    assert len(asked) == len(numbers) and all(2400 < pause < 2700 for pause in pauses), pauses
    assert page.watch.sockets == []


def test_the_first_number_of_a_new_board_is_501_or_the_next_few(dev_with):
    tab = Tab(dev_with({"counter.yml": (DASHBOARDS / "counter.yml").read_text()}).base, "counter")

    first = until(lambda: tab.poll().json["components"]["count"].get("value"), what="a number")

    assert 501 <= first <= 506


def test_behind_a_round_robin_the_number_never_goes_back_and_all_end_equal(balanced, new_page):
    polling, listening = new_page(f"{balanced}/counter"), new_page(f"{balanced}/counter?transport=websocket")
    for page in (polling, listening):
        record(page)

    for _ in range(3):
        before = number(listening)
        settle(listening, lambda: number(listening) >= before + 2, what="two more")
        listening.reload()
        record(listening)
        assert number(listening) >= before
    settle(polling, lambda: len(recorded(polling)) >= 4, within=15, what="four polls")

    assert never_back(recorded(polling)) and never_back(recorded(listening))
    settle(polling, lambda: number(polling) == number(listening), within=6, what="equal numbers")


def test_a_socket_that_moves_between_fronts_never_shows_an_older_version(shared_stack):
    tab, since, seen, ports = Tab(shared_stack.base, "counter"), None, [], set()
    for _ in range(6):
        with Socket(shared_stack.base, "counter", tab.cookie) as socket:
            socket.hello(tab.client, **({"since": since} if since else {}))
            for _ in range(2):
                while (message := socket.receive())["type"] not in ("full", "delta", "rebase"):
                    pass
                since = message["to"]
                seen.append(message.get("components", message.get("set"))["count"]["value"])
        ports.add(shared_stack.balancer.last("/socket"))

    assert ports == {front.port for front in shared_stack.fronts}
    assert seen == sorted(set(seen))


def test_a_poll_never_gets_an_older_version_from_another_front(balanced):
    tab, since, values = Tab(balanced, "counter"), None, []
    end = time.monotonic() + 3
    while time.monotonic() < end:
        answer = tab.poll(since)
        if answer.status == 200:
            since = answer.json["to"]
            values.append(answer.json.get("components", answer.json.get("set"))["count"]["value"])
        else:
            assert (answer.status, answer.body) == (304, b"")

    assert len(values) >= 3 and values == sorted(set(values))


def test_an_unchanged_poll_is_answered_304_without_a_body(dev):
    tab = Tab(dev.base, "hello")
    first = tab.poll()

    by_version = tab.poll(first.json["to"])
    by_tag = tab.poll(headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["etag"] == f'"{first.json["to"]}/all"'
    assert [(a.status, a.body) for a in (by_version, by_tag)] == [(304, b"")] * 2
    assert by_version.headers["etag"] == first.headers["etag"]


def test_a_poll_that_claims_a_future_version_is_told_that_the_server_is_behind(dev):
    answer = Tab(dev.base, "hello").poll("18446744073709551615-ffffffff:1")

    assert (answer.status, answer.headers["page-state"], answer.body) == (304, "behind", b"")
    assert Tab(dev.base, "hello").poll().status == 200


def test_focus_selection_and_elements_survive_twenty_polls(dev_with, new_page):
    survives_twenty_updates(new_page(f"{dev_with({'fast.yml': FAST.format(transport='ajax')}).base}/fast"))


def test_focus_selection_and_elements_survive_twenty_frames(dev_with, new_page):
    survives_twenty_updates(new_page(f"{dev_with({'fast.yml': FAST.format(transport='websocket')}).base}/fast"))


# The cells of a number come with its digits; everything else stays the same element.
EXCHANGED = """() => {
  const now = [...document.querySelectorAll("#grid *")];
  const changed = [...before.filter((node) => !node.isConnected), ...now.filter((node) => !before.includes(node))];
  return changed.filter((node) => !node.matches(".flap")).map((node) => node.outerHTML);
}"""


def survives_twenty_updates(page):
    record(page)
    words = component(page, "motto").get_by_text("Select these words")
    words.evaluate("(element) => getSelection().selectAllChildren(element)")
    component(page, "hi").locator("button").focus()
    page.evaluate("window.before = [...document.querySelectorAll('#grid *')]; window.focused = document.activeElement")

    settle(page, lambda: len(recorded(page)) > 20, within=15, what="twenty updates")

    assert page.evaluate("document.activeElement === focused && focused.localName") == "button"
    assert page.evaluate("getSelection().toString()") == "Select these words"
    assert page.evaluate(EXCHANGED) == []


def test_a_hidden_tab_does_not_poll_and_asks_at_once_when_shown(dev_with, new_page):
    page = new_page(f"{dev_with({'fast.yml': FAST.format(transport='ajax')}).base}/fast")
    record(page)
    show = """(hidden) => {
      Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""

    page.evaluate(show, True)
    page.wait_for_timeout(300)
    before, shown = len(page.watch.polls()), number(page)
    page.wait_for_timeout(2000)
    while_hidden = len(page.watch.polls()) - before
    page.evaluate(show, False)

    assert while_hidden == 0
    settle(page, lambda: number(page) > shown + 4, within=1, what="the newest number")


def test_at_most_one_poll_is_on_its_way_however_slow_the_network_is(dev_with, new_page):
    page = new_page(f"{dev_with({'fast.yml': FAST.format(transport='ajax')}).base}/fast")
    record(page)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 500, "downloadThroughput": -1, "uploadThroughput": -1})
    settle(page, lambda: len(recorded(page)) >= 6, within=15, what="six numbers")

    polls = page.evaluate("""performance.getEntriesByType("resource")
      .filter(({ name }) => name.includes("/api/pages/fast?")).map((poll) => [poll.startTime, poll.responseEnd])""")
    assert any(end - start > 400 for start, end in polls), "the network was not slow"
    assert all(start >= end for (_, end), (start, _) in zip(polls, polls[1:])), polls


def test_the_first_load_is_small_and_asks_nobody_else(dev, new_page):
    page, received = new_page(), []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))

    page.goto(f"{dev.base}/counter")
    value(page, "count").wait_for()
    page.wait_for_load_state("networkidle")

    print(f"first load: {sum(received):.0f} bytes in {len(received)} answers")
    assert WISHED_FIRST_LOAD / 10 < sum(received) < LARGEST_FIRST_LOAD
    page.watch.assert_clean(dev.base)


def test_the_badge_says_how_an_ajax_page_lives(dev, new_page):
    page = new_page(f"{dev.base}/counter")

    assert wait_for_tone(page, "good") == ("good", "Live, every 2.5 s")


def test_the_badge_says_that_a_socket_lives(dev, new_page):
    page = new_page(f"{dev.base}/counter?transport=websocket")

    assert wait_for_tone(page, "good") == ("good", "Live")
    record(page)
    settle(page, lambda: len(recorded(page)) >= 3, what="three numbers")
    assert badge(page) == ("good", "Live")
