"""What a file says of roles: who may look, who may act, and which actions are for some of these only."""
import pytest
from playwright.sync_api import expect

from watching import component, number, settle, value

SHOP = """
title: Shop
access: {{ view: {view}, act: {act} }}
sources: {{ count: {{ type: counter, start: 0, every: 24h }} }}
{actions}components:
  count: {{ type: number, from: count }}
  add: {{ type: button, text: Add, action: {{ add: 10, to: count }} }}
{more}"""
RESTART = """actions:
  restart:
    type: http
    method: POST
    url: "http://127.0.0.1:{port}/restart"
    allow: [ops]
    after: {{ say: Worker restarted }}
"""
RESTART_BUTTON = "  restart: { type: button, text: Restart, action: restart }\n"


def shop(view="[ops, sales]", act="[ops]", actions="", more=""):
    return SHOP.format(view=view, act=act, actions=actions, more=more)


def button(page, name):
    return component(page, name).locator("[data-action]")


def refused(page, name):
    expect(component(page, name).locator(".frame-notice")).to_have_text("Not allowed here")


@pytest.mark.parametrize("transport", ["websocket", "ajax"])
def test_who_looks_and_who_acts_is_as_the_file_says_on_any_front(house, new_page, folder, transport):
    folder.write("shop.yml", shop())
    house.run(folder)
    address = f"shop?transport={transport}"
    stranger = house.open(new_page, address)
    bob, ada = house.open(new_page, address, "bob"), house.open(new_page, address, "ada", front=1)
    expect(stranger).to_have_url(f"{house.base}/login?next=/shop%3Ftransport%3D{transport}")
    value(bob, "count").wait_for()
    before = number(bob)

    # Bob only looks; a browser that does not care is refused by the server.
    expect(button(bob, "add")).to_have_attribute("aria-disabled", "true")
    button(bob, "add").evaluate("(button) => button.removeAttribute('aria-disabled')")
    button(bob, "add").click()
    refused(bob, "add")
    expect(button(ada, "add")).not_to_have_attribute("aria-disabled", "true")
    button(ada, "add").click()

    for page in (bob, ada):
        settle(page, lambda: number(page) == before + 10, what="one press, that of the one who may")


def test_where_anyone_looks_a_sign_in_lets_act_and_a_lost_role_ends_it(house, new_page, folder):
    folder.write("shop.yml", shop(view="anyone"))
    house.run(folder)
    page = house.open(new_page, "shop")
    expect(button(page, "add")).to_have_attribute("aria-disabled", "true")

    page = house.open(new_page, "shop", "ada")
    before = number(page)
    button(page, "add").click()
    settle(page, lambda: number(page) == before + 10, what="the press")
    house.write(ada=["sales"])

    # The page is loaded again when its front reads the file.
    expect(button(page, "add")).to_have_attribute("aria-disabled", "true", timeout=15000)
    button(page, "add").evaluate("(button) => button.removeAttribute('aria-disabled')")
    button(page, "add").click()
    refused(page, "add")
    assert number(page) == before + 10


@pytest.mark.parametrize("transport", ["websocket", "ajax"])
def test_an_action_is_for_those_it_allows_among_those_who_may_act(house, new_page, folder, worker, transport):
    folder.write("shop.yml", shop(act="[ops, sales]", actions=RESTART.format(port=worker.port), more=RESTART_BUTTON))
    house.run(folder)
    bob = house.open(new_page, f"shop?transport={transport}", "bob")
    ada = house.open(new_page, f"shop?transport={transport}", "ada", front=1)

    button(bob, "restart").click()
    refused(bob, "restart")
    assert worker.asked == []
    # What is not narrowed is his as well.
    before = number(bob)
    button(bob, "add").click()
    settle(bob, lambda: number(bob) == before + 10, what="his own press")

    button(ada, "restart").click()
    expect(ada.locator(".notice")).to_contain_text("Worker restarted")
    assert [asked["path"] for asked in worker.asked] == ["/restart"]
    house.write(ada=["sales"], bob=["sales"])
    ada.wait_for_timeout(1500)
    button(ada, "restart").click()
    refused(ada, "restart")
    assert len(worker.asked) == 1
