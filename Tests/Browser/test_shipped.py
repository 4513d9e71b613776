"""Every shipped dashboard: for everybody, strict, quiet, and asking nobody else (scenario 30; S6, S7, S43)."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from processes import DASHBOARDS, Dev, until
from watching import settle, wait_for_tone
from web import Tab, ask, get

NAMES = sorted(path.stem for path in DASHBOARDS.glob("*.yml"))
WIDTHS = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


def open_shipped(new_page, base, name, **options):
    """Opens a dashboard and waits until every component shows what it has."""
    page = new_page(f"{base}/{name}", **options)
    wait_for_tone(page, "good")
    settle(page, lambda: page.locator("[data-component]").count() > 0, what="components")
    settle(page, lambda: page.locator('[data-component][data-state="loading"]').count() == 0, what="values")
    return page


def violations(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes']]}" for v in found.response["violations"]]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_dashboard_is_accessible(dev, new_page, name, scheme, width):
    page = open_shipped(new_page, dev.base, name, viewport=WIDTHS[width], color_scheme=scheme, reduced_motion="reduce")

    assert violations(page) == []
    # Nothing sticks out: a phone never scrolls sideways.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_redis_dashboard_is_accessible_where_there_is_a_redis(shared_stack, new_page, width):
    page = open_shipped(new_page, shared_stack.base, "redis", viewport=WIDTHS[width], reduced_motion="reduce")
    settle(page, lambda: page.locator('[data-component][data-state="error"]').count() == 0, what="values")

    assert violations(page) == []
    page.watch.assert_clean(shared_stack.base)


@pytest.mark.parametrize("transport", ["ajax", "websocket"])
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_dashboard_has_no_complaint_and_asks_nobody_else(dev, new_page, name, transport):
    page = open_shipped(new_page, dev.base, f"{name}?transport={transport}")

    # An update or two more, so that charts have drawn and numbers have turned.
    page.wait_for_timeout(1500)

    page.watch.assert_clean(dev.base)
    answers = [request.response() for request in page.watch.requests]
    assert [answer.url for answer in answers if answer and answer.status >= 400] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_content_policy_of_a_page_is_strict(dev, name):
    parts = get(dev.base, f"/{name}").headers["content-security-policy"].split(";")
    policy = dict(part.strip().split(" ", 1) for part in parts)

    assert policy["default-src"] == "'none'" and policy["object-src"] == "'none'" and policy["base-uri"] == "'none'"
    assert policy["script-src"] == "'self'" and policy["style-src"] == "'self'" and policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'" and policy["form-action"] in ("'none'", "'self'")
    assert "unsafe" not in " ".join(policy.values()) and "*" not in " ".join(policy.values())


def test_a_script_that_was_slipped_into_the_page_does_not_run(dev, new_page):
    page = new_page()

    def slip_in(route):
        answer = route.fetch()
        more = '<script>window.broken = 1</script><img src="none.png" onerror="window.broken = 1"></body>'
        route.fulfill(response=answer, body=answer.text().replace("</body>", more))

    page.route("**/counter", slip_in)
    page.goto(f"{dev.base}/counter")

    settle(page, lambda: len(page.evaluate("window.reports")) >= 2, what="two reports")
    assert page.evaluate("window.broken") is None


def test_a_page_takes_no_text_as_html_or_script(dev, new_page):
    page = open_shipped(new_page, dev.base, "counter")

    refused = page.evaluate("""() => ["innerHTML", "outerHTML", "srcdoc", "text"].map((sink) => {
      const element = document.createElement(sink === "srcdoc" ? "iframe" : sink === "text" ? "script" : "div");
      document.body.append(element);
      try { element[sink] = "<b>bold</b>"; return false; } catch { return true; }
    })""")

    assert refused == [True] * 4


HEADERS = {
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
}


def test_every_kind_of_answer_carries_the_protecting_headers(dev):
    tab = Tab(dev.base)
    version = tab.poll().json["to"]
    asset = re.search(r'src="(assets/[^"]+main\.js)"', get(dev.base, "/hello").body.decode())[1]
    answers = [
        get(dev.base, "/hello"), get(dev.base, "/nowhere"), get(dev.base, "/"), get(dev.base, f"/{asset}"),
        get(dev.base, "/assets/x/none.js"), tab.poll(), tab.poll(version), tab.post(b"{"), tab.post(tab.event()),
        get(dev.base, "/health/live"), ask(dev.base, "POST", "/api/push/x", b"1"), ask(dev.base, "PUT", "/hello"),
        get(dev.base, "/api/pages/hello/socket"), get(dev.base, "/api/pages/nowhere"),
    ]

    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer
        assert "server" not in answer.headers and "x-powered-by" not in answer.headers


def test_client_files_are_kept_for_ever_and_typed(dev):
    html = get(dev.base, "/hello").body.decode()
    for path in re.findall(r'(?:src|href)="(assets/[^"]+)"', html):
        answer = get(dev.base, f"/{path}")
        assert answer.status == 200 and "immutable" in answer.headers["cache-control"]
        kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[path.rsplit(".", 1)[1]]
        assert answer.headers["content-type"].startswith(kind)


def test_a_page_that_is_none_says_so_and_leads_home(dev, new_page):
    page = new_page(f"{dev.base}/nowhere")

    assert "No such page" in page.content()
    page.get_by_role("link", name="See all dashboards").click()
    page.wait_for_url(f"{dev.base}/overview")


def test_in_its_first_moments_a_page_is_not_available_yet_but_never_gone():
    server, seen = Dev(loaded=False), set()
    try:
        until(lambda: seen.add(get(server.base, "/counter").status) or 200 in seen, what="the page")
    finally:
        server.kill()

    assert seen <= {200, 503}
