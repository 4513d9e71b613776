"""One file edited under open screens of two fronts, before the eyes of viewers and of an editor."""
import subprocess

from playwright.sync_api import expect

from processes import binary
from watching import badge, component, number, settle, value
from web import get

BOARD = """title: {title}
reload_interval: 1
sources: {{ count: {{ type: counter, start: 0, every: 1s }} }}
components: {{ count: {{ type: number, from: count }} }}
"""


def board(title):
    return BOARD.format(title=title)


def show(pages, title):
    for page in pages:
        expect(page.locator("#heading")).to_have_text(title, timeout=10000)


def goes_on(page):
    shown = number(page)
    settle(page, lambda: number(page) > shown, what="a newer number")


def test_a_good_edit_a_bad_one_a_mended_one_and_the_files_end(house, new_page, folder):
    folder.write("board.yml", board("Before"))
    producer = house.run(folder)
    stranger = house.open(new_page, "board?transport=websocket")
    bob = house.open(new_page, "board?transport=ajax", "bob", front=1)
    editors = [house.open(new_page, "board", "eve", front=front) for front in (0, 1)]
    pages = [stranger, bob, *editors]
    for page in pages:
        value(page, "count").wait_for()
        page.evaluate("window.loadedOnce = true")

    folder.write("board.yml", board("Good"))
    show(pages, "Good")

    folder.write("board.yml", board("Bad").replace("every: 1s", "evry: 1s"))
    for page in editors:
        expect(page.locator(".mistakes-text")).to_contain_text('did you mean "every"?', timeout=10000)
    told = editors[0].locator(".mistakes-text").inner_text()
    checked = subprocess.run([binary(), "check", folder.path], capture_output=True, text=True, timeout=60)
    first = next(line for line in checked.stdout.splitlines() if "error:" in line)
    place = first[first.index("board.yml:"):]
    assert checked.returncode == 1 and "board.yml:3:" in place
    assert place in told and place in producer.output
    for page in pages:
        goes_on(page)
        assert page.locator("#heading").text_content() == "Good"
    for page in (stranger, bob):
        assert page.locator(".mistakes").count() == 0 and "evry" not in page.content()

    folder.write("board.yml", board("Mended"))
    show(pages, "Mended")
    for page in editors:
        expect(page.locator(".mistakes")).to_have_count(0, timeout=10000)
    assert all(page.evaluate("window.loadedOnce") for page in pages)

    folder.remove("board.yml")
    for page in pages:
        settle(page, lambda: badge(page)[1] == "This page is gone", what="the notice")
    assert [get(front.base, "/board").status for front in house.fronts] == [404, 404]


def test_dashboards_added_and_renamed_are_found_under_their_names(new_stack, new_page, folder):
    folder.write("home.yml", "sources: { boards: { type: dashboards } }\n"
                 "components: { boards: { type: list, from: boards, style: cards } }\n")
    folder.write("first.yml", board("First"))
    stack = new_stack(dashboards=folder.path)
    homes = [new_page(f"{front.base}/home") for front in stack.fronts]
    seen = [new_page(f"{front.base}/first") for front in stack.fronts]

    def listed(page, *names):
        links = component(page, "boards").locator("a[href]")
        found = "(links) => links.map((link) => new URL(link.href).pathname.slice(1)).sort()"
        settle(page, lambda: links.evaluate_all(found) == sorted(names), what=f"cards of {names}")

    for home in homes:
        listed(home, "first")
    folder.write("second.yml", board("Second"))
    for home in homes:
        listed(home, "first", "second")
    (folder.path / "first.yml").rename(folder.path / "third.yml")

    for home in homes:
        listed(home, "second", "third")
    for page in seen:
        settle(page, lambda: badge(page)[1] == "This page is gone", what="the notice")
    for front in stack.fronts:
        assert get(front.base, "/first").status == 404
        expect(new_page(f"{front.base}/third").locator("#heading")).to_have_text("First")
