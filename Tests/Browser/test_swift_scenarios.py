"""SCENARIOS.md on pages written in Swift, in one process (Tests/Scenarios); those with several fronts are in test_swift_fronts.py."""
import re
import time

import pytest
from playwright.sync_api import expect

from processes import ExampleDev, until
from test_swift_pages import press
from watching import component, never_back, number, settle
from web import Tab, ask, get, raw

SHOP = """
title: Shop
sources: { orders: { type: counter, start: 40, every: 1h, pick: { count: . } } }
components: { n: { type: number, from: orders.count } }
"""

PODS = """
title: Pods
sources:
  pods: { type: swift, task: PodWatcher, every: 250ms, pick: { count: .count, first: ".names[0]", second: ".names[1]" } }
  gone: { type: swift, task: Nobody, every: 1s }
  broken: { type: swift, task: Broken, every: 1s }
components:
  count: { type: number, from: pods.count }
  first: { type: text, from: pods.first }
  second: { type: text, from: pods.second }
  gone: { type: number, from: gone }
  broken: { type: number, from: broken }
"""


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    (folder / "shop.yml").write_text(SHOP)
    (folder / "pods.yml").write_text(PODS)
    server = ExampleDev("Scenarios", folder, folder)
    yield server
    server.kill()


def told(page):
    return page.locator(".told").text_content()


def tab_on(scenes, name, session=None):
    return Tab(scenes.base, name, session)


def first_with(tab, word):
    """The id of the element whose text begins so."""
    items = tab.poll().json["components"]
    return next(name for name, item in items.items() if str(item.get("text", "")).startswith(word))


def test_an_ajax_page_opens_no_socket_and_sends_each_event_as_one_post(scenes, new_page):
    page = new_page(f"{scenes.base}/together")
    button = page.get_by_role("button", name=re.compile("^clicked"))
    expect(button).to_be_visible()
    before = int(button.text_content().split()[1])

    for count in range(1, 4):
        button.click()
        expect(button).to_have_text(f"clicked {before + count}")

    assert page.watch.sockets == []
    assert [request.method for request in page.watch.events()] == ["POST"] * 3
    page.watch.assert_clean(scenes.base)


def test_a_poll_of_an_unchanged_page_has_no_body_and_the_same_version(scenes):
    tab = tab_on(scenes, "still")
    first = tab.poll()

    again = [tab.poll(first.json["to"]) for _ in range(5)]

    assert {(answer.status, answer.body) for answer in again} == {(304, b"")}
    assert {answer.headers["etag"] for answer in again} == {first.headers["etag"]}, "the page was written anew"


def test_a_poll_changes_title_favicon_and_redirect(scenes, new_page):
    page, other = (new_page(f"{scenes.base}/still") for _ in range(2))
    expect(page).to_have_title("Still")

    press(other, "Title")
    expect(page).to_have_title('"Renamed" <b>🧮</b>')
    press(other, "Sign")
    settle(page, lambda: "%F0%9F%9A%80" in (page.locator("link[rel~=icon]").first.get_attribute("href") or "")
           or "🚀" in (page.locator("link[rel~=icon]").first.get_attribute("href") or ""), 5, "the new favicon")
    press(other, "Move all")

    expect(page.get_by_role("main").get_by_role("heading", name="Elsewhere")).to_be_visible()


def test_two_tabs_of_a_shared_page_see_the_same_and_one_goes_on_when_the_other_leaves(scenes, new_page):
    first, second = (new_page(f"{scenes.base}/together") for _ in range(2))
    button = lambda page: page.get_by_role("button", name=re.compile("^clicked"))
    before = int(button(first).text_content(timeout=10000).split()[1])

    button(first).click()
    expect(button(second)).to_have_text(f"clicked {before + 1}")
    first.close()
    button(second).click()

    expect(button(second)).to_have_text(f"clicked {before + 2}")


def test_a_session_is_one_cookie_and_counts_visits_and_clicks_over_its_tabs(scenes, new_page):
    first = new_page(f"{scenes.base}/session")
    press(first, "Click")
    expect(first.locator(".told")).to_have_text("1 visits, 1 clicks")
    cookies = first.context.cookies()

    second = new_page(f"{scenes.base}/session", context=first.context)
    press(second, "Click")
    stranger = new_page(f"{scenes.base}/session")

    expect(second.locator(".told")).to_have_text("2 visits, 2 clicks")
    expect(first.locator(".told")).to_have_text("2 visits, 2 clicks")
    expect(stranger.locator(".told")).to_have_text("1 visits, 0 clicks")
    assert first.context.cookies() == cookies and len(cookies) == 1


@pytest.mark.parametrize("forgery", ["", "x", "A.B.C", "é", "\\\"", "x" * 3000])
def test_a_forged_cookie_is_a_new_session_or_a_refusal_and_never_a_trace(scenes, forgery):
    owner = tab_on(scenes, "session")
    name = owner.cookie.split("=", 1)[0]
    cookie = f"{name}={forgery}".encode("utf-8").decode("latin-1")

    shell = get(scenes.base, "/session", {"Cookie": cookie})
    event = owner.post(owner.event(component="e1"), {"Cookie": cookie})

    assert shell.status == 200 and shell.headers["set-cookie"].startswith(name)
    assert event.status == 403 and event.error["code"] == "no_session"
    assert b"Sources/" not in shell.body + event.body and b".swift" not in shell.body + event.body


def test_a_page_id_of_another_session_is_refused_to_poll_click_and_leave(scenes):
    owner, stranger = tab_on(scenes, "mine"), tab_on(scenes, "mine")
    button = first_with(owner, "clicked")
    assert owner.post(owner.event(component=button)).json["ack"]["state"] == "applied"
    anonymous = {"Cookie": None}

    stranger.client = owner.client
    seen = stranger.poll().json["components"][button]["text"]
    poll = get(scenes.base, f"/api/pages/mine?client={owner.client}")
    click = owner.post(owner.event(component=button), anonymous)
    leave = ask(scenes.base, "POST", f"/api/pages/mine/leave?client={owner.client}", None, {"Splitflap-CSRF": owner.token})

    assert seen == "clicked 0", "the tab's id alone leads to the owner's page"
    assert [answer.status for answer in (poll, click, leave)] == [403, 403, 403]
    assert owner.poll().json["components"][button]["text"] == "clicked 1"


def test_a_click_on_a_removed_component_is_logged_and_changes_nothing(scenes):
    tab = tab_on(scenes, "removed")
    target, remove, said = (first_with(tab, word) for word in ("Target", "Remove", "pressed"))
    lines = len(scenes.lines)
    assert tab.post(tab.event(component=remove)).json["ack"]["state"] == "applied"

    gone = tab.post(tab.event(component=target))
    unknown = tab.post(tab.event(component="e99", seq=2, lo=2))

    assert (gone.status, gone.json["ack"]["reason"]) == (404, "unknown_component")
    assert (unknown.status, unknown.json["ack"]["reason"]) == (404, "unknown_component")
    after = tab.poll().json["components"]
    assert target not in after and after[said]["text"] == "pressed 0"
    scenes.says(r"unknown_component.*an event was refused", within=3, after=lines)


def test_a_click_on_what_is_gone_brings_the_page_up_to_date(scenes, new_page):
    page, other = new_page(f"{scenes.base}/seldom"), new_page(f"{scenes.base}/seldom")
    expect(page.get_by_role("button", name="Target")).to_be_visible()
    press(other, "Remove")
    expect(other.get_by_role("button", name="Target")).to_have_count(0)
    expect(page.get_by_role("button", name="Target")).to_be_visible()
    polls = len(page.watch.polls())

    press(page, "Target")

    expect(page.get_by_role("button", name="Target")).to_have_count(0)
    assert page.watch.events()[0].response().status == 404
    assert len(page.watch.polls()) - polls <= 1, "the answer did not lead to it"
    press(page, "Remove")
    expect(page.get_by_text("pressed 0")).to_be_visible()


@pytest.mark.parametrize("body, status", [
    (b"{", 400), (b"", 400), (b"null", 400), (b"[1]", 400), (b"{}", 400), (b'{"seq":"1","lo":1,"component":"e1","event":"click"}', 400),
    (b'{"seq":1,"lo":1,"component":7,"event":"click"}', 400), (b'{"seq":1,"lo":1,"component":"@style","event":"click"}', 400),
    (b"[" * 800, 400)], ids=str)
def test_malformed_events_get_a_short_json_error_and_the_server_lives(scenes, body, status):
    tab = tab_on(scenes, "mine")

    answer = tab.post(body)

    assert answer.status == status and len(answer.body) < 600
    assert set(answer.error) >= {"code", "message"} and b"Sources/" not in answer.body
    assert tab.poll().status == 200


def test_a_body_of_10_mb_is_refused_before_it_is_read(scenes):
    tab = tab_on(scenes, "mine")
    head = "".join(f"{name}: {value}\r\n" for name, value in tab.headers.items())

    answer = raw(scenes.base, f"POST {tab.path}/events HTTP/1.1\r\nHost: {{host}}\r\n{head}Content-Length: 10000000\r\n\r\n")

    assert answer.status == 413 and len(answer.body) < 600
    assert tab.poll().status == 200


def test_before_shows_a_notice_at_the_click_and_the_answer_hides_it(scenes, new_page):
    page = new_page(f"{scenes.base}/after")
    saved = int(re.search(r"saved (\d+)", page.get_by_text(re.compile("^saved")).text_content(timeout=10000))[1])
    notice = page.locator(".notice")
    expect(notice).to_be_hidden()

    press(page, "Save")
    expect(notice).to_be_visible(timeout=900)

    expect(page.get_by_text(f"saved {saved + 1}", exact=True)).to_be_visible()
    expect(notice).to_be_hidden()


def test_a_table_shows_the_rows_as_given_and_is_as_large_after_100_polls(scenes, new_page):
    page = new_page(f"{scenes.base}/table")
    expect(page.get_by_role("columnheader")).to_have_text(["Name", "Number"])
    cells = page.get_by_role("cell")
    expect(cells.nth(0)).to_have_text("Ada")
    expect(cells.nth(1)).to_have_text("1")
    size = "() => [document.querySelectorAll('#grid *').length, document.querySelectorAll('tr').length]"
    before, polls = page.evaluate(size), len(page.watch.polls())

    settle(page, lambda: len(page.watch.polls()) >= polls + 100, within=60, what="100 polls")

    assert page.evaluate(size) == before


def test_routes_take_parameters_and_a_query_and_links_carry_them(scenes, new_page):
    page = new_page(f"{scenes.base}/echo/Ada?word=hello")
    expect(page.get_by_role("heading", name="Ada, hello")).to_be_visible()

    page.get_by_role("link", name="onwards").click()

    expect(page.get_by_role("heading", name="a b&c?, ü&x")).to_be_visible()
    page.watch.assert_clean(scenes.base)


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/at/all", "/echo/a/b"])
def test_a_404_page_of_the_apps_own(scenes, new_page, path):
    page = new_page()

    answer = page.goto(scenes.base + path)

    assert answer.status == 404
    expect(page.get_by_role("heading", name="Nothing here, try the start")).to_be_visible()
    assert page.watch.complaints == [complaint for complaint in page.watch.complaints if "404" in complaint]


def test_with_500_ms_latency_at_most_one_poll_is_on_its_way(scenes, new_page):
    page = new_page(scenes.base)
    expect(page.locator(".count")).to_be_visible()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 500, "downloadThroughput": -1, "uploadThroughput": -1})
    page.wait_for_timeout(6000)

    polls = page.evaluate("""performance.getEntriesByType("resource")
      .filter(({ name }) => name.includes("/api/pages/index?")).map((poll) => [poll.startTime, poll.responseEnd])""")
    assert sum(end - start > 400 for start, end in polls) >= 3, "the network was not slow"
    assert all(start >= end for (_, end), (start, _) in zip(polls, polls[1:])), polls


def test_throttle_tells_some_of_ten_quick_inputs_and_change_only_the_last(scenes, new_page):
    page = new_page(f"{scenes.base}/timing")
    start = time.monotonic()
    page.locator("input").nth(0).press_sequentially("0123456789", delay=100)
    # At once, then every half second, and the last: on a busy machine ten keys take longer than a second.
    most = min(9, 2 + int((time.monotonic() - start) / 0.5))
    page.locator("input").nth(1).press_sequentially("0123456789")
    expect(page.locator(".told")).to_have_text(re.compile(rf"^[2-{most}] throttled, 0 changed$"))
    page.locator("input").nth(1).blur()

    expect(page.locator(".told")).to_have_text(re.compile(rf"^[2-{most}] throttled, 1 changed$"))


def test_keys_of_the_page_carry_key_code_modifiers_and_repeat_and_spare_fields(scenes, new_page):
    page = new_page(f"{scenes.base}/keys")
    said = page.locator(".said")
    expect(said).to_have_text("press a key")

    page.keyboard.press("n")
    page.keyboard.press("x")
    page.keyboard.press("Control+Alt+ArrowRight")
    page.keyboard.down("n")
    page.keyboard.down("n")
    page.keyboard.up("n")
    expected = "press a key n KeyN [] false ArrowRight ArrowRight [alt+ctrl] false n KeyN [] false n KeyN [] true"
    expect(said).to_have_text(expected)
    page.locator("input").press_sequentially("nnn")
    page.locator("input").blur()
    page.keyboard.press("n")

    expect(said).to_have_text(f"{expected} n KeyN [] false")
    assert page.locator("input").input_value() == "nnn"


def test_a_files_source_is_shown_and_run_from_a_handler(scenes, new_page):
    page = new_page(f"{scenes.base}/files")
    number = page.locator(".number-value")
    expect(number).to_have_attribute("aria-label", re.compile(r"^4\d$"))
    before = int(number.get_attribute("aria-label"))

    press(page, "Again")

    expect(number).to_have_attribute("aria-label", str(before + 1))


def test_a_file_shows_what_the_programs_sources_say(scenes, new_page):
    page = new_page(f"{scenes.base}/pods")
    expect(component(page, "first")).to_contain_text("web")
    expect(component(page, "second")).to_contain_text("</script>")

    before = number(page, "count")
    settle(page, lambda: number(page, "count") >= before + 2, 10, "two more")

    assert before >= 500
    expect(component(page, "gone")).to_contain_text("Nobody")
    expect(component(page, "broken")).to_contain_text("no pods here")
    page.watch.assert_clean(scenes.base)


def test_a_title_with_markup_is_text_in_the_tab_and_on_the_page(scenes, new_page):
    page = new_page(f"{scenes.base}/titles")

    expect(page.get_by_role("main").get_by_role("heading", name="</title></script><b>\"'& 🧮")).to_be_visible()

    expect(page).to_have_title("</script><b>\"'& 🧮")
    shell = get(scenes.base, "/titles").body.decode()
    assert "<b>" not in shell, "the shell has markup of the title"
    page.watch.assert_clean(scenes.base)


@pytest.mark.parametrize("path, sockets", [("/hellos", 0), ("/hellos-by-socket", 1)])
def test_ten_hellos_count_alone_and_one_word_makes_the_transport(scenes, new_page, path, sockets):
    page = new_page(scenes.base + path)
    hellos = page.get_by_role("button", name=re.compile("^clicked"))
    expect(hellos).to_have_text(["clicked 0"] * 10)

    for index in range(10):
        hellos.nth(index).click()
        expect(hellos.nth(index)).to_have_text("clicked 1")
    for count in range(2, 6):
        hellos.nth(3).click()
        expect(hellos.nth(3)).to_have_text(f"clicked {count}")

    expect(hellos).to_have_text(["clicked 1"] * 3 + ["clicked 5"] + ["clicked 1"] * 6)
    assert len(page.watch.sockets) == sockets and len(page.watch.events()) == (0 if sockets else 14)
    page.watch.assert_clean(scenes.base)


def test_startup_and_shutdown_are_told_of_the_beginning_and_the_end(tmp_path):
    program = ExampleDev("Scenarios", tmp_path)
    try:
        program.says(r"^started at 500$")
        until(lambda: int(get_count(program)) >= 502, 10, "two ticks")

        assert program.stop() == 0

        assert int(program.says(r"^shut down at (\d+)$")[1]) >= 502
        assert program.output.count("shut down at") == 1
    finally:
        program.kill()


def get_count(program):
    """What the counter's page shows."""
    items = Tab(program.base, "index").poll().json["components"].values()
    return next(item["text"] for item in items if item.get("classes") == "count")


def test_the_counter_never_goes_back_in_a_tab_that_is_loaded_again(scenes, new_page):
    page = new_page(scenes.base)
    seen = []
    for _ in range(4):
        expect(page.locator(".count")).to_be_visible()
        seen.append(int(page.locator(".count").text_content()))
        page.reload()

    assert seen[0] >= 500 and never_back(seen)


@pytest.mark.parametrize("transport", ["websocket", "ajax"])
def test_a_dashboard_component_hears_clicks_and_can_be_hidden(scenes, new_page, transport):
    page = new_page(f"{scenes.base}/frames?transport={transport}")
    number = page.locator("[data-type=number]")
    shown = number.locator(".number-value")
    expect(shown).to_have_attribute("aria-label", "1")

    number.click()
    expect(shown).to_have_attribute("aria-label", "2")
    expect(number).not_to_have_attribute("aria-busy", "true")
    press(page, "Hide")

    expect(number).to_be_hidden()


def test_a_sign_in_one_tab_is_drawn_and_no_address(scenes, new_page):
    page, other = (new_page(f"{scenes.base}/frames") for _ in range(2))

    press(page, "Sign")

    settle(page, lambda: page.locator("link[rel~=icon]").get_attribute("href").startswith("data:image/svg+xml,"), 5, "the sign")
    assert not other.locator("link[rel~=icon]").get_attribute("href").startswith("data:")
    page.watch.assert_clean(scenes.base)
