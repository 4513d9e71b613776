"""What handlers written in Swift say to the one who acted (scenarios 8, 11, 20, 21, 25)."""
import re

import pytest
from playwright.sync_api import expect

from processes import CLIENT
from test_swift_pages import press, tour  # noqa: F401 (fixture)

pytestmark = pytest.mark.skipif(not (CLIENT / "reply.js").exists(), reason="this client shows no replies")


@pytest.mark.parametrize("transport", ["ajax", "websocket"])
def test_notices_come_on_both_transports(tour, new_page, transport):
    page = new_page(f"{tour.base}/answers?transport={transport}")
    other = new_page(f"{tour.base}/answers?transport={transport}")
    expect(other.get_by_role("button", name="Save")).to_be_visible()

    press(page, "Save")
    expect(page.get_by_text("Saved")).to_be_visible()
    press(page, "Fail")
    expect(page.get_by_text("Sold out")).to_be_visible()
    assert page.get_by_text("It did not work").count() == 0, "one trouble is told twice"
    lines = len(tour.lines)
    press(page, "Break")
    expect(page.get_by_text("It did not work")).to_be_visible()
    tour.says(r"error.*CancellationError|CancellationError", within=3, after=lines)
    press(page, "Save")
    expect(page.get_by_text("Saved").last).to_be_visible()

    assert other.get_by_text("Saved").count() == 0


@pytest.mark.parametrize("transport", ["ajax", "websocket"])
def test_a_handler_that_takes_two_seconds_shows_busy_and_delays_nobody(tour, new_page, transport):
    page = new_page(f"{tour.base}/answers?transport={transport}")
    other = new_page(f"{tour.base}/answers?transport={transport}")
    expect(other.get_by_role("button", name="Save")).to_be_visible()

    press(page, "Wait")
    busy = page.get_by_role("button", name="Working …")
    expect(busy).to_have_attribute("aria-busy", "true")
    expect(page.get_by_text("One moment …")).to_be_visible()
    press(other, "Save")
    expect(other.get_by_text("Saved")).to_be_visible()
    assert busy.count() == 1, "the other's click was answered only after the slow handler"

    expect(page.get_by_text("waited", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Wait", exact=True)).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_text("One moment …")).to_be_hidden()


def test_a_redirect_and_a_tab_title_concern_the_one_who_clicked(tour, new_page):
    page, other = new_page(f"{tour.base}/answers"), new_page(f"{tour.base}/answers")
    expect(other.get_by_role("button", name="Go")).to_be_visible()

    press(page, "My tab")
    expect(page).to_have_title("Only mine")
    press(page, "Go")
    expect(page.get_by_role("heading", name="Hello, you!")).to_be_visible()
    assert page.url == f"{tour.base}/hello/you"

    assert other.url == f"{tour.base}/answers"
    press(other, "Rename")
    expect(other).to_have_title("Renamed")


def test_a_form_arrives_typed_and_names_what_is_wrong(tour, new_page):
    page = new_page(f"{tour.base}/inputs")
    page.get_by_placeholder("Name").fill("Ada")
    press(page, "Sign up")
    expect(page.get_by_text(re.compile("age must be"))).to_be_visible()

    page.get_by_placeholder("Age").fill("36")
    press(page, "Sign up")
    expect(page.get_by_text("Welcome, Ada, 36")).to_be_visible()
