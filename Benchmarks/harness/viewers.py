"""Many WebSocket viewers, by a small C program (viewers.c) that is compiled when first needed."""
import json
import pathlib
import resource
import shutil
import subprocess

from harness.processes import LOAD_CORE, Missing, die_with_parent, need

SOURCE = pathlib.Path(__file__).with_name("viewers.c")
# A front takes 2,000 handshakes per second.
OPENED_PER_SECOND = 1250


def program(run):
    """The compiled program."""
    target = run.folder / "viewers"
    if target.exists():
        return target
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if not compiler:
        raise Missing("a C compiler is not installed")
    subprocess.run([compiler, "-O2", "-D_GNU_SOURCE", "-o", target, SOURCE], check=True)
    return target


class Viewers:
    """`count` viewers of one path, open and shown their page once this is made. Used in a `with`."""

    def __init__(self, run, port, path, count, *flags):
        words = [need("taskset"), "-c", str(LOAD_CORE), program(run), port, path, count, OPENED_PER_SECOND, *flags]
        self.count = count
        self.child = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        if self.child.stdout.readline() != "ready\n":
            raise RuntimeError(f"{count} viewers of {path} could not be opened")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()
        self.child.stdin.close()
        self.child.stdout.close()

    def reset(self):
        self._ask("reset")

    def report(self):
        """What came since the last `reset`; somebody who was cut off is no figure."""
        report = self._ask("report")
        if report["closed"] or report["viewers"] != self.count:
            raise RuntimeError(f"{report['closed']} viewers were cut off")
        return report

    def _ask(self, word):
        self.child.stdin.write(word + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())


def need_files(count):
    """Each viewer is an open file here and in the server."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < count:
        raise Missing(f"only {most} open files are allowed (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def socket_path(page):
    return f"/api/pages/{page}/socket"
