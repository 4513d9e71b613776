"""A page that anyone may view, behind a cache that all viewers share: the front is asked once a second, not once per viewer."""
import shutil
import threading
import time

import pytest

from conftest import need
from shared_cache import SharedCache
from watching import number, settle
from web import get

VIEWERS, SECONDS = 24, 5


@pytest.fixture
def cache_of():
    need(shutil.which("nginx") or "/usr/sbin/nginx", "nginx")
    caches = []

    def start(base):
        caches.append(SharedCache(base))
        return caches[-1]

    yield start
    for cache in caches:
        cache.kill()


def view(base, until_time, seen):
    """Polls as a browser does that keeps its copy and confirms it."""
    tag = None
    while time.monotonic() < until_time:
        answer = get(base, "/api/pages/counter?whole=1", {"Accept-Encoding": "gzip"} | ({"If-None-Match": tag} if tag else {}))
        assert answer.status in (200, 304), answer
        tag = answer.headers["etag"]
        seen.append((answer.status, tag))
        time.sleep(0.25)


def test_many_viewers_of_an_open_page_are_one_request_a_second(dev, cache_of):
    cache, seen = cache_of(dev.base), [[] for _ in range(VIEWERS)]
    end = time.monotonic() + SECONDS
    viewers = [threading.Thread(target=view, args=(cache.base, end, answers)) for answers in seen]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join()

    asked = [poll for poll in cache.polls if not poll[0]]
    polls = sum(map(len, seen))
    assert polls > 5 * len(asked) and len(asked) <= 2 * SECONDS, (polls, asked)
    # The counter counts, and every viewer was told.
    assert all(len({tag for _, tag in answers}) >= 2 for answers in seen)
    assert any(status == 304 for answers in seen for status, _ in answers)


def test_browsers_poll_in_a_way_that_a_cache_can_answer(dev, cache_of, new_page):
    cache = cache_of(dev.base)
    pages = [new_page(f"{cache.base}/counter?transport=ajax") for _ in range(2)]
    first = [settle(page, lambda: number(page), within=10, what="a number") for page in pages]

    for page, shown in zip(pages, first):
        settle(page, lambda: number(page) >= shown + 3, within=15, what="three more")

    later = [target for _, _, target in cache.polls if "client=" not in target]
    assert len(later) >= 2 and set(later) == {"/api/pages/counter?whole=1"}, cache.polls


def test_what_a_cache_confirms_is_never_called_fresh_when_it_is_not(new_stack, cache_of):
    stack = new_stack()
    cache = cache_of(stack.base)
    tag = get(cache.base, "/api/pages/counter?whole=1").headers["etag"]

    stack.redis.kill()
    end, state = time.monotonic() + 10, None
    while state != "stale" and time.monotonic() < end:
        answer = get(cache.base, "/api/pages/counter?whole=1", {"If-None-Match": tag})
        state, tag = answer.headers.get("page-state"), answer.headers["etag"]
        time.sleep(0.3)

    # 304 is the cache's own, to who holds the answer of the second before that is not fresh either.
    assert state == "stale" and (answer.status == 200 or "stale" in tag)
    stack.restart_redis()
    while state and time.monotonic() < end + 15:
        answer = get(cache.base, "/api/pages/counter?whole=1", {"If-None-Match": tag})
        state, tag = answer.headers.get("page-state"), answer.headers["etag"]
        time.sleep(0.3)
    assert state is None
