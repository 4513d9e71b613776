"""What a producer holds for each page of a viewer: 10,000 browser tabs open Examples/Hello, ten components each."""
import http.client

from figures.polls import session
from harness.measure import resident_kib
from harness.processes import Missing, Stack, get, until
from harness.report import Figure

TITLE = "memory per viewer's page in a producer, 10,000 pages"
GOAL = 20
PAGES = 10_000
WARM_UP = 200
# One browser may have a hundred.
TABS = 80


def measure(run):
    program = run.binary.with_name("Hello")
    if not program.exists():
        raise Missing(f"{program.name} is not built")
    count = run.viewers(PAGES)
    with Stack(run, app=program) as stack:
        front = stack.front(0, "--connections", "12000")
        until(lambda: get(front.port, "/")[0] == 200, "the page")
        visit(front.port, range(WARM_UP))
        before = resident_kib(stack.producer.pid)
        visit(front.port, range(WARM_UP, WARM_UP + count))
        each = (resident_kib(stack.producer.pid) - before) / count
    return [Figure(TITLE.replace("10,000", f"{count:,}"), GOAL, each, " KiB", f"{each:.1f} KiB", is_most=True)]


def tab(number):
    """As browsers name their tabs: 16 bytes in Base64."""
    return f"{number:022d}"


def visit(port, numbers):
    """So many tabs open the page and go on looking, as far as the producer knows."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for index, number in enumerate(numbers):
        if index % TABS == 0:
            name, value = session(port, "").split(": ", 1)
        connection.request("GET", f"/api/pages/index?client={tab(number)}", headers={name: value})
        answer = connection.getresponse()
        if not answer.read() or answer.status != 200:
            raise RuntimeError(f"tab {number} was answered {answer.status}")
    connection.close()
