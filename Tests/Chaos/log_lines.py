"""How many complaints each cause puts into the logs: one line is the goal."""
import collections
import re

COMPLAINT = re.compile(rb"^\S+ (?:warning|error|critical) .*\] (.*)$", re.MULTILINE)
# Of one text in one log during one fault. More is a log that fills up.
MOST = 20


class LogBook:
    """What programs complain of from now on."""

    def __init__(self, programs):
        self._logs = {program.log: size(program.log) for program in programs}

    def complaints(self):
        """The number of each complaint, by program and text."""
        found = collections.Counter()
        for log, start in self._logs.items():
            if log.exists():
                with log.open("rb") as file:
                    file.seek(start)
                    found.update((log.stem, text.decode(errors="replace")) for text in COMPLAINT.findall(file.read()))
        return found


def size(log):
    return log.stat().st_size if log.exists() else 0
