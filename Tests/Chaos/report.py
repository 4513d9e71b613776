"""The table of a run, for people and for machines."""
import dataclasses
import os


class Report:
    """Gathers results; `text` is a Markdown table, `facts` the same for JSON."""

    def __init__(self, drill, options):
        self._drill, self._options = drill, options
        self.results = []

    @property
    def violations(self):
        return self._drill.ledger.violations

    @property
    def text(self):
        rows = ["", "| fault | | goal / limit | measured | | violations | |", "|---|---|---|---|---|---|---|"]
        for result in self.results:
            goal = "-" if result.goal is None else f"{result.goal:g} / {result.limit:g} s"
            measured = "-" if result.recovery is None else f"{result.recovery:.2f} s"
            rows.append(f"| {result.fault} | {result.title} | {goal} | {measured} | {result.verdict} | "
                        f"{result.violations or ''} | {result.note} |")
        return "\n".join(rows + [""] + self._summary())

    def _summary(self):
        counts = self._drill.ledger.counts
        clicks = sum(sum(clicker.clicks.applied.values()) for clicker in self._drill.clickers)
        missed = sum(result.verdict == "MISSED" for result in self.results)
        lines = [f"{len(self.results)} faults, {len(self._drill.everybody)} viewers, {counts['versions shown']} versions shown, "
                 f"{clicks} clicks acknowledged; {missed} limits missed, {len(self.violations)} violations "
                 f"(seed {self._options.seed}, {os.cpu_count()} cores)."]
        for name, before in self._drill.rest.items():
            now = self._drill.at_end.get(name)
            lines.append(f"{name} at rest: {before.text}; at the end: {now.text if now else 'not running'}; "
                         f"{self._drill.vigil.peaks[name]} MiB at most")
        lines += [f"{one['invariant']} {one['fault']}: {one['what']}" for one in self.violations]
        return lines

    @property
    def facts(self):
        return {
            "seed": self._options.seed, "cores": os.cpu_count(),
            "results": [dataclasses.asdict(result) | {"verdict": result.verdict} for result in self.results],
            "violations": self.violations, "counts": dict(self._drill.ledger.counts),
            "at_rest": {name: dataclasses.asdict(one) for name, one in self._drill.rest.items()},
            "at_end": {name: dataclasses.asdict(one) for name, one in self._drill.at_end.items()},
            "peaks_in_mebibytes": dict(self._drill.vigil.peaks),
        }
