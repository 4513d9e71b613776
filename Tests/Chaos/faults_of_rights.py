"""Rights that are taken away while people watch and click (I14): at a front of their own each, over both transports."""
import asyncio
import contextlib
import itertools
import re
import time

import web
from accounts import sign_in, sign_out
from clickers import AjaxClicker, SocketClicker
from faults import fault
from stack import DASHBOARDS

PAGE = "guarded"
GRACE = 2.0
WATCHED = 2.5  # After the grace it is watched for so long whether anything else comes.
ROUNDS = itertools.count(1)


class Member:
    """Somebody with a name, who goes on asking and clicking whatever the answers are, and notes what is granted."""

    def enter(self, user):
        self.user, self.given, self.accepted = user, [], []
        self.may_fail = {"not_allowed"}
        return self

    async def open_page(self):
        while self.token is None:
            with contextlib.suppress(OSError, asyncio.TimeoutError, KeyError, TypeError):
                cookie = await sign_in(self.port, self.user)
                shell = await web.ask(self.port, "GET", f"/{PAGE}", headers={"Cookie": cookie}, within=15)
                self.token = re.search(rb'name="splitflap-csrf" content="([^"]+)"', shell.body)[1].decode()
                self.cookie = cookie
            await asyncio.sleep(0.1)

    def take(self, message, *was):
        self.given.append(time.monotonic())
        return super().take(message, *was)

    def finish(self, ack):
        if ack["state"] in ("queued", "applied"):
            self.accepted.append(time.monotonic())
        return super().finish(ack)

    def pause(self, attempt):
        return 0.3

    def refused(self, answer):
        """It is sent again and again."""


class AjaxMember(Member, AjaxClicker):
    interval = 0.25


class SocketMember(Member, SocketClicker):
    pass


class Household:
    """At each front two who may act, one by each transport, and one who may look."""

    def __init__(self, drill):
        self.drill, self.number = drill, next(ROUNDS)
        self.actors, self.watchers, self.tasks = [], [], []
        for index, front in enumerate(drill.stack.fronts):
            for kind, word in ((AjaxMember, "ajax"), (SocketMember, "socket")):
                self.actors.append(self.member(kind, f"ops-{word}-{index}", front))
            self.watchers.append(self.member(SocketMember, f"sales-{index}", front))
        for watcher in self.watchers:
            watcher.is_clicking = False

    def member(self, kind, name, front):
        # New names each time: a name may sign in five times a minute only.
        user = f"{name}-{self.number}"
        member = kind(user, PAGE, self.drill.stack.ports[front.name], self.drill.ledger)
        return member.begin(["one", "two"], 4.0, False).enter(user)

    @property
    def everybody(self):
        return self.actors + self.watchers

    async def __aenter__(self):
        # How old a sign-in is, is the one thing that fronts read off their wall clocks.
        self.drill.stack.move_clocks(0)
        self.give(["ops"])
        await asyncio.sleep(1.2)
        self.tasks = [asyncio.create_task(self.drill.watched(member)) for member in self.everybody]
        await self.granted(time.monotonic(), "rights at first")
        return self

    async def __aexit__(self, *_):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.drill.stack.move_clocks()

    def give(self, roles):
        """The roles of those who act; those who look keep theirs."""
        self.drill.stack.users.write(
            {member.user: roles for member in self.actors} | {member.user: ["sales"] for member in self.watchers})

    async def granted(self, since, what, within=20):
        """Everybody is shown something, and whoever acts is heard."""
        async def is_granted():
            return (all(member.given and member.given[-1] > since for member in self.everybody)
                    and all(member.accepted and member.accepted[-1] > since for member in self.actors))
        await self.drill.stack.until(is_granted, what, within)


async def lose(drill, house, take, may_look):
    """Takes a right away; the seconds until the last thing that was granted all the same."""
    since = await take()
    await asyncio.sleep(max(0, since + GRACE - time.monotonic()))
    presses = await pressed(drill)
    await asyncio.sleep(WATCHED)
    late = {member.name: max([0.0] + [at - since for at in granted_to(member, may_look) if at > since])
            for member in house.actors}
    if too_late := {name: round(seconds, 2) for name, seconds in late.items() if seconds > GRACE}:
        drill.ledger.violate("I14", f"{too_late} were granted something so many seconds after the loss", timed=True)
    if (now := await pressed(drill)) != presses:
        drill.ledger.violate("I14", f"the page counts {presses} presses {GRACE} s after the loss, and later {now}")
    if blind := [one.name for one in house.watchers if not one.given or one.given[-1] < since + GRACE]:
        drill.ledger.violate("I2", f"{blind} were shown nothing more, though they lost nothing")
    drill.note_others(since)
    return max(late.values())


def granted_to(member, may_look):
    return member.accepted if may_look else member.given + member.accepted


async def pressed(drill):
    page = await drill.stored(PAGE)
    return [page.value("one"), page.value("two")] if page else None


@fault("I14s", "signed out, each at another front than his own", GRACE, short=True)
async def end_sessions(drill):
    async with Household(drill) as house:
        async def leave():
            ports = [drill.stack.ports[front.name] for front in drill.stack.fronts]
            others = [ports[(ports.index(member.port) + 1) % len(ports)] for member in house.actors]
            await asyncio.gather(*(sign_out(port, member.cookie) for port, member in zip(others, house.actors)))
            return time.monotonic()
        taken = await lose(drill, house, leave, may_look=False)
        since = time.monotonic()
        for member in house.actors:
            member.token = None
            await member.open_page()
        await house.granted(since, "rights after signing in again")
    return taken


@fault("I14r", "roles taken away in the users file", GRACE, short=True)
async def take_roles(drill):
    async with Household(drill) as house:
        async def demote():
            house.give(["none"])
            return time.monotonic()
        taken = await lose(drill, house, demote, may_look=False)
        house.give(["ops"])
        await house.granted(time.monotonic(), "rights after the roles are back")
    return taken


# Each refused event is a line: who was denied what is to be found in the log (S35).
@fault("I14a", "a definition lets others act", GRACE, complaints=100)
async def change_act(drill):
    return await change_definition(drill, "act: [ops]", "act: [chiefs]", may_look=True)


@fault("I14v", "a definition lets others look", GRACE)
async def change_view(drill):
    return await change_definition(drill, "view: [ops, sales]", "view: [sales]", may_look=False)


async def change_definition(drill, old, new, may_look):
    path = drill.stack.dashboards / f"{PAGE}.yml"

    async def save():
        path.write_text(DASHBOARDS[PAGE].replace(old, new))
        return time.monotonic()
    try:
        async with Household(drill) as house:
            taken = await lose(drill, house, save, may_look)
            path.write_text(DASHBOARDS[PAGE])
            await house.granted(time.monotonic(), "rights after the definition is back")
        return taken
    finally:
        path.write_text(DASHBOARDS[PAGE])
