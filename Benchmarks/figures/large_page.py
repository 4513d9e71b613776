"""How long a page of a thousand components takes from the click on its link until all of them are painted."""
import statistics

from harness.browser import open_browser
from harness.processes import Stack, until, wait_for_page
from harness.report import Figure

TITLE = "page of 1,000 components, opened and painted"
# With the definition, which is an item too, a page has a thousand at most.
COMPONENTS = 999
PAGE = "\n".join([
    "sources: { n: { type: counter, start: 500, every: 1h } }", "components:",
    *(f"  c{index}: {{ type: number, from: n }}" for index in range(COMPONENTS)), ""])
# Looks once per frame, which costs little, whether every component shows its value; then notes when that frame has been
# painted.
WATCH = """
function look() {
  const frames = document.querySelectorAll("[data-component]");
  if (frames.length < %d || !frames[frames.length - 1].textContent.includes("501")) return requestAnimationFrame(look);
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { window.paintedAt = performance.now(); };
  requestAnimationFrame(() => channel.port2.postMessage(0));
}
requestAnimationFrame(look);
""" % COMPONENTS


def measure(run):
    with open_browser() as browser, Stack(run, {"large": PAGE}) as stack:
        front = stack.front()
        wait_for_page(front.port, "large")
        address = f"http://127.0.0.1:{front.port}/large"
        first, again = [], []
        for _ in range(run.runs):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            # With an empty cache, and as a viewer comes back.
            first.append(opened(context, address))
            again.append(opened(context, address))
            context.close()
    time = statistics.median(first)
    return [Figure(TITLE, 300, time, " ms", f"{time:.0f} ms ({statistics.median(again):.0f} ms with the files kept)", is_most=True,
                   details={"first_ms": first, "again_ms": again})]


def opened(context, address):
    """Milliseconds since the navigation began."""
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    time = until(lambda: page.evaluate("window.paintedAt || 0"), "a painted page")
    page.close()
    return time
