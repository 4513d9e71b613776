"""What every page promises, seen in a browser while parts are killed: I9 (no silent staleness) and I10 (no torn page)."""
import time

import pytest

from watching import badge, number, settle, value, wait_for_tone

WITHIN = 4.0
TRANSPORTS = ["websocket", "ajax"]

SLOW = """
transport: ajax
reload_interval: {interval}
sources: {{ count: {{ type: counter, start: 0, every: 1s }} }}
components: {{ count: {{ type: number, from: count }} }}
"""

PAIR = """
transport: {transport}
reload_interval: 0.25
sources: {{ count: {{ type: counter, start: 0, every: 250ms }} }}
layout: |
  left right
components:
  left: {{ type: number, from: count }}
  right: {{ type: number, from: count }}
"""

# In each frame that is painted: what the two show. Flaps are decoration; the label is the value.
WATCH = """() => {
  window.frames_seen = [];
  const label = (id) => document.querySelector(`[data-component="${id}"] .number-value`)?.getAttribute("aria-label");
  const look = () => {
    const now = [label("left"), label("right")], last = frames_seen.at(-1);
    if (!last || last[0] !== now[0] || last[1] !== now[1]) frames_seen.push(now);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@pytest.mark.parametrize("interval", [2.5, 10])
def test_a_badge_is_there_within_four_seconds_however_seldom_a_page_is_polled(new_stack, new_page, folder, interval):
    folder.write("slow.yml", SLOW.format(interval=interval))
    stack = new_stack(dashboards=folder.path, fronts=1)
    page = new_page(f"{stack.base}/slow")
    value(page, "count").wait_for()
    tones = []
    healthy = time.monotonic() + 6
    while time.monotonic() < healthy:
        tones.append(badge(page)[0])
        page.wait_for_timeout(50)

    stack.producer.kill()
    killed = time.monotonic()
    text = wait_for_tone(page, "warn", within=WITHIN)[1]

    assert time.monotonic() - killed < WITHIN
    assert "ago" in text and set(tones) <= {"good", "idle"}


def test_a_slow_page_shows_within_four_seconds_that_its_front_is_dead(new_stack, new_page, folder):
    folder.write("slow.yml", SLOW.format(interval=30))
    stack = new_stack(dashboards=folder.path, fronts=1)
    page = new_page(f"{stack.base}/slow")
    value(page, "count").wait_for()
    wait_for_tone(page, "good")

    stack.fronts[0].kill()

    assert "ago" in wait_for_tone(page, "warn", within=WITHIN)[1]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_no_frame_ever_mixes_two_versions_while_parts_are_killed(new_stack, new_page, folder, transport):
    folder.write("pair.yml", PAIR.format(transport=transport))
    stack = new_stack(dashboards=folder.path)
    page = new_page(f"{stack.base}/pair")
    for name in ("left", "right"):
        value(page, name).wait_for()
    page.evaluate(WATCH)
    goes_on(page)

    stack.producer.kill()
    stack.restart_producer()
    goes_on(page)
    stack.redis.kill()
    stack.restart_redis()
    goes_on(page)
    stack.fronts[0].kill()
    goes_on(page)

    frames = page.evaluate("window.frames_seen")
    assert len(frames) > 20 and [frame for frame in frames if frame[0] != frame[1]] == []


def goes_on(page):
    shown = number(page, "left")
    settle(page, lambda: number(page, "left") >= shown + 8, within=15, what="eight newer numbers")
