"""What all viewers saw, put side by side: the invariants that can be told from outside (PROTOCOL §12)."""
import collections
import time

from page_copy import content_hash

MOST_KEPT = 200


class Ledger:
    """Collects contents per version and every violation; one for the whole run."""

    def __init__(self):
        self.contents = {}
        self.newest = {}
        self.violations = []
        self.counts = collections.Counter()
        self.fault = "start"
        self.is_calm = False
        self.muted = set()
        self.steps_back = set()
        self.is_shaken = lambda: False

    def violate(self, invariant, text, timed=False):
        """Notes a violation under the fault that is being injected.

        One that only says "too late" tells nothing of a machine that stood still meanwhile: it is counted apart.
        """
        if timed and self.is_shaken():
            self.counts["excused"] += 1
            print(f"    excused {invariant} during {self.fault}, for the machine stood still: {text}", flush=True)
            return
        self.counts[invariant] += 1
        if len(self.violations) < MOST_KEPT:
            at = round(time.time(), 2)
            self.violations.append({"invariant": invariant, "fault": self.fault, "what": text, "at": at})
            print(f"    VIOLATION {invariant} during {self.fault}: {text}", flush=True)

    def shown(self, page, copy, who):
        """Notes that a viewer shows this version with this content (I5)."""
        known = self.contents.setdefault(page, {})
        found = content_hash(copy.components)
        before = known.setdefault(copy.text, (found, who))
        if before[0] != found:
            self.violate("I5", f"{page} {copy.text}: {who} shows other contents than {before[1]}")
        if copy.version > self.newest.get(page, (0,)):
            self.newest[page] = copy.version
        self.counts["versions shown"] += 1

    def numbers(self, page, before, copy, who):
        """Counters only ever grow (I1)."""
        for name, old in before.items():
            new = copy.value(name)
            if isinstance(old, (int, float)) and isinstance(new, (int, float)) and new < old:
                # One step back is told once, not for every viewer that takes it.
                if page not in self.muted and (page, name, copy.text) not in self.steps_back:
                    self.steps_back.add((page, name, copy.text))
                    self.violate("I1", f"{page}.{name} went from {old} to {new} at {copy.text} for {who}")

    def badge(self, who, state, reason):
        """A state other than `ok`: a violation while nothing is wrong (I9)."""
        if self.is_calm:
            self.violate("I9", f"{who} is told {state} ({reason}) while all is well", timed=True)
