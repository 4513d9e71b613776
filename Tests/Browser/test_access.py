"""Signing in and out, roles, and who is told of mistakes (S5, S22, S25, S26, S34; I14)."""
import time

import pytest
from playwright.sync_api import expect

from house import sign_in
from processes import ExampleProducer, Producer, until, until_shown
from watching import component
from web import get

BOARD = "title: Board\nact: anyone\nsources: { n: { type: counter } }\ncomponents: { n: { type: number, from: n } }\n"


def test_a_page_for_roles_asks_who_comes_and_leads_back(house, new_page):
    house.show_tree()
    page = new_page(f"{house.base}/tree?transport=websocket")
    expect(page).to_have_url(f"{house.base}/login?next=/tree%3Ftransport%3Dwebsocket")

    sign_in(page, "ada", "wrong one")
    expect(page.get_by_role("status")).to_have_text("This name and password do not belong together.")
    sign_in(page, "ada")

    expect(page).to_have_url(f"{house.base}/tree?transport=websocket")
    expect(component(page, "hi")).to_be_visible()
    expect(page.locator(".account-name")).to_have_text("ada")
    expect(component(page, "hi").locator("[data-action]")).not_to_have_attribute("aria-disabled", "true")
    # Any front takes the session.
    page.goto(f"{house.fronts[1].base}/tree")
    expect(component(page, "hi")).to_be_visible()


def test_it_works_without_javascript(house, new_page):
    house.show_tree()
    page = new_page(f"{house.base}/tree", java_script_enabled=False)

    sign_in(page, "ada")
    expect(page.locator(".account-name")).to_have_text("ada")
    page.get_by_role("button", name="Sign out").click()

    expect(page).to_have_url(f"{house.base}/login")
    page.goto(f"{house.base}/tree")
    expect(page).to_have_url(f"{house.base}/login?next=/tree")


def test_who_may_only_look_sees_that_and_who_may_not_is_told(house, new_page):
    house.show_tree()
    bob = new_page(f"{house.base}/tree")
    sign_in(bob, "bob")
    expect(component(bob, "hi").locator("[data-action]")).to_have_attribute("aria-disabled", "true")

    house.write(bob=["cooks"])
    bob.get_by_text("is for people with another role").wait_for(timeout=6000)
    assert bob.evaluate("fetch('api/pages/tree').then((answer) => answer.status)") == 403


def test_the_roles_of_a_swift_page_say_who_may_look_and_who_may_act(house, new_page, tmp_path):
    house.write(ada=["ops", "night"], bob=["sales"], eve=["editor"])
    house.keep(ExampleProducer("Scenarios", house.store, tmp_path))
    until(lambda: get(house.base, "/guarded").status == 303, 20, "the page for roles")
    pages = {user: new_page(f"{house.base}/guarded") for user in ("ada", "bob", "eve")}
    for user, page in pages.items():
        sign_in(page, user)

    expect(pages["eve"].get_by_text("You are signed in as eve")).to_be_visible()
    pages["bob"].get_by_role("button", name="Act").click(force=True)
    pages["bob"].wait_for_timeout(500)
    expect(pages["bob"].locator(".said")).to_have_text("nobody yet")
    pages["ada"].get_by_role("button", name="Act").click()

    for user in ("ada", "bob"):
        expect(pages[user].locator(".said")).to_have_text("night ops")


@pytest.mark.parametrize("transport", ["websocket", "ajax"])
def test_signing_out_in_one_tab_ends_the_others_on_every_front(house, new_page, transport):
    house.show_tree()
    first = new_page(f"{house.base}/tree")
    sign_in(first, "ada")
    expect(component(first, "hi")).to_be_visible()
    second = new_page(f"{house.fronts[1].base}/tree?transport={transport}", context=first.context)
    expect(component(second, "hi")).to_be_visible()

    first.get_by_role("button", name="Sign out").click()
    signed_out = time.monotonic()
    second.wait_for_url("**/login?next=**", timeout=6000)

    # Two seconds for the front, and what this machine needs for a reload and, with polls, the next one.
    assert time.monotonic() - signed_out < 5


def test_a_users_file_with_a_mistake_changes_nothing_and_is_told(house, new_page):
    house.show_tree()
    page = new_page(f"{house.base}/tree")
    sign_in(page, "ada")
    expect(component(page, "hi")).to_be_visible()

    house.file.write_text("ada: { password: hunter22 }\n", encoding="utf-8")
    house.fronts[0].says("the users file has mistakes")

    assert "hunter22" not in house.fronts[0].output and house.hashed not in house.fronts[0].output
    page.reload()
    expect(component(page, "hi")).to_be_visible()


def test_mistakes_are_shown_to_a_signed_in_editor_and_to_nobody_else(house, new_page, folder):
    folder.write("board.yml", BOARD)
    house.keep(Producer(house.store, folder.path).owns())
    until_shown(house.base, folder.path)
    viewer, other, editor = (new_page(f"{house.base}/board") for _ in range(3))
    for page, user in ((other, "bob"), (editor, "eve")):
        page.get_by_role("link", name="Sign in").click()
        sign_in(page, user)
        expect(page).to_have_url(f"{house.base}/board")
    heard = []
    viewer.on("response", lambda answer: heard.append(answer.url))

    folder.write("board.yml", BOARD.replace("type: counter", "type: conter"))
    expect(editor.locator(".mistakes-text")).to_contain_text('did you mean "counter"', timeout=10000)

    for page in (viewer, other):
        assert page.locator(".mistakes").count() == 0
        assert page.evaluate("fetch('api/pages/board/mistakes').then((answer) => answer.status)") == 403
        assert "conter" not in page.evaluate("fetch('api/pages/board').then((answer) => answer.text())")
    folder.write("board.yml", BOARD)
    expect(editor.locator(".mistakes")).to_have_count(0, timeout=10000)


def test_without_users_nothing_of_it_is_seen(dev, new_page):
    page = new_page(f"{dev.base}/overview")

    expect(page.locator(".account")).to_have_count(0)
    assert get(dev.base, "/login").status == 404
