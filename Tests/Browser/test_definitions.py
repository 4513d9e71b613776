"""Definition files edited while screens are open, and texts that look like code (scenario 31)."""
import json
import time

import pytest
from playwright.sync_api import expect

from processes import DASHBOARDS, until
from watching import badge, component, number, record, recorded, settle, value, wait_for_tone
from web import get

BOARD = """
title: {title}
transport: {transport}
reload_interval: 1
act: anyone
sources: {{ count: {{ type: counter, start: 0, every: 1s }} }}
components:
  count: {{ type: number, from: count }}
  hi: {{ type: hello }}
{more}"""


def board(title="Before", more="", transport="websocket"):
    return BOARD.format(title=title, more=more, transport=transport)


def open_on_both_fronts(new_stack, new_page, folder):
    """One screen listens at one front, the other polls the other one."""
    folder.write("board.yml", board())
    stack = new_stack(dashboards=folder.path)
    pages = [new_page(f"{front.base}/board?transport={transport}")
             for front, transport in zip(stack.fronts, ("websocket", "ajax"))]
    for page in pages:
        record(page)
        page.evaluate("window.loadedOnce = true")
    return stack, pages


def test_a_good_edit_shows_on_all_screens_without_a_reload(new_stack, new_page, folder):
    _, pages = open_on_both_fronts(new_stack, new_page, folder)
    before = [number(page) for page in pages]

    folder.write("board.yml", board("After", "  motto: { type: text, text: New here }\n"))
    edited = time.monotonic()

    for page in pages:
        expect(page.locator("#heading")).to_have_text("After", timeout=2000)
        expect(component(page, "motto").locator(".frame-body")).to_have_text("New here", timeout=2000)
    assert time.monotonic() - edited < 2.5
    for page, shown in zip(pages, before):
        assert page.evaluate("window.loadedOnce") and page.title() == "After"
        assert number(page) >= shown and recorded(page) == sorted(recorded(page))


def test_a_bad_edit_keeps_what_was_there_and_says_why(new_stack, new_page, folder):
    stack, pages = open_on_both_fronts(new_stack, new_page, folder)

    folder.write("board.yml", board("Broken").replace("every: 1s", "evry: 1s"))
    reported = stack.producer.says(r"board\.yml:\d+:\d+: error: .*evry")

    assert reported and stack.producer.says("stays live")
    for page in pages:
        shown = number(page)
        settle(page, lambda: number(page) > shown, within=4, what="a newer number")
        assert page.locator("#heading").text_content() == "Before"
    folder.write("board.yml", board("Mended"))
    for page in pages:
        expect(page.locator("#heading")).to_have_text("Mended", timeout=3000)


def test_a_removed_file_is_told_on_its_screens_and_a_new_one_is_reachable(new_stack, new_page, folder):
    stack, pages = open_on_both_fronts(new_stack, new_page, folder)

    folder.remove("board.yml")
    folder.write("other.yml", board("Other"))

    for page in pages:
        settle(page, lambda: badge(page)[1] == "This page is gone", within=4, what="the notice")
    for front in stack.fronts:
        assert get(front.base, "/board").status == 404
    later = new_page(f"{stack.fronts[1].base}/other")
    expect(later.locator("#heading")).to_have_text("Other")


@pytest.mark.parametrize("transport", ["websocket", "ajax"])
def test_a_file_that_is_put_back_is_shown_again_without_a_reload(dev_with, folder, new_page, transport):
    server = dev_with({"board.yml": board(), "other.yml": board("Other")})
    page = new_page()
    page.clock.install()
    page.goto(f"{server.base}/board?transport={transport}")
    expect(page.locator("#heading")).to_have_text("Before")
    page.evaluate("window.loadedOnce = true")
    folder.remove("board.yml")
    settle(page, lambda: badge(page)[1] == "This page is gone", what="the notice")

    folder.write("board.yml", board("Back"))
    until(lambda: get(server.base, "/board").status == 200, what="the page")
    page.clock.fast_forward(30000)

    expect(page.locator("#heading")).to_have_text("Back", timeout=5000)
    wait_for_tone(page, "good")
    assert page.evaluate("window.loadedOnce")


def test_focus_and_elements_survive_an_edit_of_something_else(dev_with, folder, new_page):
    page = new_page(f"{dev_with({'board.yml': board()}).base}/board")
    record(page)
    component(page, "hi").locator("button").focus()
    page.evaluate("window.focused = document.activeElement")

    folder.write("board.yml", board("After", "  motto: { type: text, text: New here }\n"))

    expect(component(page, "motto")).to_be_visible(timeout=3000)
    assert page.evaluate("document.activeElement === focused && focused.localName") == "button"


def test_a_dashboard_whose_component_changes_its_type_shows_the_new_one(dev_with, folder, new_page):
    page = new_page(f"{dev_with({'board.yml': board()}).base}/board")
    value(page, "count").wait_for()

    folder.write("board.yml", board().replace("{ type: number,", "{ type: gauge,"))

    expect(component(page, "count")).to_have_attribute("data-type", "gauge", timeout=3000)
    assert component(page, "count").count() == 1


NASTY = (
    "\"quotes\" 'and' <b>tags</b> & </script><script>window.broken = 1</script> "
    "<img src=x onerror=\"window.broken = 1\"> 😀 {{title}} ${x}")


def yaml_text(text):
    return json.dumps(text.replace("${", "$${"), ensure_ascii=False)


def nasty_board():
    text = yaml_text(NASTY)
    return f"""
title: {text}
transport: websocket
act: anyone
sources:
  data: {{ type: file, path: data.json }}
components:
  text: {{ type: text, title: {text}, text: {text}, note: {text} }}
  number: {{ type: number, from: data.text, unit: {text} }}
  status: {{ type: status, from: data.text }}
  list: {{ type: list, from: data.list }}
  table: {{ type: table, from: data.rows, columns: {{ a: {text} }} }}
  button: {{ type: button, text: {text}, action: {{ refresh: data }} }}
  markdown: {{ type: markdown, from: data.text }}
  gone: {{ type: list, from: data.none, empty: {text} }}
  link: {{ type: text, text: here, link: /hello }}
"""


def test_texts_with_quotes_tags_scripts_and_emoji_are_shown_as_text(dev_with, folder, new_page):
    data = {"text": NASTY, "list": [{"label": NASTY, "note": NASTY, "href": "javascript:window.broken=1"}],
            "rows": [{"a": NASTY}], "none": []}
    folder.write("data.json", json.dumps(data))
    server = dev_with({"nasty.yml": nasty_board()})
    page = new_page(f"{server.base}/nasty")

    expect(component(page, "text").locator(".frame-body")).to_have_text(NASTY)
    expect(page.locator("#heading")).to_have_text(NASTY)
    assert page.title() == " ".join(NASTY.split())
    for name in ("status", "list", "table", "button"):
        expect(component(page, name).locator(".frame-body")).to_contain_text(NASTY)
    expect(value(page, "number")).to_have_attribute("aria-label", NASTY)
    expect(component(page, "text").locator(".frame-title")).to_have_text(NASTY)
    expect(component(page, "text").locator(".frame-note")).to_have_text(NASTY)
    expect(component(page, "markdown").locator(".frame-body")).to_contain_text("😀")
    assert page.evaluate("window.broken") is None
    assert page.locator("#grid script, #grid img[onerror], #grid b, a[href^='javascript']").count() == 0
    page.watch.assert_clean(server.base)


def test_the_pages_html_escapes_the_title(dev_with, folder):
    folder.write("data.json", json.dumps({"text": "x", "list": [], "rows": [], "none": []}))
    html = get(dev_with({"nasty.yml": nasty_board()}).base, "/nasty").body.decode()

    assert html.count("<script") == 1 and "<img src=x" not in html
    assert "&lt;/script&gt;" in html


def test_every_shipped_dashboard_is_reached_from_the_home_page(dev, new_page):
    page = new_page(dev.base)
    names = sorted(path.stem for path in DASHBOARDS.glob("*.yml") if path.stem != "overview")

    expect(component(page, "boards")).to_be_visible()
    wait_for_tone(page, "good")
    cards = component(page, "boards").locator("a[href]")
    settle(page, lambda: cards.count() >= len(names), what="a card each")
    links = cards.evaluate_all("(links) => links.map((link) => new URL(link.href).pathname.slice(1))")

    assert sorted(set(links) - {"overview"}) == names


def test_in_dev_mistakes_are_shown_over_the_last_good_version_until_they_are_mended(dev_with, folder, new_page):
    good = "title: Board\nsources: { n: { type: counter } }\ncomponents: { n: { type: number, from: n } }\n"
    server = dev_with({"board.yml": good})
    page = new_page(f"{server.base}/board")
    page.wait_for_selector("[data-component=n]")

    folder.write("board.yml", good.replace("type: counter", "type: conter"))
    page.wait_for_selector(".mistakes", timeout=5000)
    text = page.locator(".mistakes-text").inner_text()
    assert "board.yml:2:23" in text and 'did you mean "counter"' in text
    assert page.locator("[data-component=n]").is_visible()

    folder.write("board.yml", good)
    page.wait_for_selector(".mistakes", state="detached", timeout=5000)
