"""What viewers choose, and the actions that they start."""
import pytest
from playwright.sync_api import expect

from watching import component
from web import get

SHOP = """
title: Shop in ${var.region}
transport: TRANSPORT
reload_interval: 1
act: anyone
variables:
  region: { type: select, title: Where, options: { eu: Europe, us: United States, asia: Asia }, default: eu }
  size: { type: number, min: 1, max: 50, default: 10 }
  word: { type: text, longest: 20 }
sources:
  orders: { type: command, run: [echo, "orders of ${var.region} and ${var.size}"], every: 1h }
  count: { type: counter, start: 0, every: 1s }
components:
  orders: { type: text, from: orders }
  word: { type: markdown, text: "Looking for **${var.word}**" }
  count: { type: number, from: count }
  hi: { type: hello }
"""
TRANSPORTS = ["websocket", "ajax"]


def shop(transport):
    return SHOP.replace("TRANSPORT", transport)


def control(page, label):
    return page.locator(".variables").get_by_label(label, exact=True)


def shows(page, region, size=10):
    expect(component(page, "orders").locator(".frame-body")).to_have_text(f"orders of {region} and {size}")
    expect(page.locator("#heading")).to_have_text(f"Shop in {region}")
    expect(control(page, "Where")).to_have_value(region)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_choice_shows_another_instance_without_a_reload_and_its_link_does_on_any_front(
        new_stack, new_page, folder, transport):
    folder.write("shop.yml", shop(transport))
    stack = new_stack(dashboards=folder.path)
    page = new_page(f"{stack.fronts[0].base}/shop")
    shows(page, "eu")
    page.evaluate("window.loadedOnce = true")

    control(page, "Where").select_option("us")
    shows(page, "us")
    control(page, "Size").fill("20")
    control(page, "Size").press("Enter")
    shows(page, "us", 20)
    address = page.url
    other = new_page(address.replace(stack.fronts[0].base, stack.fronts[1].base))

    assert page.evaluate("window.loadedOnce") and address.endswith("/shop?region=us&size=20")
    assert page.title() == "Shop in us"
    shows(other, "us", 20)
    page.watch.assert_clean(stack.fronts[0].base)
    page.reload()
    shows(page, "us", 20)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_way_back_and_forth_goes_through_what_was_chosen(dev_with, new_page, transport):
    server = dev_with({"shop.yml": shop(transport)})
    page = new_page(f"{server.base}/shop?transport={transport}")
    shows(page, "eu")
    for region in ("us", "asia"):
        control(page, "Where").select_option(region)
        shows(page, region)

    page.go_back()
    shows(page, "us")
    page.go_back()
    shows(page, "eu")
    assert page.url == f"{server.base}/shop?transport={transport}"
    page.go_forward()
    shows(page, "us")
    assert page.url == f"{server.base}/shop?transport={transport}&region=us"


def test_many_choices_at_once_end_at_the_last(dev_with, new_page):
    server = dev_with({"shop.yml": shop("websocket")})
    page = new_page(f"{server.base}/shop")
    shows(page, "eu")

    page.evaluate("""() => {
      const control = document.querySelector("select.variable-control");
      for (const value of ["us", "asia", "eu", "us", "asia"]) {
        control.value = value;
        control.dispatchEvent(new Event("change"));
      }
    }""")

    shows(page, "asia")
    assert not page.locator("#grid").evaluate("(grid) => grid.inert")


def test_a_click_just_before_a_choice_counts_where_it_was_done(dev_with, new_page):
    server = dev_with({"shop.yml": shop("websocket")})
    page = new_page(f"{server.base}/shop")
    shows(page, "eu")
    expect(component(page, "hi").locator("button")).to_have_text("Hello!")

    page.evaluate("""() => {
      document.querySelector('[data-component="hi"] button').click();
      const control = document.querySelector("select.variable-control");
      control.value = "us";
      control.dispatchEvent(new Event("change"));
    }""")
    shows(page, "us")
    expect(component(page, "hi").locator("button")).to_have_text("Hello!")
    component(page, "hi").locator("button").click()
    expect(component(page, "hi").locator("button")).to_have_text("Hello! I was clicked 1 times")
    page.go_back()

    shows(page, "eu")
    expect(component(page, "hi").locator("button")).to_have_text("Hello! I was clicked 1 times")


def test_what_a_viewer_types_is_text(dev_with, new_page):
    server = dev_with({"shop.yml": shop("websocket")})
    page = new_page(f"{server.base}/shop")
    word = "<img src=x>**a**"

    control(page, "Word").fill(word)
    control(page, "Word").press("Enter")

    expect(component(page, "word").locator("strong")).to_have_text(word)
    page.watch.assert_clean(server.base)


def test_a_value_that_cannot_be_is_told_at_its_control_and_changes_nothing(dev_with, new_page):
    server = dev_with({"shop.yml": shop("websocket")})
    page = new_page(f"{server.base}/shop")
    shows(page, "eu")

    control(page, "Size").fill("51")
    control(page, "Size").press("Enter")

    assert page.url == f"{server.base}/shop"
    shows(page, "eu")


def test_a_page_without_variables_loads_nothing_of_them(dev, new_page):
    page = new_page(f"{dev.base}/counter")
    expect(component(page, "count")).to_be_visible()

    assert not [request for request in page.watch.requests if "variables" in request.url]
    assert page.locator(".variables").count() == 0


def workers(port, allow=""):
    return f"""
act: anyone
variables: {{ host: {{ type: select, options: [one, two], default: one }} }}
sources: {{ queue: {{ type: counter, every: 1h }} }}
actions:
  restart:
    type: http
    url: "http://127.0.0.1:{port}/restart/${{var.host}}"
    headers: {{ Authorization: "Bearer ${{secret.WORKER_TOKEN}}" }}
    confirm: "Restart ${{var.host}}?"
    after: {{ refresh: queue, say: "${{var.host}} restarted" }}
{allow}components:
  queue: {{ type: number, from: queue }}
  restart: {{ type: button, text: Restart, action: restart }}
"""


def press_and(page, answer):
    component(page, "restart").get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name=answer).click()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_an_action_asks_first_then_asks_the_server_once_and_says_so(dev_with, new_page, worker, transport):
    server = dev_with({"workers.yml": workers(worker.port)}, {"WORKER_TOKEN": "canary-5d1f"})
    page = new_page(f"{server.base}/workers?transport={transport}&host=two")

    press_and(page, "Cancel")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert worker.asked == []
    press_and(page, "Restart")

    expect(page.locator(".notice")).to_contain_text("two restarted")
    assert [asked["path"] for asked in worker.asked] == ["/restart/two"]
    assert worker.asked[0]["Authorization"] == "Bearer canary-5d1f" and len(worker.asked[0]["Idempotency-Key"]) == 32
    assert "canary" not in get(server.base, "/api/pages/workers").body.decode()
    page.watch.assert_clean(server.base)


def test_an_action_that_fails_says_the_status_and_no_secret(dev_with, new_page, worker):
    server = dev_with({"workers.yml": workers(worker.port)}, {"WORKER_TOKEN": "canary-5d1f"})
    page = new_page(f"{server.base}/workers")
    worker.status = 503

    press_and(page, "Restart")

    expect(page.locator(".notice")).to_contain_text("answered 503")
    assert "canary" not in page.content() and "canary" not in server.output


def test_an_action_for_roles_is_nobodys_where_there_are_no_users(new_stack, new_page, folder, worker):
    text = workers(worker.port, allow="    allow: [ops]\n").replace("Bearer ${secret.WORKER_TOKEN}", "word")
    folder.write("workers.yml", text)
    stack = new_stack(dashboards=folder.path, fronts=1)
    page = new_page(f"{stack.base}/workers")

    press_and(page, "Restart")

    expect(component(page, "restart").locator(".frame-notice")).to_have_text("Not allowed here")
    assert worker.asked == []


PICTURED = shop("websocket").replace("components:", """layout: |
  orders  orders    count
  word    controls  hi
components:""")


def test_the_controls_stand_in_the_cell_of_the_picture_that_is_named_for_them(dev_with, new_page):
    server = dev_with({"shop.yml": PICTURED})
    page = new_page(f"{server.base}/shop")
    shows(page, "eu")

    place = page.locator(".controls-cell .variables").bounding_box()
    above, left, right = (component(page, name).bounding_box() for name in ("orders", "word", "hi"))
    assert place["y"] > above["y"] + above["height"]
    assert left["x"] + left["width"] < place["x"] < place["x"] + place["width"] < right["x"]

    control(page, "Where").focus()
    control(page, "Where").select_option("us")
    shows(page, "us")
    expect(control(page, "Where")).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})
    control(page, "Where").select_option("asia")
    shows(page, "asia")


def test_controls_in_the_picture_can_be_used_while_another_instance_is_on_its_way(dev_with, new_page):
    server = dev_with({"shop.yml": PICTURED})
    page = new_page(f"{server.base}/shop")
    shows(page, "eu")

    rests = page.evaluate("""() => {
      const control = document.querySelector("select.variable-control");
      control.value = "us";
      control.dispatchEvent(new Event("change"));
      return { control: control.closest("[inert]") !== null,
        count: document.querySelector('[data-component="count"]').closest("[inert]") !== null };
    }""")

    assert rests == {"control": False, "count": True}
    shows(page, "us")
    expect(page.locator("#grid [inert], #grid[inert]")).to_have_count(0)


def test_an_edit_moves_the_controls_between_head_and_picture(dev_with, new_page, folder):
    server = dev_with({"shop.yml": PICTURED})
    page = new_page(f"{server.base}/shop")
    expect(page.locator(".controls-cell .variables")).to_be_visible()

    folder.write("shop.yml", shop("websocket"))
    expect(page.locator("header + .variables")).to_be_visible()
    expect(page.locator(".controls-cell")).to_have_count(0)
    shows(page, "eu")

    folder.write("shop.yml", PICTURED)
    expect(page.locator(".controls-cell .variables")).to_be_visible()
