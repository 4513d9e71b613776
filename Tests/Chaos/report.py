"""The table of a run, for people, for docs/drills.md and for machines."""
import dataclasses
import os
import pathlib
import re
import statistics
import subprocess
import time

from explanations import EXPLANATIONS

TABLE = re.compile(r"(?<=<!-- table begins -->\n).*?(?=<!-- table ends -->)", re.DOTALL)
HEAD = ["| fault | | goal / limit | measured | | explanation |", "|---|---|---|---|---|---|"]
WORST = ("FAR", "MISSED", "limit", "met", "-")


class Report:
    """Gathers results; `text` is a Markdown table, `facts` the same for JSON."""

    def __init__(self, drill, options):
        self._drill, self._options = drill, options
        self.results = []
        self.left_out = []
        self._started = time.monotonic()

    @property
    def violations(self):
        return self._drill.ledger.violations

    @property
    def has_failed(self):
        """An invariant was violated, or a limit was missed by far. What just misses a limit is only told."""
        return bool(self.violations) or any(result.verdict == "FAR" for result in self.results)

    # The table.

    @property
    def text(self):
        return "\n".join(["", *self.table, "", *self._summary(), *self._rest(), *self._complaints()])

    @property
    def table(self):
        """A row for each fault, with all its injections."""
        by_name = {}
        for result in self.results:
            by_name.setdefault(result.fault, []).append(result)
        return HEAD + [self._row(results) for results in by_name.values()]

    def _row(self, results):
        one = results[-1]
        goal = "–" if one.goal is None else f"{one.goal:g} / {one.limit:g} s"
        verdict = min((result.verdict for result in results), key=WORST.index).replace("-", "–")
        explained = EXPLANATIONS.get(one.fault, "") if verdict in ("limit", "MISSED", "FAR") else ""
        told = max(result.complaints for result in results)
        why = "; ".join(filter(None, [one.note, told and f"{told} warnings", explained]))
        if late := sum(result.others_waited for result in results):
            verdict += f", I11 MISSED{f' {late} times' if late > 1 else ''}"
        violations = sum(result.violations for result in results)
        return (f"| {one.fault} | {one.title} | {goal} | {measured(results)} | {verdict} | "
                f"{f'**{violations} violations.** ' if violations else ''}{why} |")

    def _summary(self):
        counts = self._drill.ledger.counts
        clicks = sum(sum(clicker.clicks.applied.values()) for clicker in self._drill.clickers)
        verdicts = [result.verdict for result in self.results]
        yield (f"{len(self.results)} faults in {(time.monotonic() - self._started) / 60:.0f} minutes, {len(self._drill.everybody)} viewers, "
               f"{counts['versions shown']} versions shown, {clicks} clicks acknowledged; "
               f"{verdicts.count('met')} within the goal, {verdicts.count('limit')} within the limit, "
               f"{verdicts.count('MISSED')} past it, {verdicts.count('FAR')} far past it; "
               f"{sum(result.others_waited for result in self.results)} times others had to wait more than 100 ms longer (I11); "
               f"{len(self.violations)} violations, {counts['excused']} excused, "
               f"{len(self._drill.vigil.stalls)} stalls of the machine "
               f"({version_of(self._drill.stack.binary)}, seed {self._options.seed}, {os.cpu_count()} cores).")
        if self.left_out:
            yield f"Left out for lack of time: {', '.join(self.left_out)}."

    def _rest(self):
        for name, before in self._drill.rest.items():
            now = self._drill.at_end.get(name)
            yield (f"{name} before the viewers came: {before.text}; after they left: {now.text if now else 'not running'}; "
                   f"{self._drill.vigil.peaks[name]} MiB at most")

    def _complaints(self):
        return [f"{one['invariant']} {one['fault']}: {one['what']}" for one in self.violations]

    def write_into(self, path):
        """Replaces the table of a document, and the sentence that says where it comes from."""
        text = "\n".join([*self._summary(), "", *self.table, ""])
        path.write_text(TABLE.sub(lambda _: text, path.read_text()))

    @property
    def facts(self):
        return {
            "seed": self._options.seed, "cores": os.cpu_count(), "binary": version_of(self._drill.stack.binary),
            "results": [dataclasses.asdict(result) | {"verdict": result.verdict} for result in self.results],
            "left_out": self.left_out, "violations": self.violations, "counts": dict(self._drill.ledger.counts),
            "stalls": [round(late, 2) for _, late in self._drill.vigil.stalls],
            "at_rest": {name: dataclasses.asdict(one) for name, one in self._drill.rest.items()},
            "at_end": {name: dataclasses.asdict(one) for name, one in self._drill.at_end.items()},
            "peaks_in_mebibytes": dict(self._drill.vigil.peaks),
        }


def measured(results):
    """One time, or the median and the worst of many."""
    times = [result.recovery for result in results if result.recovery is not None]
    missing = len(results) - len(times)
    if not times:
        return "–"
    if len(results) == 1:
        return f"{times[0]:.2f} s"
    never = f", {missing} never" if missing else ""
    return f"{statistics.median(times):.2f} s, worst {max(times):.2f} s of {len(results)}{never}"


def version_of(binary):
    """What the program calls itself."""
    told = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"{pathlib.Path(binary).name} {told}"
