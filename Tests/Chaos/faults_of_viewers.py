"""The faults of many viewers, and of those that do not read (SCENARIOS F27 to F30)."""
import asyncio
import resource
import socket
import time

import figures
import keys
from fault_proxy import FaultProxy
from faults import fault
from store_ear import ReadCount
from viewers import TROUBLE
from websocket import Closed, Refused, WebSocket

SILENT = 200
STUFFED = 20
MOST_KILOBYTES = 64
FEW_FDS = 256
CROWD = 400
MOST_CPU = 0.3  # The goal is 0.05; a busy machine is granted more.
HALF_OPEN = 50
HALF_OPEN_LIMIT = 17.0
HERD = 1000
NEW_PAGE = "spare"  # Nobody watches it before the herd comes.


@fault("F27", f"{SILENT} viewers that read nothing, {STUFFED} of them with full buffers", 10.0, 12.0, short=True)
async def never_read(drill):
    """Those with full buffers are closed for that; the others, who have room left, for their silence, as half-open ones."""
    front = drill.stack.fronts[-1]
    fds, memory = front.fds, front.kilobytes
    since = time.monotonic()
    stuffed = [await deaf_socket(drill, front, "big") for _ in range(STUFFED)]
    asking = asyncio.ensure_future(keep_asking(stuffed))
    silent = []
    try:
        for _ in range(SILENT - STUFFED):
            silent.append(await deaf_socket(drill, front, "curve"))
        await drill.recovered(since, drill.mark())
        used = (front.kilobytes - memory) / SILENT
        first = await held_until(front, fds + len(silent) + 5, since)
        closed = await held_until(front, fds + 10, since)
    finally:
        asking.cancel()
        codes = [await last_word(one) for one in silent[:10]]
        for one in stuffed + silent:
            one.abort()
    drill.notes.append(f"{used:.0f} KiB each; the silent ones closed after {closed:.1f} s, with {sorted(set(codes))}")
    drill.note_others(since)
    if closed > HALF_OPEN_LIMIT + 3 or used > MOST_KILOBYTES:
        drill.ledger.violate(
            "I8", f"{SILENT} viewers that never read: {used:.0f} KiB each, closed after {closed:.1f} s",
            timed=used <= MOST_KILOBYTES)
    return first


async def held_until(front, fds, since):
    """Seconds until the front has no more descriptors than that."""
    while front.fds > fds and time.monotonic() - since < 30:
        await asyncio.sleep(0.1)
    return time.monotonic() - since


async def last_word(deaf):
    """The close code, for whoever reads at last."""
    deaf.read_again()
    try:
        while True:
            await asyncio.wait_for(deaf.receive(), 2)
    except (Closed, asyncio.TimeoutError) as end:
        return getattr(end, "code", 0)


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


@fault("F28", f"{HALF_OPEN} half-open viewers", 15.0, HALF_OPEN_LIMIT)
async def half_open(drill):
    """Their network is gone: the front is told nothing and must find out by their silence."""
    front = drill.stack.fronts[-1]
    proxy = await FaultProxy(drill.stack.ports[front.name], reads_redis=False).start()
    before = front.fds
    viewers = [await WebSocket.open("127.0.0.1", proxy.port, "/api/pages/curve/socket") for _ in range(HALF_OPEN)]
    for viewer in viewers:
        viewer.send(HELLO)
    await asyncio.sleep(1)
    proxy.cut()
    closed = await held_until(front, before + 5, time.monotonic())
    if front.fds > before + 5:
        drill.ledger.violate("I13", f"{front.fds - before} descriptors of half-open viewers are held on", timed=True)
    proxy.stop()
    return closed


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


async def shards_at_rest(drill, within=20.0):
    """Producers that came back are given their share one shard after the other, and each costs every front a read of its pages."""
    seen, since, deadline = None, time.monotonic(), time.monotonic() + within
    while keys.count > 1 and time.monotonic() < deadline and time.monotonic() - since < 4:
        leases = [await drill.stack.store.hmget(keys.of_shard(shard, "lease"), "o", "f") for shard in keys.every_shard()]
        if leases != seen:
            seen, since = leases, time.monotonic()
        await asyncio.sleep(0.1)


@fault("F29", f"{HERD} viewers come at once, and all connections break", 5.0, 10.0, short=True)
async def herd(drill):
    """Half of them come to a page that nobody had open: each front reads that once."""
    await shards_at_rest(drill)
    port, fronts = drill.stack.balancer.port, len(drill.stack.fronts)
    since, mark = time.monotonic(), drill.mark()
    refusals = []
    async with ReadCount(drill.stack.store) as count:
        drill.stack.balancer.cut()
        results = await asyncio.gather(
            *(arrive(port, (NEW_PAGE, "curve")[index % 2], index, refusals) for index in range(HERD)))
        others = await drill.recovered(since, mark)
    taken = max(results) if None not in results else None
    drill.notes.append(f"{sum(one is not None for one in results)} served, {len(refusals)} told to come later")
    drill.notes.append(f"pages read {sum(count.reads.values())} times by {fronts} fronts")
    if wrong := [one.status for one in refusals if one.status != 503 or "retry-after" not in one.headers]:
        drill.ledger.violate("refusal", f"{len(wrong)} of a herd are not refused with 503 and Retry-After: {wrong[:5]}")
    if much := {page: reads for page, reads in count.reads.items() if reads > fronts}:
        drill.ledger.violate("I8", f"{fronts} fronts read pages more than once each for a herd: {much}")
    await drill.check_fds()
    return None if taken is None or others is None else max(taken, others)


async def arrive(port, page, index, refusals):
    """One viewer of the herd: tries until it has a full page; the seconds that took."""
    since = time.monotonic()
    pause = 0.25
    while time.monotonic() - since < 15:
        viewer = None
        try:
            viewer = await WebSocket.open("127.0.0.1", port, f"/api/pages/{page}/socket", within=5)
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
