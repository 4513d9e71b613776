"""What a viewer knows of a page, by the rules of docs/protocol.md (R16): whole messages or nothing, and never back."""
import hashlib
import json
import re

FORM = re.compile(r"^([0-9]{1,20})-([0-9a-f]{1,8}):([0-9]{1,20})$")
APPLIED, MISFIT = "applied", "misfit"


def version(text):
    """A version in comparable form, or None when the text is none."""
    match = FORM.match(text or "")
    return match and (int(match[1]), int(match[2], 16), int(match[3]))


def content_hash(components):
    """Equal for equal contents, whatever the order of members."""
    text = json.dumps(components, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class PageCopy:
    """Every component's value at one version."""

    def __init__(self):
        self.text = None
        self.version = None
        self.components = {}

    def apply(self, message):
        """`applied`, or `misfit` when a `sync` must tell the server what is shown here."""
        to = version(message.get("to"))
        if to is None or (self.version is not None and to <= self.version):
            return MISFIT
        if message["type"] == "full":
            self.components = dict(message["components"])
        elif self.version is None or version(message.get("from")) != self.version:
            return MISFIT
        else:
            self._change(message)
        self.text, self.version = message["to"], to
        return APPLIED

    def forget_version(self):
        """Takes whatever comes next; the last resort after the server's memory is lost."""
        self.text = self.version = None

    def value(self, component):
        """The `value` member of a component, or None."""
        return self.components.get(component, {}).get("value")

    def _change(self, message):
        self.components |= message.get("set", {})
        for name, rows in message.get("append", {}).items():
            old = self.components.get(name, {}).get("points", [])
            kept = (old + rows["points"])[-rows["keep"]:] if rows["keep"] else []
            self.components[name] = rows["head"] | {"points": kept}
        for name in message.get("remove", []):
            self.components.pop(name, None)
