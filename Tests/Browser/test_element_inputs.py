"""Inputs are the viewer's: nothing typed is ever lost or fought over (scenarios 22 and 23)."""
import threading

import pytest
from playwright.sync_api import expect

from element_producer import element
from tree_page import CALM, at, tree, tree_front  # noqa: F401 (fixtures)
from watching import settle

WORDS = "the quick brown fox jumps over it"


def echo(tree, shape=str):
    """The handler writes what was typed back into the input, as a bound value does."""
    def handle(component, event, data):
        return {component: tree.changed(component, value=shape(data["value"]))} if "value" in data else {}
    tree.handler = handle


@pytest.mark.parametrize("transport", ["ajax", "websocket"])
def test_no_character_is_lost_while_the_page_polls_and_echoes(tree, transport):
    tree.show(["e1", "e2"], e1=element("input", value="", on={"input": {}}), e2=element("p", text="0"))
    echo(tree)
    page = tree.open(transport)
    stop = threading.Event()

    def ticks():
        count = 0
        while not stop.wait(0.2):
            count += 1
            tree.element("e2", text=str(count))
    ticker = threading.Thread(target=ticks)
    ticker.start()
    at(page, "e1").press_sequentially(WORDS, delay=120)
    shown = at(page, "e1").input_value()
    settle(page, lambda: tree.items["e1"]["value"] == WORDS, 15, "the whole text at the server")
    stop.set()
    ticker.join()
    page.wait_for_timeout(CALM)

    assert (shown, at(page, "e1").input_value()) == (WORDS, WORDS)


def test_a_handler_on_a_slow_line_does_not_put_old_text_back(tree):
    tree.show(["e1"], e1=element("input", value="", on={"input": {}}))
    echo(tree)
    tree.delay = 0.4
    page = tree.open()

    at(page, "e1").press_sequentially("abcdefgh", delay=60)
    at(page, "e1").blur()
    values = []
    for _ in range(40):
        values.append(at(page, "e1").input_value())
        page.wait_for_timeout(50)

    assert set(values) == {"abcdefgh"}


def test_what_has_the_focus_is_never_overwritten_and_takes_the_pages_value_when_left(tree):
    tree.show(["e1", "e2"], e1=element("input", value="a"), e2=element("p", text="x"))
    page = tree.open()
    at(page, "e1").focus()

    tree.set({"e1": tree.changed("e1", value="b"), "e2": element("p", text="y")})
    expect(at(page, "e2")).to_have_text("y")
    focused = at(page, "e1").input_value()
    at(page, "e1").blur()

    assert focused == "a"
    expect(at(page, "e1")).to_have_value("b")


def test_a_handlers_version_of_the_text_is_shown_when_the_field_is_left(tree):
    tree.show(["e1"], e1=element("input", value="", on={"change": {}}))
    echo(tree, str.upper)
    page = tree.open()

    at(page, "e1").fill("ada")
    at(page, "e1").blur()

    expect(at(page, "e1")).to_have_value("ADA")


@pytest.mark.parametrize("transport", ["ajax", "websocket"])
def test_enter_hands_the_text_over_so_that_it_can_be_cleared(tree, transport):
    tree.show(["f"], f=element("form", children=["e1"], on={"submit": {}}), e1=element("input", attributes={"name": "text"}, value=""))
    tree.handler = lambda *_: {"e1": tree.changed("e1", value="", stamp=len(tree.events))}
    page = tree.open(transport)

    for text in ("one", "two"):
        at(page, "e1").press_sequentially(text)
        at(page, "e1").press("Enter")
        expect(at(page, "e1")).to_have_value("")

    assert [data["form"]["text"] for _, _, data in tree.events] == ["one", "two"]
    assert page.evaluate("document.activeElement.id") == "u-e1"


def test_five_inputs_and_three_texts_share_a_value_and_a_reset_clears_all(tree):
    inputs, texts = [f"i{index}" for index in range(5)], [f"d{index}" for index in range(3)]
    everything = lambda value, stamp=0: {
        **{name: element("input", value=value, stamp=stamp, on={"input": {}}) for name in inputs},
        **{name: element("p", text=value) for name in texts}}
    tree.show(inputs + texts + ["reset"], reset=element("button", text="Reset", on={"click": {}}), **everything(""))
    tree.handler = lambda component, _, data: everything("", len(tree.events)) if component == "reset" else everything(data["value"])
    page, other = tree.open(), tree.open("ajax")

    at(page, "i2").press_sequentially("hello")
    for name in inputs:
        expect(at(page, name)).to_have_value("hello")
        expect(at(other, name)).to_have_value("hello")
    expect(at(other, "d2")).to_have_text("hello")
    at(page, "reset").click()

    for name in inputs:
        expect(at(page, name)).to_have_value("")
    expect(at(page, "d0")).to_have_text("")


def test_typed_text_and_focus_survive_a_new_epoch_and_a_reload(tree):
    tree.show(["e1", "e2", "e3", "e4"], e1=element("input", value="start"), e2=element("p", text="x"),
              e3=element("input", attributes={"type": "checkbox"}), e4=element("input", attributes={"type": "password"}))
    page = tree.open()
    at(page, "e4").fill("secret")
    at(page, "e3").check()
    at(page, "e1").fill("typed, not sent")

    tree.begin_epoch(e2=element("p", text="after"))
    expect(at(page, "e2")).to_have_text("after")
    kept = page.evaluate("[document.activeElement.id, document.activeElement.value]")
    page.reload()

    assert kept == ["u-e1", "typed, not sent"]
    expect(at(page, "e1")).to_have_value("typed, not sent")
    assert (at(page, "e3").is_checked(), at(page, "e4").input_value()) == (True, "")


def test_what_is_typed_while_the_server_is_away_stays_and_is_sent_when_it_is_back(tree):
    tree.show(["e1", "e2"], e1=element("input", value="", on={"input": {}}), e2=element("input", value=""))
    echo(tree)
    page = tree.open("ajax")
    at(page, "e1").type("before ")
    page.context.set_offline(True)

    at(page, "e2").type("kept")
    at(page, "e1").press("End")
    at(page, "e1").type("after")
    page.wait_for_timeout(CALM)
    page.context.set_offline(False)

    settle(page, lambda: tree.items["e1"].get("value") == "before after", 20, "the text at the server")
    assert (at(page, "e1").input_value(), at(page, "e2").input_value()) == ("before after", "kept")


def test_text_held_back_by_a_debounce_is_not_lost_by_a_reload(tree):
    tree.show(["e1"], e1=element("input", on={"input": {"debounce": 20000}}))
    page = tree.open()
    at(page, "e1").fill("held")

    page.reload()

    settle(page, lambda: tree.events == [("e1", "input", {"value": "held"})], 10, "the held input")


def test_choices_that_come_later_find_the_value_that_waits_for_them(tree):
    tree.show(["e1"], e1=element("select", value="b"))
    page = tree.open()

    tree.set({"e1": element("select", value="b", children=["o1", "o2"]), "o1": element("option", text="a"), "o2": element("option", text="b")})

    expect(at(page, "e1")).to_have_value("b")


def test_a_select_without_a_value_shows_its_first_choice(tree):
    tree.show(["e1"], e1=element("select", children=["o1", "o2"]), o1=element("option", text="a"), o2=element("option", text="b"))

    assert at(tree.open(), "e1").input_value() == "a"


def test_a_reset_button_brings_back_what_the_page_says(tree):
    tree.show(["f"], f=element("form", children=["e1", "e2", "e3"]), e1=element("input", value="page"),
              e2=element("input", attributes={"type": "checkbox"}, checked=True), e3=element("button", text="Reset", attributes={"type": "reset"}))
    page = tree.open()
    at(page, "e1").fill("mine")
    at(page, "e2").uncheck()

    at(page, "e3").click()

    assert (at(page, "e1").input_value(), at(page, "e2").is_checked()) == ("page", True)
