"""How regularly viewers see the page `curve` change, whose only source ticks every 250 ms (I11)."""
import collections

PERIOD = 0.25
PAGE = "curve"
GOAL = 0.1
MOST_LATE = 1.0  # A violation; between the two the goal is missed, and a busy machine may be the reason.


def late(viewers, since, until):
    """By how much each change came later than a period after the one before, in seconds, over all viewers."""
    found = []
    for viewer in viewers:
        times = [at for at, _ in viewer.applied if since <= at <= until]
        found += [max(0.0, after - before - PERIOD) for before, after in zip(times, times[1:])]
    return found


def p99(values):
    ordered = sorted(values)
    return ordered[int(0.99 * (len(ordered) - 1))] if ordered else None


class Pulse:
    """The rhythm of calm times, to compare with that of a fault."""

    def __init__(self):
        self.calm = collections.deque(maxlen=3000)

    def rest(self, viewers, since, until):
        self.calm.extend(late(viewers, since, until))

    def compare(self, viewers, since, until):
        """p99 then, and how much later than in calm times; `None` where nothing was seen."""
        now, before = p99(late(viewers, since, until)), p99(self.calm)
        return (now, None) if now is None or before is None else (now, now - before)
