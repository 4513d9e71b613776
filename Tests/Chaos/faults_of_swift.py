"""Handlers in Swift that crash, loop and block, with a program of its own as producer (SCENARIOS F38 and F39)."""
import asyncio
import time

import pulse
from faults import fault
from swift_app import Hand, swift_app

PAGE = "rough"
MOST_TAKEOVERS = 3
GIVEN_UP = {"timeout", "poison"}


@fault("F38s", "a handler in Swift ends its process each time", 5.0, 10.0, short=True)
async def crash(drill):
    """Three owners try; the processes are started again as a service manager does."""
    async with swift_app(drill) as app:
        if app is None:
            return 0.0
        hand = await Hand.at(app, PAGE, may_fail={"poison"})
        await hand.press("Fine")
        letters, fence = await app.dead_letters(), await app.fence()
        taken, is_applied = await hand.press("Crash", within=60)
        takeovers = await app.fence() - fence
        drill.notes.append(f"{len(app.deaths)} processes ended, {takeovers} takeovers")
        if is_applied or not hand.clicks.failed:
            drill.ledger.violate("I3", f"an event that ends its process is not answered `failed poison` but {hand.clicks.failed}")
        if await app.dead_letters() != letters + 1:
            drill.ledger.violate("I3", "an event that ends its process is not among the dead letters")
        if takeovers > MOST_TAKEOVERS:
            drill.ledger.violate("I4", f"{takeovers} takeovers for one event", timed=True)
        await expect_trouble(drill, hand)
        after, is_applied = await hand.press("Fine", within=10)
        if not is_applied:
            drill.ledger.violate("I3", f"after an event was buried the next one is not applied in {after:.0f} s")
        return taken


async def expect_trouble(drill, hand):
    """The page shows on the button that it failed."""
    deadline = time.monotonic() + 3
    while (state := hand.copy.components[hand.button("Crash")].get("state")) != "error":
        if time.monotonic() > deadline:
            drill.ledger.violate("I3", f"the button of a buried event shows {state}, not an error")
            return
        await asyncio.sleep(0.05)


@fault("F39s", "a handler in Swift that never ends, and lets others have their turn", 10.0, 12.0)
async def loop(drill):
    return await never_ends(drill, "Loop", most_wait=1.0)


@fault("F39b", "a handler in Swift that blocks the main actor", 10.0, 12.0)
async def block(drill):
    """The program's own pages stand still with it; what else its process shows, and the lease, must not."""
    return await never_ends(drill, "Block", most_wait=None)


async def never_ends(drill, word, most_wait):
    """Seconds until whoever pressed the button is told that it failed."""
    async with swift_app(drill) as app:
        if app is None:
            return 0.0
        hand = await Hand.at(app, PAGE, may_fail=GIVEN_UP)
        other = await Hand.at(app, "together", may_fail=GIVEN_UP)
        await other.press("clicked")
        since, calm = time.monotonic(), pulse.p99(drill.pulse.calm) or 0
        before = await app.fence()
        pressing = asyncio.create_task(hand.press(word, within=45))
        await asyncio.sleep(0.5)
        waited, is_applied = await other.press("clicked", within=45)
        taken, _ = await pressing
        if not hand.clicks.failed:
            drill.ledger.violate("I3", f"a handler that never ends is answered nothing in {taken:.0f} s")
        told = "answered" if is_applied else "told that it failed"
        drill.notes.append(f"a click on another Swift page is {told} after {waited:.1f} s; {len(app.deaths)} processes ended")
        if most_wait and (waited > most_wait or not is_applied):
            drill.ledger.violate("I11", f"a click on another Swift page is {told} after {waited:.1f} s", timed=is_applied)
        check_rest(drill, app, since, calm)
        if (takeovers := await app.fence() - before) > (MOST_TAKEOVERS if app.deaths else 0):
            drill.ledger.violate("I4", f"{takeovers} takeovers for a handler that never ends")
        return taken


def check_rest(drill, app, since, calm):
    """What comes from definition files goes on in the same process (I11); a process that was ended is another matter."""
    late = pulse.p99(pulse.late(app.viewers, since, time.monotonic()))
    if late is None:
        drill.ledger.violate("I11", "viewers of the app's other pages were shown nothing")
        return
    drill.notes.append(f"pages of definition files p99 {1000 * late:.0f} ms late, {1000 * (late - calm):+.0f} ms")
    drill.others_late = late - calm
    if late - calm > pulse.MOST_LATE and not app.deaths:
        drill.ledger.violate("I11", f"others had to wait {late - calm:.1f} s longer than in calm times (p99)", timed=True)
