"""What a viewer does with elements: which events come, with which data, when, and how it looks meanwhile (scenarios 24, 32)."""
import pytest
from playwright.sync_api import expect

from element_producer import element
from tree_page import CALM, at, tree, tree_front  # noqa: F401 (fixtures)
from watching import settle

TRANSPORTS = ["ajax", "websocket"]
PATIENCE = 10


def wait_for(page, tree, count, *names):
    settle(page, lambda: len(tree.heard(*names)) >= count, PATIENCE, f"{count} events, of {tree.events}")
    return tree.heard(*names)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_each_click_comes_once_and_changes_what_the_handler_says(tree, transport):
    tree.show(["e1", "e2"], e1=element("button", text="Press", on={"click": {}}), e2=element("p", text="0"))
    tree.handler = lambda *_: {"e2": element("p", text=str(len(tree.events)))}
    page = tree.open(transport)

    for count in range(1, 6):
        at(page, "e1").click()
        expect(at(page, "e2")).to_have_text(str(count))

    assert tree.events == [("e1", "click", {})] * 5
    page.watch.assert_clean(tree.base)


def test_keys_carry_key_code_modifiers_and_repeat(tree):
    tree.show(["e1"], e1=element("div", attributes={"tabindex": 0}, text="keys", on={"keydown": {}, "keyup": {}}))
    page = tree.open()
    at(page, "e1").focus()

    page.keyboard.press("Control+Shift+KeyA")
    page.keyboard.down("ArrowDown")
    page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")

    downs = [data for _, data in wait_for(page, tree, 5, "keydown")]
    assert downs[2] == {"key": "A", "code": "KeyA", "modifiers": ["ctrl", "shift"], "repeat": False}
    assert [(data["code"], data["repeat"]) for data in downs[3:]] == [("ArrowDown", False), ("ArrowDown", True)]
    ups = wait_for(page, tree, 4, "keyup")
    assert ups[-1] == ("e1", {"key": "ArrowDown", "code": "ArrowDown", "modifiers": [], "repeat": False})


def test_only_the_keys_asked_for_come_and_may_be_kept_from_the_browser(tree):
    tree.show(["e1"], e1=element("input", on={"keydown": {"keys": ["Enter", "b"], "prevent": True}}))
    page = tree.open()

    at(page, "e1").press_sequentially("abc")
    at(page, "e1").press("Enter")

    heard = [(data["key"], data["value"]) for _, data in wait_for(page, tree, 2, "keydown")]
    assert (heard, at(page, "e1").input_value()) == ([("b", "a"), ("Enter", "ac")], "ac")


def test_focus_blur_and_the_mouse_coming_and_going(tree):
    both = {"focus": {}, "blur": {}, "mouseenter": {}, "mouseleave": {}, "dblclick": {}}
    tree.show(["e1", "e2"], e1=element("input", on=both), e2=element("div", text="x", style={"height": "200px"}))
    page = tree.open()

    page.mouse.move(5, 5)
    at(page, "e1").hover()
    at(page, "e1").fill("Ada")
    at(page, "e1").blur()
    at(page, "e2").hover()
    at(page, "e1").dblclick(modifiers=["Alt"])
    wait_for(page, tree, 1, "dblclick")

    assert tree.heard("focus")[0] == ("e1", {"value": ""}) and tree.heard("blur")[0] == ("e1", {"value": "Ada"})
    assert [name for _, name, _ in tree.events if name.startswith("mouse")][:3] == ["mouseenter", "mouseleave", "mouseenter"]
    assert tree.heard("dblclick") == [("e1", {"modifiers": ["alt"]})]


def test_every_kind_of_input_says_its_value(tree):
    on = {"change": {}}
    choice = {"c1": element("option", text="Red", attributes={"value": "red"}), "c2": element("option", text="Blue", attributes={"value": "blue"})}
    kinds = {
        "box": element("input", attributes={"type": "checkbox"}, on=on), "area": element("textarea", on=on),
        "one": element("input", attributes={"type": "radio", "name": "r"}, value="1", on=on),
        "two": element("input", attributes={"type": "radio", "name": "r"}, value="2", checked=True, on=on),
        "pick": element("select", children=["c1", "c2"], value="red", on=on),
        "range": element("input", attributes={"type": "range", "min": 0, "max": 10}, value="5", on=on),
        "day": element("input", attributes={"type": "date"}, on=on),
    }
    tree.show(list(kinds), **kinds, **choice)
    page = tree.open()
    assert (at(page, "range").input_value(), at(page, "pick").input_value(), at(page, "two").is_checked()) == ("5", "red", True)

    at(page, "box").check()
    at(page, "one").check()
    at(page, "pick").select_option("blue")
    at(page, "range").fill("7")
    at(page, "day").fill("2026-11-23")
    at(page, "area").fill("a\nb")
    at(page, "area").blur()

    assert wait_for(page, tree, 6, "change") == [
        ("box", {"checked": True}), ("one", {"checked": True, "value": "1"}), ("pick", {"value": "blue"}),
        ("range", {"value": "7"}), ("day", {"value": "2026-11-23"}), ("area", {"value": "a\nb"})]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_form_comes_as_one_value(tree, transport):
    named = lambda name, **more: {"name": name} | more
    tree.show(
        ["f"], f=element("form", children=["a", "b", "c1", "c2", "r1", "r2", "s", "off", "none", "go"], on={"submit": {}}),
        a=element("input", attributes=named("who")), b=element("input", attributes=named("agree", type="checkbox")),
        c1=element("input", attributes=named("tags", type="checkbox"), value="x", checked=True),
        c2=element("input", attributes=named("tags", type="checkbox"), value="y"),
        r1=element("input", attributes=named("size", type="radio"), value="s"),
        r2=element("input", attributes=named("size", type="radio"), value="l", checked=True),
        s=element("select", attributes=named("many", multiple=True), children=["o1", "o2"], value=["1", "2"]),
        o1=element("option", text="1"), o2=element("option", text="2"),
        off=element("input", attributes=named("off", disabled=True), value="x"), none=element("input", value="nameless"),
        go=element("button", text="Go", attributes=named("action", type="submit", value="save")))
    page = tree.open(transport)

    at(page, "a").fill("Ada")
    at(page, "b").check()
    at(page, "go").click()

    assert wait_for(page, tree, 1, "submit") == [("f", {"form": {
        "who": "Ada", "agree": True, "tags": ["x"], "size": "l", "many": ["1", "2"], "action": "save"}})]
    assert page.url.startswith(f"{tree.base}/{tree.name}")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_ten_quick_inputs_with_a_debounce_are_one_event(tree, transport):
    tree.show(["e1"], e1=element("input", on={"input": {"debounce": 500}}))
    page = tree.open(transport)

    at(page, "e1").press_sequentially("abcdefghij", delay=20)
    wait_for(page, tree, 1, "input")
    page.wait_for_timeout(CALM)

    assert tree.events == [("e1", "input", {"value": "abcdefghij"})]


def test_a_throttled_listener_hears_the_first_and_the_last(tree):
    tree.show(["e1"], e1=element("input", on={"input": {"throttle": 400}}))
    page = tree.open()

    at(page, "e1").press_sequentially("abcdefghij", delay=20)
    settle(page, lambda: tree.events[-1:] == [("e1", "input", {"value": "abcdefghij"})], PATIENCE)

    assert tree.events[0] == ("e1", "input", {"value": "a"}) and len(tree.events) <= 5


def test_a_listener_for_changes_hears_nothing_before_the_field_is_left(tree):
    tree.show(["e1", "e2"], e1=element("input", on={"change": {}}), e2=element("button", text="x"))
    page = tree.open()
    at(page, "e1").press_sequentially("abc")
    page.wait_for_timeout(300)
    assert tree.events == []

    at(page, "e2").click()

    assert wait_for(page, tree, 1, "change") == [("e1", {"value": "abc"})]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_a_debounce_holds_goes_before_the_click(tree, transport):
    tree.show(["e1", "e2"], e1=element("input", on={"input": {"debounce": 5000}}), e2=element("button", text="Save", on={"click": {}}))
    page = tree.open(transport)

    at(page, "e1").fill("Ada")
    at(page, "e2").click()
    wait_for(page, tree, 1, "click")

    assert tree.events == [("e1", "input", {"value": "Ada"}), ("e2", "click", {})]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_slow_handler_shows_busy_and_what_was_asked_for_until_its_answer(tree, transport):
    before = {"text": "Saving…", "classes": "opacity-50", "disabled": True, "show": ["e2"], "hide": ["e3"]}
    tree.show(["e1", "e2", "e3"], e1=element("button", text="Save", on={"click": {}}, before=before),
              e2=element("p", text="please wait", hidden=True), e3=element("p", text="idle"))
    tree.delay = 2
    page = tree.open(transport)

    at(page, "e1").click()
    expect(at(page, "e1")).to_have_text("Saving…", timeout=1500)
    meanwhile = at(page, "e1").evaluate("(node) => [node.ariaBusy, node.ariaDisabled, node.className]")
    seen = [at(page, name).is_visible() for name in ("e2", "e3")]
    at(page, "e1").click(force=True)
    expect(at(page, "e1")).to_have_text("Save", timeout=PATIENCE * 1000)

    assert (meanwhile, seen) == (["true", "true", "element opacity-50"], [True, False])
    assert at(page, "e1").evaluate("(node) => [node.ariaBusy, node.ariaDisabled]") == [None, None]
    assert [at(page, name).is_visible() for name in ("e2", "e3")] == [False, True]
    assert len(tree.events) == 1


def test_of_a_form_the_button_shows_that_it_waits(tree):
    tree.show(["f"], f=element("form", children=["go", "no"], on={"submit": {}}),
              go=element("button", text="Go", attributes={"type": "submit"}), no=element("button", text="No"))
    tree.delay = 2
    page = tree.open("ajax")
    moves = lambda name: at(page, name).evaluate("(node) => getComputedStyle(node).animationName")

    at(page, "go").click()
    expect(at(page, "f")).to_have_attribute("aria-busy", "true")

    assert [moves(name) for name in ("f", "go", "no")] == ["none", "element-wait", "none"]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_handler_that_failed_is_told_in_words(tree, transport):
    tree.show(["e1"], e1=element("button", text="Press", on={"click": {}}))
    tree.failure = "handler"
    page = tree.open(transport)

    at(page, "e1").click()

    expect(page.get_by_role("alert").filter(has_text="It did not work")).to_be_visible()


def test_an_outer_element_hears_what_happens_inside_unless_that_is_stopped(tree):
    tree.show(["e1"], e1=element(children=["e2", "e3"], on={"click": {}}), e2=element("button", text="a", on={"click": {}}),
              e3=element("button", text="b", on={"click": {"stop": True}}))
    page = tree.open()

    at(page, "e2").click()
    at(page, "e3").click()
    wait_for(page, tree, 3, "click")

    assert [name for name, _, _ in tree.events] == ["e2", "e1", "e3"]


def test_a_fold_and_a_scroll_are_told_and_stay_the_viewers(tree):
    tree.show(["e1", "e3"], e1=element("details", children=["e2"], attributes={"open": True}, on={"toggle": {}}),
              e2=element("summary", text="More"), e3=element(style={"height": "60px", "overflow": "auto"}, children=["e4"], on={"scroll": {}}),
              e4=element(style={"height": "900px"}))
    page = tree.open()
    at(page, "e2").click()
    settle(page, lambda: tree.heard("toggle")[-1:] == [("e1", {"open": False})])

    at(page, "e3").evaluate("(node) => node.scrollTo(0, 70)")
    wait_for(page, tree, 1, "scroll")
    tree.element("e1", classes="p-4", attributes={"open": True, "title": "x"})
    settle(page, lambda: at(page, "e1").get_attribute("title") == "x")

    assert tree.heard("scroll")[-1] == ("e3", {"top": 70, "left": 0})
    assert at(page, "e1").evaluate("(node) => node.open") is False


def test_who_may_not_act_sends_nothing(tree):
    tree.page["act"] = False
    tree.show(["e1", "e2"], e1=element("button", text="x", on={"click": {}}), e2=element("input", on={"input": {}}))
    page = tree.open()

    at(page, "e1").click(force=True)
    at(page, "e2").focus()
    page.keyboard.type("abc")
    page.wait_for_timeout(500)

    assert (tree.events, at(page, "e1").get_attribute("aria-disabled")) == ([], "true")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_nothing_can_be_clicked_before_the_code_for_clicks_is_here(tree, transport):
    tree.show(["e1"], e1=element("button", text="x", on={"click": {}}))
    page, held = tree._new_page(), []
    page.route("**/element_events.js", lambda route: held.append(route))
    page.goto(f"{tree.base}/{tree.name}?transport={transport}")
    settle(page, lambda: held)

    buttons_before = page.locator("#grid button").count()
    held[0].continue_()
    at(page, "e1").click()

    assert buttons_before == 0 and wait_for(page, tree, 1, "click")
