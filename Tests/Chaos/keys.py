"""The names of what Redis holds (docs/protocol.md). Which shard a page belongs to depends on how many there are."""

count = 1
CONFIGURATION = "sf:cfg"
PRODUCERS = "sf:producers"


def shard(page="fast"):
    """FNV-1a of the dashboard's name."""
    value = 0xCBF29CE484222325
    for byte in page.split("~")[0].encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value % count


def every_shard():
    return range(count)


def of_shard(number, part):
    return f"sf:{{s{number}}}:{part}"


def lease(page="fast"):
    return of_shard(shard(page), "lease")


def events(page="fast"):
    return of_shard(shard(page), "ev")


def dead_letters(page="fast"):
    return of_shard(shard(page), "dlq")


def heartbeat(page="fast"):
    return of_shard(shard(page), "hb")


def page(name, part):
    """Meta `m`, components `c`, tombstones `x`, private state `k`, or the channel `d`."""
    return of_shard(shard(name), f"p:{name}:{part}")
