"""What the tests of elements share: a store, a front, a producer of the test's own, and looks at the page."""
import json
import pathlib
import shutil

import pytest

from conftest import need
from element_producer import ElementProducer
from processes import Front, Redis

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "Fixtures/elements"
PAYLOADS = json.loads((FIXTURES / "payloads.json").read_text(encoding="utf-8"))
FRAGMENTS = json.loads((FIXTURES / "fragments.json").read_text(encoding="utf-8"))
RULES = (FIXTURES / "utility_classes.css").read_text(encoding="utf-8")
CALM = 1500  # ms in which whatever was to happen has happened


@pytest.fixture(scope="session")
def tree_front(tmp_path_factory):
    """A front over a Redis that only the tests write to."""
    need(shutil.which("redis-server"), "redis-server")
    store = Redis(tmp_path_factory.mktemp("tree"))
    front = Front(store)
    front.store = store
    yield front
    front.kill()
    store.kill()


@pytest.fixture
def tree(tree_front, new_page, request):
    """`tree.show([...], e1=element(...))`, then `page = tree.open()`."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**9}"
    tree = OpenTree(tree_front, new_page, name)
    yield tree
    tree.stop()


class OpenTree(ElementProducer):
    def __init__(self, front, new_page, name):
        super().__init__(front.store, name)
        self.base, self._new_page = front.base, new_page

    def open(self, transport="websocket", first=None, **options):
        """The page, once its first element is there."""
        page = self._new_page(f"{self.base}/{self.name}?transport={transport}", **options)
        at(page, first or self.page["root"][0]).wait_for(state="attached")
        return page

    def heard(self, *names):
        """The events so far, of these names: `(component, data)`."""
        return [(component, data) for component, name, data in self.events if name in names]


def at(page, name):
    """The node of the element with this id."""
    return page.locator(f"#u-{name}")


def style(page, name, *properties):
    """What the browser computed."""
    read = "(node, names) => names.map((name) => getComputedStyle(node).getPropertyValue(name))"
    return at(page, name).evaluate(read, list(properties))
