"""The faults of the network and of many viewers (SCENARIOS F20 to F29)."""
import asyncio
import resource
import socket
import time

import figures
from clickers import AjaxClicker
from faults import fault, give_ownership
from fault_proxy import DOWN, UP, FaultProxy
from viewers import TROUBLE
from websocket import Refused, WebSocket

SILENT = 200
STUFFED = 20
MOST_KILOBYTES = 256
FEW_FDS = 256
CROWD = 400
MOST_CPU = 0.3  # The goal is 0.05; a busy machine is granted more.
HALF_OPEN = 50
HERD = 1000


@fault("F20", "one push lost silently, then silence", 0.5, 6.0, short=True)
async def lose_push(drill):
    """Only the page's heartbeat can tell the front: nothing else is published on that page."""
    for clicker in drill.clickers:
        clicker.is_clicking = False
    try:
        await drill.settle_clicks()
        await asyncio.sleep(0.5)
        return await click_unheard(drill)
    finally:
        drill.resume_clicks()


async def click_unheard(drill):
    proxy = drill.stack.proxies["front0"]
    clicker = next(one for one in drill.clickers if isinstance(one, AjaxClicker) and not one.is_own)
    mark, since = drill.mark(), time.monotonic()
    proxy.drop_push(":p:shared:d")
    clicker.clicks.add("one")
    watching = [viewer for viewer in drill.viewers if viewer.page == "shared"]
    taken = await drill.recovered(since, mark, viewers=watching)
    if not proxy.dropped:
        drill.notes.append("nothing was dropped")
    proxy.heal()
    return taken


@fault("F21", "front cut from Redis for 10 s without a word", 1.0, 2.0, short=True)
async def cut_front(drill):
    front, proxy = drill.stack.fronts[0], drill.stack.proxies["front0"]
    there = drill.sockets(front)
    others = [viewer for other in drill.stack.fronts[1:] for viewer in drill.sockets(other)]
    since = time.monotonic()
    proxy.cut()
    await asyncio.sleep(4)
    # Only those who neither came nor went meanwhile tell something.
    still = drill.sockets(front)
    there, others = [one for one in there if one in still], [one for one in others if one not in still]
    drill.notes.append(f"{len(there)} sockets there, {len(others)} elsewhere")
    await drill.expect_badges(since, there)
    if touched := drill.troubled(others):
        drill.ledger.violate("I9", f"viewers of the other fronts show a badge: {touched}", timed=True)
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    if await drill.stack.ready(front):
        drill.ledger.violate("I9", "a front without its store still says that it is ready after 6 s", timed=True)
    await asyncio.sleep(max(0, since + 10 - time.monotonic()))
    mark = drill.mark()
    proxy.heal()
    return await drill.recovered(time.monotonic(), mark)


@fault("F21d", "front hears nothing from Redis for 6 s, one way", 1.0, 2.0)
async def deafen_front(drill):
    proxy = drill.stack.proxies["front0"]
    there, since = drill.sockets(drill.stack.fronts[0]), time.monotonic()
    proxy.cut(DOWN)
    await drill.expect_badges(since, there)
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    mark = drill.mark()
    proxy.heal()
    return await drill.recovered(time.monotonic(), mark)


async def cut_owner(drill, *ways):
    owner, proxy = drill.stack.producers[0], drill.stack.proxies["producer0"]
    await give_ownership(drill, owner)
    proxy.cut(*ways)
    since = time.monotonic()
    taken = await drill.recovered(since, drill.mark())
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    proxy.heal()
    await asyncio.sleep(2)
    if owner.said(r"lost a shard to another") is None:
        drill.ledger.violate("I4", f"{owner.name} came back and did not say that it lost its shard")
    return taken


@fault("F22", "owner cut from Redis", 2.0, 3.0, short=True)
async def cut_owner_both_ways(drill):
    return await cut_owner(drill)


@fault("F22d", "owner hears nothing from Redis, but is heard", 2.0, 3.0)
async def deafen_owner(drill):
    return await cut_owner(drill, DOWN)


@fault("F22u", "owner is not heard by Redis, but hears", 2.0, 3.0)
async def mute_owner(drill):
    return await cut_owner(drill, UP)


@fault("F23", "every answer of Redis to one front and one producer 150 ms late", 1.0, 2.0)
async def delay_answers(drill):
    since = time.monotonic()
    for proxy in drill.stack.proxies.values():
        proxy.delay(0.15)
    taken = await drill.recovered(since, drill.mark())
    await asyncio.sleep(4)
    return taken


@fault("F24", "connections to Redis reset and half closed", 1.0, 2.0)
async def reset_connections(drill):
    since = time.monotonic()
    for proxy in drill.stack.proxies.values():
        proxy.reset()
    taken = await drill.recovered(since, drill.mark())
    for proxy in drill.stack.proxies.values():
        proxy.half_close()
    since = time.monotonic()
    second = await drill.recovered(since, drill.mark())
    return None if taken is None or second is None else max(taken, second)


@fault("F25", "front reads Redis at 2 kB/s for 8 s", 1.0, 6.0)
async def throttle_front(drill):
    proxy = drill.stack.proxies["front0"]
    proxy.throttle(2048)
    await asyncio.sleep(8)
    proxy.heal()
    return await drill.recovered(time.monotonic(), drill.mark())


@fault("F27", f"{SILENT} viewers that read nothing, {STUFFED} of them with full buffers", short=True)
async def never_read(drill):
    """Each must be closed, for its silence or because it takes nothing, and the others must not wait."""
    front = drill.stack.fronts[-1]
    fds, memory = front.fds, front.kilobytes
    stuffed = [await deaf_socket(drill, front, "big") for _ in range(STUFFED)]
    silent = [await deaf_socket(drill, front, "curve") for _ in range(SILENT - STUFFED)]
    since = time.monotonic()
    asking = asyncio.ensure_future(keep_asking(stuffed))
    try:
        await drill.recovered(since, drill.mark())
        used = (front.kilobytes - memory) / SILENT
        while front.fds > fds + 10 and time.monotonic() - since < 30:
            await asyncio.sleep(0.1)
    finally:
        asking.cancel()
        for socket in stuffed + silent:
            socket.abort()
    closed = time.monotonic() - since
    drill.notes.append(f"{used:.0f} KiB each, all closed after {closed:.1f} s")
    drill.note_others(since)
    if closed > 20 or used > MOST_KILOBYTES:
        drill.ledger.violate(
            "I8", f"{SILENT} viewers that never read: {used:.0f} KiB each, closed after {closed:.1f} s",
            timed=used <= MOST_KILOBYTES)


async def deaf_socket(drill, front, page):
    """A raw socket that says hello, then reads nothing more."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", drill.stack.ports[front.name]))
    reader, writer = await asyncio.open_connection(sock=connection, limit=1024)
    writer.write(HANDSHAKE % page.encode())
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.pause_reading()
    deaf = WebSocket(reader, writer)
    deaf.send(HELLO)
    return deaf


async def keep_asking(sockets):
    """Asks for the whole page again and again, so that the front's buffers fill."""
    while True:
        for one in sockets:
            one.send('{"type":"sync"}')
        await asyncio.sleep(0.06)


HELLO = '{"type":"hello","protocol":1,"client":"AAAAAAAAAAAAAAAAAAAAAA"}'
HANDSHAKE = (b"GET /api/pages/%s/socket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")


@fault("F28", f"{HALF_OPEN} half-open viewers", None, None)
async def half_open(drill):
    """Their network is gone: the front is told nothing and must find out by their silence."""
    front = drill.stack.fronts[-1]
    proxy = await FaultProxy(drill.stack.ports[front.name], reads_redis=False).start()
    viewers = [await WebSocket.open("127.0.0.1", proxy.port, "/api/pages/curve/socket") for _ in range(HALF_OPEN)]
    for viewer in viewers:
        viewer.send(HELLO)
    await asyncio.sleep(1)
    proxy.cut()
    held = front.fds
    since = time.monotonic()
    while front.fds > held - HALF_OPEN + 5 and time.monotonic() - since < 20:
        await asyncio.sleep(0.1)
    closed = time.monotonic() - since
    drill.notes.append(f"given up after {closed:.1f} s")
    if closed > 17:
        drill.ledger.violate("I13", f"half-open viewers were kept for {closed:.0f} s", timed=True)
    proxy.stop()


@fault("F30", f"a front has no more than {FEW_FDS} descriptors, and {CROWD} connections come", 2.0, 4.0, short=True)
async def exhaust_descriptors(drill):
    """It must neither spin nor fill its log, keep those it has, and take new ones again when there is room."""
    front = drill.stack.fronts[-1]
    cpu = await share_of_cpu(front, 2)
    limits = resource.prlimit(front.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(front.pid, resource.RLIMIT_NOFILE, (FEW_FDS, limits[1]))
    there, since, mark = drill.sockets(front), time.monotonic(), drill.mark()
    crowd = [await asyncio.open_connection("127.0.0.1", drill.stack.ports[front.name]) for _ in range(CROWD)]
    try:
        for _, writer in crowd:
            writer.write(KEEP)
        await drill.recovered(since, mark, viewers=[one for one in there if one in drill.ticking])
        more = await share_of_cpu(front, 6) - cpu
        told = len(front.said_all("accepting connections paused"))
        drill.note_others(since)
    finally:
        for _, writer in crowd:
            writer.transport.abort()
    since = time.monotonic()
    await drill.stack.until(lambda: drill.stack.ready(front), "a front that takes connections again", 20)
    taken = time.monotonic() - since
    resource.prlimit(front.pid, resource.RLIMIT_NOFILE, limits)
    drill.notes.append(f"{100 * more:+.0f} % CPU, {told} log lines")
    if not told:
        drill.ledger.violate("I13", "the descriptors did not run out; nothing was tried")
    if told > 2 or more > MOST_CPU:
        drill.ledger.violate(
            "I11", f"without descriptors a front uses {100 * more:.0f} % CPU and writes {told} lines", timed=told <= 2)
    return taken


async def share_of_cpu(program, seconds):
    before, since = figures.cpu_seconds(program.pid), time.monotonic()
    await asyncio.sleep(seconds)
    return (figures.cpu_seconds(program.pid) - before) / (time.monotonic() - since)


KEEP = b"GET /api/pages/big HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@fault("F29", f"{HERD} viewers come at once, and all connections break", 5.0, 10.0, short=True)
async def herd(drill):
    port = drill.stack.balancer.port
    drill.stack.balancer.cut()
    since, mark = time.monotonic(), drill.mark()
    refusals = []
    results = await asyncio.gather(*(arrive(port, index, refusals) for index in range(HERD)))
    taken = max(results) if None not in results else None
    drill.notes.append(f"{sum(one is not None for one in results)} served, {len(refusals)} told to come later")
    if wrong := [one.status for one in refusals if one.status != 503 or "retry-after" not in one.headers]:
        drill.ledger.violate("refusal", f"{len(wrong)} of a herd are not refused with 503 and Retry-After: {wrong[:5]}")
    others = await drill.recovered(since, mark)
    await drill.check_fds()
    return None if taken is None or others is None else max(taken, others)


async def arrive(port, index, refusals):
    """One viewer of the herd: tries until it has a full page; the seconds that took."""
    since = time.monotonic()
    pause = 0.25
    while time.monotonic() - since < 15:
        viewer = None
        try:
            viewer = await WebSocket.open("127.0.0.1", port, "/api/pages/curve/socket", within=5)
            viewer.send(HELLO)
            while '"full"' not in await asyncio.wait_for(viewer.receive(), 5):
                pass
            return time.monotonic() - since
        except TROUBLE as trouble:
            if isinstance(trouble, Refused):
                refusals.append(trouble)
            await asyncio.sleep(pause * (0.5 + index / HERD))
            pause *= 2
        finally:
            if viewer:
                viewer.abort()
    return None
