"""One file edited under open screens of two fronts, before the eyes of viewers and of an editor."""
import re
import subprocess
import time

from playwright.sync_api import expect

from processes import Producer, binary
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
    assert checked.returncode == 1 and "board.yml:3:" in place and place.endswith(" [E120]")
    assert re.search(r"1 error in 1 file\. The version loaded at \d\d:\d\d:\d\d stays live\.", producer.output)
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


def in_place(folder, text):
    """As editors save that keep the file: emptied first, then written."""
    (folder.path / "board.yml").write_text(text, encoding="utf-8")


def emptied_then_written(folder, title):
    in_place(folder, "")
    time.sleep(0.5)
    in_place(folder, board(title))


def removed_then_made_anew(folder, title):
    folder.remove("board.yml")
    time.sleep(0.5)
    in_place(folder, board(title))


def a_hundred_times_a_second(folder, title):
    for count in range(200):
        in_place(folder, board(f"Draft {count}"))
        time.sleep(0.01)
    in_place(folder, board(title))


def test_no_way_of_saving_a_file_is_seen_half_done(house, new_page, folder):
    folder.write("board.yml", board("Before"))
    producer = house.run(folder)
    pages = [house.open(new_page, "board?transport=websocket"), house.open(new_page, "board", "eve", front=1)]
    for page in pages:
        value(page, "count").wait_for()
        page.evaluate("window.loadedOnce = true")
        page.evaluate("""() => {
          window.texts = new Set();
          const read = () => texts.add(document.querySelector("#status").textContent);
          new MutationObserver(read).observe(document.querySelector("#status"), { subtree: true, childList: true });
        }""")
    shown = number(pages[0])

    for save in (emptied_then_written, removed_then_made_anew, a_hundred_times_a_second):
        save(folder, save.__name__)
        show(pages, save.__name__)

    assert "E117" not in producer.output and "error:" not in producer.output
    for page in pages:
        assert page.evaluate("window.loadedOnce") and page.locator(".mistakes").count() == 0
        assert "This page is gone" not in page.evaluate("[...window.texts]")
    assert number(pages[0]) > shown, "the counter has gone on, not begun again"


def test_a_good_edit_is_shown_within_a_second_and_a_mistake_to_an_editor_within_two(house, new_page, folder):
    folder.write("board.yml", board("Before"))
    house.run(folder)
    viewer, editor = house.open(new_page, "board?transport=websocket"), house.open(new_page, "board", "eve", front=1)
    value(viewer, "count").wait_for()
    edits, mistakes = [], []

    for count in range(5):
        began = time.monotonic()
        folder.write("board.yml", board(f"Edit {count}"))
        expect(viewer.locator("#heading")).to_have_text(f"Edit {count}", timeout=10000)
        edits.append(time.monotonic() - began)
        began = time.monotonic()
        folder.write("board.yml", board("Bad").replace("every: 1s", f"evry{count}: 1s"))
        expect(editor.locator(".mistakes-text")).to_contain_text(f"evry{count}", timeout=10000)
        mistakes.append(time.monotonic() - began)

    # The middle one: a machine under load stretches single ones.
    assert sorted(edits)[2] < 1, edits
    assert sorted(mistakes)[2] < 2, mistakes


def test_a_producer_that_starts_over_a_broken_file_takes_no_screen_down(house, new_page, folder):
    folder.write("board.yml", board("Before"))
    before = house.run(folder)
    pages = [house.open(new_page, "board?transport=websocket"), house.open(new_page, "board?transport=ajax", front=1)]
    for page in pages:
        value(page, "count").wait_for()
        page.evaluate("window.loadedOnce = true")
    shown = number(pages[0])

    folder.write("board.yml", board("Bad").replace("every: 1s", "evry: 1s"))
    before.says("stays live")
    before.kill()
    after = house.keep(Producer(house.store, folder.path))

    after.says("goes on with the last good version")
    for page in pages:
        goes_on(page)
        assert page.locator("#heading").text_content() == "Before" and number(page) > shown
    folder.write("board.yml", board("Mended"))
    show(pages, "Mended")
    assert all(page.evaluate("window.loadedOnce") for page in pages)
