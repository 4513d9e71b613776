"""Pages of elements: how they are drawn and redrawn, and what they cannot do (scenario 31, S8)."""
import base64
import hashlib

import pytest
from playwright.sync_api import expect

from element_producer import element
from tree_page import CALM, FRAGMENTS, PAYLOADS, at, tree, tree_front  # noqa: F401 (fixtures)
from watching import component, settle, value

COUNT = """(host) => {
  window.touched = new Set();
  new MutationObserver((records) => records.forEach(({ target }) =>
    touched.add(target.id || target.parentElement?.id || target.nodeName)))
    .observe(host, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
QUOTES = "\"Ada\" & 'Bob' <b>&amp;</b> </script><script>x</script> 🧮 ${x} \u202e"


def is_foreign(address):
    """True unless a page asks for this by itself: it may fall back to polls meanwhile, and load its own modules."""
    return not any(part in address for part in ("/api/", "/assets/"))


def test_a_tree_is_drawn_with_its_attributes_styles_and_text(tree):
    tree.show(
        ["e1"],
        e1=element("section", children=["e2", "e3"], classes="p-4 my-own", attributes={"aria-label": "Part", "data-row": 7}),
        e2=element("h2", text="Title", style={"font-size": "200px", "color": "rgb(1, 2, 3)"}, attributes={"id": "top"}),
        e3=element("p", html=["one ", {"tag": "b", "children": ["two"]}, {"tag": "script", "children": ["x"]}], hidden=True))
    page = tree.open()

    assert at(page, "e1").evaluate("(node) => [node.localName, node.className, node.ariaLabel, node.dataset.row]") == [
        "section", "element p-4 my-own", "Part", "7"]
    expect(at(page, "top")).to_have_text("Title")
    assert at(page, "top").evaluate("(node) => [node.style.fontSize, getComputedStyle(node).color]") == ["200px", "rgb(1, 2, 3)"]
    assert at(page, "e3").evaluate("(node) => [node.innerHTML, node.hidden]") == ['one <b data-tag="b">two</b>', True]
    page.watch.assert_clean(tree.base)


def test_only_what_changed_is_touched(tree):
    names = [f"e{index}" for index in range(1, 50)]
    tree.show(["e0"], e0=element("ul", children=names), **{name: element("li", text=name) for name in names})
    page = tree.open()
    page.locator("#grid").evaluate(COUNT)

    tree.element("e7", text="seven")
    expect(at(page, "e7")).to_have_text("seven")

    assert page.evaluate("[...touched]") == ["u-e7"]


def test_children_are_added_moved_and_removed_without_losing_what_stays(tree):
    names = ["e1", "e2", "e3", "e4"]
    tree.show(["e0"], e0=element(children=names), **{name: element("input") for name in names})
    page = tree.open()
    at(page, "e2").fill("typed")
    page.evaluate("document.getElementById('u-e2').marked = true")
    at(page, "e2").evaluate("(node) => node.setSelectionRange(1, 3)")

    tree.set({"e0": element(children=["e4", "e5", "e3", "e2"]), "e5": element("p", text="new")}, remove=["e1"])
    at(page, "e5").wait_for()

    order = page.locator("#u-e0").evaluate("(node) => [...node.children].map(({ id }) => id)")
    kept = page.evaluate("[(node) => node.marked, (node) => node.value, (node) => node.selectionStart].map((read) => read(document.activeElement))")
    assert (order, kept) == (["u-e4", "u-e5", "u-e3", "u-e2"], [True, "typed", 1])


def test_an_element_moves_to_another_parent_with_focus_and_scroll(tree):
    tree.show(
        ["e1", "e2"], e1=element(children=["e3"]), e2=element(children=[]), e3=element(children=["e4", "e5"]),
        e4=element("input"), e5=element(style={"height": "60px", "overflow": "auto"}, children=["e6"]),
        e6=element(style={"height": "900px"}))
    page = tree.open()
    at(page, "e4").type("abc")
    at(page, "e5").evaluate("(node) => { node.scrollTop = 77; }")

    tree.set({"e1": element(children=[]), "e2": element(children=["e3"])})
    settle(page, lambda: page.evaluate("document.querySelector('#u-e2 > #u-e3') !== null"))

    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["u-e4", "abc"]
    assert at(page, "e5").evaluate("(node) => node.scrollTop") == 77


def test_another_tag_for_the_same_id_keeps_the_children(tree):
    tree.show(["e1"], e1=element("div", children=["e2"]), e2=element("span", text="inside"))
    page = tree.open()

    tree.element("e1", tag="section")
    page.locator("section#u-e1").wait_for()

    expect(page.locator("section#u-e1 > #u-e2")).to_have_text("inside")


def test_tags_that_are_not_allowed_become_a_visible_placeholder(tree):
    tags = ["script", "iframe", "svg", "style", "link", "object", "x-own"]
    tree.show(["e1"] + [f"f{index}" for index in range(len(tags))], e1=element(text="here"),
              f9=element("input", attributes={"type": "file"}),
              **{f"f{index}": element(tag, text="x", attributes={"src": "/x"}) for index, tag in enumerate(tags)})
    page = tree.open()

    shown = page.locator(".element-unknown").all_text_contents()

    assert shown == [f"‹{tag}›" for tag in tags]
    assert sum("is not drawn" in line for line in page.watch.complaints) == len(tags)


def test_a_cycle_a_missing_child_and_a_chain_too_deep_end_somewhere(tree):
    chain = {f"d{index}": element(children=[f"d{index + 1}"]) for index in range(100)}
    tree.show(["e1", "d0"], e1=element(children=["e2", "none"], text="here"), e2=element(children=["e1"]), **chain)
    page = tree.open()

    tree.set({"none": element("p", text="came")})

    expect(page.locator("#u-e1 > #u-none")).to_have_text("came")
    assert page.locator("#grid").evaluate("(node) => node.querySelectorAll('[id^=u-d]').length") < 70


def test_dashboard_components_stand_among_elements(tree):
    number = {"count": {"type": "number", "title": "Orders"}}
    tree.show(["e1"], components=number, e1=element(children=["e2", "count", "e3"]), e2=element("h2", text="Before"),
              e3=element("p", text="After"), count={"value": 503})
    page = tree.open()
    expect(value(page, "count")).to_have_attribute("aria-label", "503")

    tree.set({"count": {"value": 504}, "e1": element(children=["count", "e2", "e3"])})

    expect(value(page, "count")).to_have_attribute("aria-label", "504")
    assert page.evaluate("document.querySelector('#u-e1').firstElementChild.dataset.component") == "count"


@pytest.mark.parametrize("transport", ["ajax", "websocket"])
def test_quotes_tags_and_signs_are_shown_as_text_everywhere(tree, transport):
    tree.page["title"] = QUOTES
    tree.show(["e1", "e2", "e3", "e4"], e1=element("p", text=QUOTES), e2=element(attributes={"title": QUOTES, "aria-label": QUOTES}),
              e3=element("input", value=QUOTES), e4=element("textarea", value=QUOTES + "\n" + QUOTES))
    page = tree.open(transport)

    assert at(page, "e1").text_content() == QUOTES
    assert at(page, "e2").evaluate("(node) => [node.title, node.ariaLabel]") == [QUOTES, QUOTES]
    assert (at(page, "e3").input_value(), at(page, "e4").input_value()) == (QUOTES, QUOTES + "\n" + QUOTES)
    assert page.locator("#heading").text_content() == QUOTES
    page.watch.assert_clean(tree.base)


DANGEROUS = ["script", "iframe", "style", "link", "meta", "base", "object", "embed", "svg", "math", "video", "template", "frame"]


def attacks(text):
    """An element for every place where a text may go, and the tags that would do most harm with it."""
    more = {"src": text, "href": text, "srcdoc": text, "data": text, "content": text, "http-equiv": "refresh", "onload": text}
    return [element(tag, text=text, attributes=more) for tag in DANGEROUS] + [
        element("p", text=text), element("div", classes=text), element(text), element("p", html=[text]),
        element("p", html=[{"tag": text, "children": [text]}, {"tag": "a", "href": text, "title": text, "children": ["x"]},
                           {"tag": "img", "src": text, "alt": text, "onerror": text}]),
        element("div", style={"background": text, "width": text, "--x": text, text: "red"}),
        element("a", text="x", attributes={"href": text, "title": text, "target": text, "id": text, "aria-label": text}),
        element("img", attributes={"src": text, "alt": text, "id": text, "name": text, "srcset": text, "onerror": text}),
        element("form", attributes={"action": text, "id": text, "name": text, text: text}, on={text: {}, "submit": {}}),
        element("input", value=text, attributes={"name": text, "type": text, "list": text, "pattern": text}),
        element("select", value=text), element("button", text=text, attributes={"formaction": text, "type": text}),
        element("textarea", value=text, attributes={"placeholder": text}), element("div", before={"text": text}, on={"click": text}),
    ]


GUARD = """
window.fired = () => reports.push("a script ran");
addEventListener("error", () => reports.push("an error"));
"""
LINKS = """() => [...document.querySelectorAll("a[href]")].filter((link) =>
  !["http:", "https:", "mailto:"].includes(link.protocol) || (link.protocol.startsWith("http") && link.host !== location.host))
  .map((link) => link.getAttribute("href"))"""
UNHARMED = """() => [
  document.getElementById("status").className, document.getElementById("grid").localName, typeof document.getElementById,
  typeof document.querySelector, document.scripts.length, document.querySelectorAll("iframe, object, embed, svg script, base").length,
  document.querySelectorAll("[onerror], [onclick], [onload], [srcdoc], [srcset], [action], [formaction], [style*=url]").length,
  typeof Object.prototype.polluted]"""


def test_no_attack_through_any_field_of_an_element_does_anything(tree):
    tree.show(["start"], start=element(text="start"))
    page = tree.open()
    page.evaluate(GUARD)
    before = len(page.watch.requests)

    for first in range(0, len(PAYLOADS), 25):
        items = [item for text in PAYLOADS[first:first + 25] for item in attacks(text)]
        named = {f"a{index}": item for index, item in enumerate(items)}
        tree.set({"@page": tree.page | {"root": ["start", "end", *named]}, "end": element(text=str(first)), **named})
        expect(at(page, "end")).to_have_text(str(first))
        assert page.evaluate(LINKS) == []
    page.wait_for_timeout(CALM)

    new = [request.url for request in page.watch.requests[before:] if is_foreign(request.url)]
    errors = [line for line in page.watch.complaints if not line.startswith("warning Splitflap:")]
    assert (page.evaluate("reports"), new, errors) == ([], [], [])
    assert page.evaluate(UNHARMED) == ["badge", "main", "function", "function", 1, 0, 0, "undefined"]


def test_what_is_kept_of_an_attacks_html_does_nothing(tree):
    tree.show(["start"], start=element(text="start"))
    page = tree.open()
    page.evaluate(GUARD)
    before = len(page.watch.requests)
    named = {f"a{index}": element("div", html=nodes) for index, nodes in enumerate(FRAGMENTS)}

    tree.set({"@page": tree.page | {"root": ["start", *named, "end"]}, "end": element(text="drawn"), **named})
    expect(at(page, "end")).to_have_text("drawn")
    page.wait_for_timeout(CALM)

    new = [request.url for request in page.watch.requests[before:] if is_foreign(request.url)]
    assert (page.evaluate("reports"), new, page.watch.complaints, page.evaluate(LINKS)) == ([], [], [], [])
    assert page.evaluate(UNHARMED) == ["badge", "main", "function", "function", 1, 0, 0, "undefined"]


def test_a_page_of_a_file_loads_nothing_of_this(dev, new_page):
    page = new_page(f"{dev.base}/counter")
    component(page, "count").wait_for()
    page.wait_for_timeout(CALM)

    names = [request.url.rsplit("/", 1)[-1] for request in page.watch.requests]

    assert not [name for name in names if name.startswith(("element", "tree", "utility", "viewer_input", "placing", "nodes"))
                and name != "elements.js"]


@pytest.mark.parametrize("sign, start", [("🧮", "data:image/svg+xml,"), ("javascript:x", "assets/"), ("data:image/png;base64,aGk=", "data:image/png")])
def test_a_page_has_a_picture_of_its_own_in_the_tab(tree, sign, start):
    tree.page["favicon"] = sign
    tree.show(["e1"], e1=element(text="x"))
    page = tree.open()

    settle(page, lambda: page.locator('link[rel="icon"]').get_attribute("href").startswith(start))

    assert page.evaluate("reports") == []


def test_a_page_that_moves_its_viewers_does_so_once(tree):
    tree.show(["e1"], e1=element(text="x"))
    page = tree.open()

    tree.set({"@page": tree.page | {"redirect": "/elsewhere/ada"}})

    page.wait_for_url(f"{tree.base}/elsewhere/ada")


@pytest.mark.parametrize("address", ["javascript:fired()", "//evil.example", "data:text/html,x"])
def test_a_page_moves_nobody_to_an_address_that_is_none(tree, address):
    tree.page["redirect"] = address
    tree.show(["e1"], e1=element(text="x"))
    page = tree.open()
    page.wait_for_timeout(500)

    assert page.url.startswith(f"{tree.base}/{tree.name}")


MODULE = """
export function create(element, { label }) { element.append(document.createElement("output")); element.dataset.label = label; }
export function update(element, { value }) { element.firstElementChild.textContent = `${element.dataset.label} ${value}`; }
"""


@pytest.mark.parametrize("served, shown", [(MODULE, True), (MODULE + "fired();", False)])
def test_a_component_of_the_authors_own_runs_only_as_it_was_published(tree, served, shown):
    digest = base64.b64encode(hashlib.sha384(MODULE.encode()).digest()).decode()
    tree.page["modules"] = {"my-dial": {"path": "modules/abc.js", "integrity": f"sha384-{digest}"}}
    tree.show(["e1", "dial"], components={"dial": {"type": "my-dial", "label": "Speed"}}, e1=element(text="x"), dial={"value": 7})
    page = tree._new_page()
    page.add_init_script("window.fired = () => { window.ran = true; }")
    page.route("**/modules/abc.js", lambda route: route.fulfill(body=served, content_type="text/javascript"))
    page.goto(f"{tree.base}/{tree.name}")

    frame = component(page, "dial")
    expect(frame.locator("output" if shown else ".frame-why")).to_have_text("Speed 7" if shown else "This component could not be drawn")
    assert page.evaluate("window.ran") is None
