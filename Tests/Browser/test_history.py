"""What `keep` keeps: a chart's past outlives the producer, the page and an edit."""
import re

from watching import component, number, settle, value

COUNTING = """
transport: websocket
sources: {{ count: {{ type: counter, start: 0, every: 250ms, keep: 10m }} }}
components:
  count: {{ type: number, from: count }}
  steady: {{ type: line, from: count, window: 10m }}
{more}"""
ADDED = "  added: { type: line, from: count, window: 5m }\n"


def board(more=""):
    return COUNTING.format(more=more)


def range_of(page, name):
    """The least and the greatest number of a chart, from what it tells who cannot see it."""
    label = component(page, name).locator(".line-box").get_attribute("aria-label") or ""
    found = re.search(r"between ([\d.,]+) and ([\d.,]+)", label)
    return tuple(int(part.strip(".,").replace(",", "")) for part in found.groups()) if found else (0, 0)


def test_history_is_there_after_the_producer_was_killed_and_started_again(new_stack, new_page, folder):
    folder.write("board.yml", board())
    stack = new_stack(dashboards=folder.path)
    page = new_page(f"{stack.fronts[0].base}/board")
    value(page, "count").wait_for()
    settle(page, lambda: number(page) >= 12, within=20, what="some numbers")

    stack.producer.kill()
    killed = number(page)
    # Edited while nobody runs, so nothing of this chart was ever published.
    folder.write("board.yml", board(ADDED))
    stack.restart_producer()

    settle(page, lambda: number(page) > killed + 4, within=30, what="newer numbers")
    other = new_page(f"{stack.fronts[1].base}/board?transport=ajax")
    for screen in (page, other):
        component(screen, "added").locator(".line-box").wait_for()
        for name in ("steady", "added"):
            settle(screen, lambda: range_of(screen, name)[1] > killed, within=10, what=f"{name} going on")
            # The first number is 1; the row of a bucket may be a little later.
            assert range_of(screen, name)[0] <= 3, component(screen, name).locator(".line-box").get_attribute("aria-label")


def test_a_chart_added_by_an_edit_shows_the_time_before_it(dev_with, folder, new_page):
    page = new_page(f"{dev_with({'board.yml': board()}).base}/board")
    settle(page, lambda: number(page) >= 12, within=20, what="some numbers")

    folder.write("board.yml", board(ADDED))
    component(page, "added").locator(".line-box").wait_for()

    settle(page, lambda: range_of(page, "added")[1] >= 12, within=10, what="the new chart")
    assert range_of(page, "added")[0] <= 3
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
