"""Ten elements that count their own clicks, over both transports (scenarios 1 to 4)."""
import pytest
from playwright.sync_api import expect

from watching import component, settle

NAMES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
TRANSPORTS = ["ajax", "websocket"]


def hello(page, name):
    return component(page, name).locator("button")


def open_hello(new_page, base, transport):
    page = new_page(f"{base}/hello?transport={transport}")
    expect(hello(page, "ten")).to_have_text("Hello!")
    return page


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_each_of_ten_elements_counts_one_click_of_its_own(dev, new_page, transport):
    page = open_hello(new_page, dev.base, transport)

    for index, name in enumerate(NAMES):
        hello(page, name).click()
        expect(hello(page, name)).to_have_text("Hello! I was clicked 1 times")
        if index + 1 < len(NAMES):
            expect(hello(page, NAMES[index + 1])).to_have_text("Hello!")

    assert page.locator(".hello-press").all_text_contents() == ["Hello! I was clicked 1 times"] * 10
    page.watch.assert_clean(dev.base)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_five_clicks_on_one_element_count_from_one_to_five(dev, new_page, transport):
    page = open_hello(new_page, dev.base, transport)

    for count in range(1, 6):
        hello(page, "one").click()
        expect(hello(page, "one")).to_have_text(f"Hello! I was clicked {count} times")

    assert page.locator(".hello-press").all_text_contents()[1:] == ["Hello!"] * 9


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_clicks_faster_than_answers_are_all_counted_once(dev, new_page, transport):
    page = open_hello(new_page, dev.base, transport)

    hello(page, "one").evaluate("(button) => { for (let at = 0; at < 12; at += 1) button.click(); }")

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 12 times")
    expect(hello(page, "one")).not_to_have_attribute("aria-busy", "true")


def test_an_ajax_page_opens_no_socket_and_sends_each_click_as_one_post(dev, new_page):
    page = open_hello(new_page, dev.base, "ajax")

    for name in NAMES[:3]:
        hello(page, name).click()
        expect(hello(page, name)).to_have_text("Hello! I was clicked 1 times")

    bodies = [request.post_data_json for request in page.watch.events()]
    assert [(body["component"], body["seq"]) for body in bodies] == [("one", 1), ("two", 2), ("three", 3)]
    assert page.watch.sockets == []


def test_a_websocket_page_opens_one_socket_and_neither_polls_nor_posts(dev, new_page):
    page = open_hello(new_page, dev.base, "websocket")

    hello(page, "one").click()

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")
    assert (len(page.watch.sockets), page.watch.polls(), page.watch.events()) == (1, [], [])


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_clicks_are_counted_once_whichever_front_takes_them(balanced, new_page, transport):
    page = open_hello(new_page, balanced, transport)

    for count in range(1, 6):
        hello(page, "two").click()
        expect(hello(page, "two")).to_have_text(f"Hello! I was clicked {count} times")

    assert hello(page, "one").text_content() == "Hello!"


def test_a_reload_keeps_the_viewer_and_what_was_counted(dev, new_page):
    page = open_hello(new_page, dev.base, "ajax")
    hello(page, "one").click()
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")

    page.reload()

    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")


def test_a_click_by_keyboard_counts_too(dev, new_page):
    page = open_hello(new_page, dev.base, "ajax")

    hello(page, "three").focus()
    page.keyboard.press("Enter")
    expect(hello(page, "three")).to_have_text("Hello! I was clicked 1 times")
    page.keyboard.press("Space")

    expect(hello(page, "three")).to_have_text("Hello! I was clicked 2 times")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_nothing_can_be_clicked_before_the_code_for_clicks_is_here(dev, new_page, transport):
    page, held = new_page(), []
    page.route("**/events.js", lambda route: held.append(route))
    page.goto(f"{dev.base}/hello?transport={transport}")
    settle(page, lambda: held and page.locator("[data-component]").count() == 10, what="ten frames")

    buttons_before = page.locator("[data-component] button").count()
    held[0].continue_()
    hello(page, "one").click()

    assert buttons_before == 0
    expect(hello(page, "one")).to_have_text("Hello! I was clicked 1 times")
