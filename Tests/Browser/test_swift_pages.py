"""What pages written in Swift can do, in a browser (scenarios 22 to 24, 27, 31, 32)."""
import pytest
from playwright.sync_api import expect

from processes import ExampleDev, until


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    server = ExampleDev("Tour", tmp_path_factory.mktemp("tour"))
    yield server
    server.kill()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_text_is_text_and_links_lead_to_routes_with_parameters(tour, new_page):
    page = new_page(tour.base)
    expect(page.get_by_text("<b>\"text\"</b> stays text 🧮 </script>")).to_be_visible()

    page.get_by_role("link", name="hello").click()

    expect(page.get_by_role("heading", name="Hi, Ada & Bob!")).to_be_visible()
    page.watch.assert_clean(tour.base)


def test_a_route_without_its_query_and_an_unknown_one(tour, new_page):
    page = new_page(f"{tour.base}/hello/Eve")
    expect(page.get_by_role("heading", name="Hello, Eve!")).to_be_visible()

    assert page.goto(f"{tour.base}/nowhere").status == 404
    assert page.goto(f"{tour.base}/hello/a/b").status == 404


def test_one_value_in_five_inputs_and_three_texts(tour, new_page):
    page = new_page(f"{tour.base}/inputs")
    page.locator("input").nth(1).press_sequentially("abc")
    page.locator("input").nth(1).blur()

    until(lambda: [page.locator("input").nth(at).input_value() for at in range(5)] == ["abc"] * 5, 5, "all inputs")
    expect(page.locator("div.text-green-700")).to_have_text(["abc"] * 3)
    press(page, "Reset")
    until(lambda: [page.locator("input").nth(at).input_value() for at in range(5)] == [""] * 5, 5, "empty inputs")


def test_quick_typing_is_one_event_and_loses_no_character(tour, new_page):
    page = new_page(f"{tour.base}/typing")
    slow, late = page.locator("input").nth(0), page.locator("input").nth(1)
    slow.press_sequentially("0123456789")
    expect(page.locator("p.element")).to_have_text("1 events, 0 changes, 0", timeout=8000)

    text = "the quick brown fox jumps"
    late.press_sequentially(text, delay=120)
    assert late.input_value() == text
    expect(page.locator("p.element")).to_have_text("1 events, 0 changes, 0")
    press(page, "Next")
    expect(page.locator("p.element")).to_have_text("1 events, 1 changes, 1", timeout=8000)


def test_keys_come_with_code_and_modifiers(tour, new_page):
    page = new_page(f"{tour.base}/keys")
    page.locator("input").press("Shift+A")
    expect(page.get_by_text("A KeyA [shift] false")).to_be_visible()


def test_dashboard_components_stand_in_elements(tour, new_page):
    page = new_page(f"{tour.base}/board")
    expect(page.get_by_text("Orders")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("Ada")
    assert page.locator(".gauge-end").last.bounding_box()["height"] >= 10, "the dial's ends can hardly be read"

    press(page, "One more")

    expect(page.get_by_text("43", exact=True).first).to_be_visible()
    page.watch.assert_clean(tour.base)


def test_a_component_with_a_drawing_of_its_own(tour, new_page):
    page = new_page(f"{tour.base}/board")
    expect(page.get_by_text("dial at 4")).to_be_visible()
    assert page.locator("output[data-max='50']").count() == 1
    modules = [request.url for request in page.watch.requests if "/modules/" in request.url]
    answer = page.request.get(modules[0])

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert page.request.get(f"{tour.base}/modules/0000.js").status == 404
    page.watch.assert_clean(tour.base)
