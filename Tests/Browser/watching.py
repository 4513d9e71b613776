"""What the tests look at in a browser page: its badge, its numbers, its requests, and what it complained about."""
import re

from processes import until

REPORTS = """
window.reports = [];
addEventListener("securitypolicyviolation", (event) => reports.push(`${event.violatedDirective} ${event.blockedURI}`));
"""

# Every text that a component's value had, from the first on, with the time it came.
RECORD = """(element) => {
  window.seen = [];
  const read = () => {
    const label = element.querySelector("[aria-label]")?.ariaLabel ?? element.textContent;
    if (label && seen.at(-1)?.text !== label) seen.push({ text: label, at: performance.now() });
  };
  const everything = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(read).observe(element, everything);
  read();
}"""


class Watch:
    """Collects a page's complaints and its requests from the moment it is opened."""

    def __init__(self, page):
        self.page = page
        self.complaints, self.requests, self.sockets = [], [], []
        page.add_init_script(REPORTS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"pageerror {error}"))
        page.on("request", lambda request: self.requests.append(request))
        page.on("websocket", lambda socket: self.sockets.append(socket.url))

    def _heard(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type} {message.text}")

    def polls(self):
        return [request for request in self.requests if re.search(r"/api/pages/[^/]+\?", request.url)]

    def events(self):
        return [request for request in self.requests if request.url.endswith("/events")]

    def assert_clean(self, base):
        """No complaint, no report of the content policy, and nobody asked but our own server."""
        own = (base + "/", "data:", "blob:")
        foreign = [request.url for request in self.requests if not request.url.startswith(own)]
        foreign += [url for url in self.sockets if not url.startswith(base.replace("http", "ws") + "/")]
        assert (self.complaints, self.page.evaluate("window.reports"), foreign) == ([], [], [])


def component(page, name):
    return page.locator(f'[data-component="{name}"]')


def value(page, name):
    """The locator of a number's value; its name is the whole text, its cells are decoration."""
    return component(page, name).locator(".number-value")


def number(page, name="count") -> int:
    """The number that is shown now."""
    return digits(value(page, name).get_attribute("aria-label", timeout=10000))


def digits(text) -> int:
    return int(re.sub(r"[^0-9-]", "", text))


def record(page, name="count"):
    """From now on `recorded(page)` gives every text the component shows."""
    value(page, name).wait_for()
    component(page, name).locator(".frame-body").evaluate(RECORD)


def recorded(page):
    return [digits(entry["text"]) for entry in page.evaluate("window.seen")]


def settle(page, condition, within=10.0, what="the condition"):
    """Like `until`, and lets the page's events through meanwhile."""
    def ask():
        page.wait_for_timeout(25)
        return condition()
    return until(ask, within, what, every=0)


def badge(page) -> tuple:
    """Tone and text of the badge."""
    return tuple(page.locator("#status").evaluate("(element) => [element.dataset.tone, element.textContent]"))


def wait_for_tone(page, *tones, within=10.0):
    return settle(page, lambda: (shown := badge(page))[0] in tones and shown, within, f"a badge of {tones}")


def never_back(numbers):
    return numbers == sorted(numbers)
