"""A producer of one page of elements whose every change the test decides: writes the keys of docs/protocol.md."""
import json
import threading
import time

import redis

SHARD = "sf:{s0}:"
BEAT = 0.25


class ElementProducer:
    """`items` maps ids to element items; `handler(component, event, data)` gives the changes that an event makes."""

    def __init__(self, store, name="tree", **page):
        self.store = redis.Redis(port=store.port, decode_responses=True)
        self.name, self.generation, self.revision, self.events, self.items = name, 5, 0, [], {}
        self.handler, self.delay, self.failure = (lambda component, event, data: {}), 0, None
        self.page = {"name": name, "title": "Tree", "transport": "websocket", "reload_interval": 1, "scope": "shared",
                     "view": True, "act": True, "order": [], "root": [], "components": {}} | page
        self._lock, self._end = threading.RLock(), threading.Event()
        self.store.hset("sf:cfg", mapping={"shards": 1, "protocol": 1})
        self._last = "0"
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._beat, self._listen)]
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._end.set()
        for thread in self._threads:
            thread.join(5)
        self.store.close()

    @property
    def version(self):
        return f"{self.generation}-aa:{self.revision}"

    def show(self, root, components=None, css=None, **items):
        """The page from its beginning: its order and all items."""
        self.page |= {"root": root, "components": components or {}}
        self.set({"@page": self.page} | ({"@style": {"css": css}} if css else {}) | items)

    def element(self, name, **members):
        """Changes some members of an element; None takes one away."""
        self.set({name: self.changed(name, **members)})

    def changed(self, name, **members):
        item = {**self.items.get(name, {"type": "element", "tag": "div"}), **members}
        return {key: value for key, value in item.items() if value is not None}

    def set(self, items, remove=(), answers=()):
        """One commit."""
        with self._lock:
            before = self.version
            self.revision += 1
            self.items = {key: value for key, value in (self.items | items).items() if key not in remove}
            records = [record(key, value) for key, value in items.items()] + [f"remove {key}\n" for key in remove]
            message = f"update {before} {self.version} {len(records)}\n" + "".join(records)
            with self.store.pipeline(transaction=True) as pipe:
                key = f"{SHARD}p:{self.name}:"
                for name, value in items.items():
                    pipe.hset(key + "c", name, f"{self.revision} {write(value)}")
                for name in remove:
                    pipe.hdel(key + "c", name)
                pipe.hset(key + "m", mapping={"g": self.generation, "n": "aa", "r": self.revision, "nc": len(self.items), "nt": 0,
                                              "tf": self.revision if remove else 0, "d": "x", "v": 1})
                pipe.publish(key + "d", message if len(message) <= 64000 else f"moved {self.version}\n")
                for viewer, seq, front, entry in answers:
                    reply = f"failed {self.failure}" if self.failure else f"applied {self.version}"
                    pipe.hset(f"{SHARD}cl:{viewer}", mapping={"d": seq, f"r{seq}": reply})
                    pipe.xdel(SHARD + "ev", entry)
                    pipe.publish(f"sf:r:{front}", f"{viewer} {seq} {reply}")
                pipe.execute()

    def begin_epoch(self, **changes):
        """As after a takeover: the same contents, but for these, under a new generation."""
        with self._lock:
            self.generation += 1
            self.revision = 0
            self.set(self.items | changes)
            self.store.publish(f"{SHARD}p:{self.name}:d", f"moved {self.version}\n")

    def _beat(self):
        beat = 0
        while not self._end.wait(BEAT):
            beat += 1
            self.store.publish(SHARD + "hb", f"{beat} {self.name} {self.version}")

    def _listen(self):
        while not self._end.is_set():
            for _, entries in self.store.xread({SHARD + "ev": self._last}, block=100) or []:
                for entry, fields in entries:
                    self._last = entry
                    if fields["kind"] == "event" and fields["page"] == self.name:
                        self._handle(entry, fields)

    def _handle(self, entry, fields):
        data = json.loads(fields["data"])
        self.events.append((fields["component"], fields["name"], data))
        time.sleep(self.delay)
        changes = self.handler(fields["component"], fields["name"], data) or {}
        self.set(changes, answers=[(fields["viewer"], fields["seq"], fields["front"], entry)])


def write(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def record(key, value):
    text = write(value)
    return f"set {key} {len(text.encode())}\n{text}\n"


def element(tag="div", **members):
    return {"type": "element", "tag": tag, **members}
