"""Ten thousand viewers that cost the driver nothing: the small C program that the benchmarks use, too."""
import asyncio
import json
import resource
import shutil
import signal
import time

from stack import ROOT, die_with_parent

SOURCE = ROOT / "Benchmarks/harness/viewers.c"
PER_SECOND = 1900  # A front takes 2000 handshakes a second and refuses more.


class Missing(Exception):
    """Why there can be no crowd here."""


async def program(folder):
    """The compiled program."""
    target = folder / "viewers"
    compiler = next(filter(None, map(shutil.which, ("clang", "cc", "gcc"))), None)
    if not compiler:
        raise Missing("no C compiler")
    if not target.exists():
        made = await asyncio.create_subprocess_exec(compiler, "-O2", "-D_GNU_SOURCE", "-o", target, SOURCE)
        if await made.wait():
            raise Missing("the viewers cannot be compiled")
    return target


def need_files(count):
    """Each viewer is an open file, in its process and in the front."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < count:
        raise Missing(f"only {most} open files are allowed (ulimit -Hn), {count} are needed")


class Crowd:
    """`count` viewers of one page at one front. Each process has its own share, so a front that dies takes only that along."""

    @classmethod
    async def open(cls, drill, front, page, count):
        """Returns once all are shown the page; `took` is how long that was."""
        crowd = cls()
        words = [await program(drill.stack.folder), drill.stack.ports[front.name], f"/api/pages/{page}/socket", count,
                 PER_SECOND, "hello"]
        since = time.monotonic()
        crowd.child = await asyncio.create_subprocess_exec(
            *map(str, words), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            preexec_fn=lambda: (die_with_parent(), allow_files(count + 100)))
        if (line := await asyncio.wait_for(crowd.child.stdout.readline(), 60)) != b"ready\n":
            raise RuntimeError(f"{count} viewers of {front.name} could not be opened: {line!r}")
        crowd.took = time.monotonic() - since
        return crowd

    async def closed(self):
        """How many were cut off."""
        self.child.stdin.write(b"report\n")
        return json.loads(await asyncio.wait_for(self.child.stdout.readline(), 10))["closed"]

    async def leave(self):
        if self.child.returncode is None:
            self.child.send_signal(signal.SIGKILL)
            await self.child.wait()


def allow_files(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(count, hard)), hard))
