"""Utility classes mean what people know, at every width and in the dark; plain elements look decent; axe finds nothing."""
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from element_producer import element
from tree_page import RULES, at, style, tree, tree_front  # noqa: F401 (fixtures)
from watching import settle

SEED = "text-center m-4 p-4 text-white bg-blue-500"


def show(tree, **classes):
    tree.show(list(classes), css=RULES, **{name: element(text=name, classes=text) for name, text in classes.items()})


def test_the_seeds_classes_look_as_a_tailwind_user_expects(tree):
    show(tree, e1=SEED)
    page = tree.open()

    assert style(page, "e1", "text-align", "margin-top", "padding-left", "color", "background-color") == [
        "center", "16px", "16px", "rgb(255, 255, 255)", "rgb(59, 130, 246)"]
    page.watch.assert_clean(tree.base)


@pytest.mark.parametrize("width, columns, size, shown", [
    (390, 1, "14px", "none"), (700, 2, "14px", "none"), (1100, 3, "14px", "block"), (1300, 4, "20px", "block")])
def test_screens_from_narrow_to_wide(tree, width, columns, size, shown):
    show(tree, e1="grid grid-cols-1 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4", e2="text-sm xl:text-xl", e3="hidden md:block")
    page = tree.open(viewport={"width": width, "height": 800})

    [tracks] = style(page, "e1", "grid-template-columns")
    assert (len(tracks.split()), *style(page, "e2", "font-size"), *style(page, "e3", "display")) == (columns, size, shown)


@pytest.mark.parametrize("theme, system, ground", [
    (None, "light", "rgb(255, 255, 255)"), (None, "dark", "rgb(31, 41, 55)"), ("dark", "light", "rgb(31, 41, 55)"),
    ("light", "dark", "rgb(255, 255, 255)"), ("midnight", "light", "rgb(31, 41, 55)"), ("paper", "dark", "rgb(255, 255, 255)")])
def test_dark_follows_the_page_the_viewer_and_the_system(tree, theme, system, ground):
    if theme:
        tree.page["theme"] = theme
    show(tree, e1="bg-white dark:bg-gray-800")
    page = tree.open(color_scheme=system)

    settle(page, lambda: style(page, "e1", "background-color") == [ground], 5, ground)


def test_the_viewers_own_choice_of_colours_turns_dark_classes_on(tree):
    show(tree, e1="bg-white dark:bg-gray-800")
    page = tree.open(color_scheme="light")

    page.locator("#scheme").click()

    settle(page, lambda: style(page, "e1", "background-color") == ["rgb(31, 41, 55)"])


def test_hover_and_focus_change_an_element(tree):
    tree.show(["e1"], css=RULES, e1=element("button", text="x", classes="bg-blue-500 hover:bg-blue-700 border focus:border-blue-500"))
    page = tree.open()
    before = style(page, "e1", "background-color")

    at(page, "e1").hover()
    at(page, "e1").focus()

    assert (before, style(page, "e1", "background-color", "border-top-color")) == (
        ["rgb(59, 130, 246)"], ["rgb(29, 78, 216)", "rgb(59, 130, 246)"])


def test_rules_touch_elements_only(tree):
    number = {"grid": {"type": "number", "title": "Orders"}}
    tree.show(["e1", "grid"], components=number, css=RULES, e1=element(classes="grid"), grid={"value": 1})
    page = tree.open()
    page.locator('[data-component="grid"] .number-value').wait_for()

    page.locator(".frame-body").evaluate("(node) => node.classList.add('bg-blue-500', 'hidden')")

    assert page.locator(".frame-body").evaluate("(node) => getComputedStyle(node).display") == "flex"


def test_rules_with_an_address_are_not_taken(tree):
    tree.show(["e1"], css=".element{background:url(//evil.example/p)}", e1=element(text="x"))
    page = tree.open()
    page.wait_for_timeout(500)

    assert style(page, "e1", "background-image") == ["none"]
    assert not [request.url for request in page.watch.requests if "evil" in request.url]


PLAIN = dict(
    main=element("section", children=["h", "p", "form", "table"]), h=element("h2", text="Orders"),
    p=element("p", text="Everything that was ordered today. ", children=["a"]), a=element("a", text="All of it", attributes={"href": "./all"}),
    form=element("form", children=["l", "i", "s", "t", "b"]), l=element("label", text="Name", attributes={"for": "i"}),
    i=element("input", attributes={"placeholder": "Ada"}), s=element("select", children=["o"], attributes={"aria-label": "Size"}),
    o=element("option", text="Large"), t=element("textarea", attributes={"aria-label": "Note"}), b=element("button", text="Save"),
    table=element("table", children=["r1", "r2"]), r1=element("tr", children=["h1", "h2"]), r2=element("tr", children=["d1", "d2"]),
    h1=element("th", text="Item"), h2=element("th", text="Count"), d1=element("td", text="Cup"), d2=element("td", text="12"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_plain_elements_look_like_what_they_are_and_axe_finds_nothing(tree, scheme):
    tree.show(["main"], **PLAIN)
    page = tree.open(color_scheme=scheme)
    expect(at(page, "b")).to_be_visible()

    [height] = style(page, "b", "min-height")
    sizes = [float(style(page, name, "font-size")[0][:-2]) for name in ("h", "p")]

    assert height == "40px" and sizes[0] > sizes[1]
    assert style(page, "i", "border-top-width", "border-top-style") == ["1px", "solid"]
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    assert [entry["id"] for entry in found] == []


def test_a_button_with_a_ground_of_its_own_starts_bare(tree):
    tree.show(["e1"], css=RULES, e1=element("button", text="x", classes="bg-blue-500 p-2"))
    page = tree.open()

    assert style(page, "e1", "border-top-width", "padding-left", "min-height") == ["0px", "8px", "0px"]
