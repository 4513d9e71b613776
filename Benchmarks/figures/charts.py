"""What twelve live charts of 600 points cost the main thread of a browser per tick."""
from harness.browser import main_thread_milliseconds, open_browser
from harness.measure import median_of
from harness.processes import Stack, wait_for_page
from harness.report import Figure

TITLE = "12 live charts of 600 points, main thread per tick"
# 20 points per second on a window of 30 s.
EVERY, FILL_SECONDS = 50, 31
# A wall screen with all twelve in sight, for what is out of sight is not drawn.
SCREEN = {"width": 1920, "height": 1080}
SIDE_BY_SIDE = """
const { style } = document.getElementById("grid");
style.display = "grid";
style.gridTemplateColumns = "repeat(4, minmax(0, 1fr))";
"""
SEEN = """[...document.querySelectorAll(".line canvas")].map((canvas) => canvas.getBoundingClientRect())
  .filter(({ top, bottom, width }) => top >= 0 && bottom <= innerHeight && width > 0).length"""


def measure(run):
    with open_browser() as browser, Stack(run, environment={"BENCH_EVERY": str(EVERY)}, is_app=True) as stack:
        front = stack.front()
        wait_for_page(front.port, "charts")
        page = browser.new_context(viewport=SCREEN).new_page()
        frames = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda text: frames.append(text)))
        page.goto(f"http://127.0.0.1:{front.port}/charts")
        page.evaluate(SIDE_BY_SIDE)
        # A quick run draws fewer points.
        page.wait_for_timeout(1000 * run.seconds(FILL_SECONDS))
        cost, ticks = median_of(run.runs, lambda: drawing(browser, page, frames, run.seconds(6)))
        seen = page.evaluate(SEEN)
    if seen < 12 or not ticks:
        raise RuntimeError(f"{seen} charts in sight, {ticks} ticks")
    return [Figure(TITLE, 3, cost, " ms", f"{cost:.2f} ms ({ticks:.0f} ticks in each run)", is_most=True,
                   details={"ms": cost, "ticks": ticks})]


def drawing(browser, page, frames, seconds):
    """Milliseconds of the main thread per tick, and the ticks."""
    began, before = main_thread_milliseconds(browser), len(frames)
    page.wait_for_timeout(1000 * seconds)
    ticks = max(1, len(frames) - before)
    return (main_thread_milliseconds(browser) - began) / ticks, ticks
