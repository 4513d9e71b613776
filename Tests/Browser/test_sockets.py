"""The socket, frame by frame (rows 48 and 50, events over it, close codes)."""
import time

import pytest

from test_bad_input import FOREIGN_ORIGINS, foreign_origins
from web import Refused, Socket, Tab


@pytest.fixture
def tab(dev):
    return Tab(dev.base)


@pytest.fixture
def socket(tab):
    """A socket that has said hello and shows the page."""
    with Socket(tab.base, "hello", tab.cookie) as socket:
        socket.hello(tab.client)
        socket.full = socket.next("full")
        yield socket


def event(sequence, lo=1, component="one", **more):
    return {"type": "event", "seq": sequence, "lo": lo, "component": component, "event": "click", "data": {}} | more


def test_a_socket_without_hello_is_closed_after_five_seconds(tab):
    with Socket(tab.base, "hello", tab.cookie) as socket:
        opened = time.monotonic()

        assert socket.code() == 4501
        assert 4.5 < time.monotonic() - opened < 7


def test_a_second_hello_is_a_bad_message(tab, socket):
    socket.hello(tab.client)

    assert socket.code() == 4501


def test_an_event_before_hello_is_a_bad_message(tab):
    with Socket(tab.base, "hello", tab.cookie) as socket:
        socket.send(event(1))

        assert socket.code() == 4501


def test_two_hellos_at_once_are_a_bad_message(tab):
    with Socket(tab.base, "hello", tab.cookie) as socket:
        socket.hello(tab.client)
        socket.hello(tab.client)

        assert socket.code() == 4501


def test_another_protocol_version_is_told_so(tab):
    with Socket(tab.base, "hello", tab.cookie) as socket:
        socket.send({"type": "hello", "protocol": 2, "client": tab.client})

        assert socket.code() == 4505


NO_MESSAGES = ["{", "", "null", "[]", "7", "{}x", '{"type":"dance"}', "[" * 400, '{"a":' * 20 + "1" + "}" * 20]


@pytest.mark.parametrize("text", NO_MESSAGES)
def test_a_message_that_is_none_closes_the_socket(socket, text):
    socket.send(text)

    assert socket.code() == 4501


@pytest.mark.parametrize("index", range(FOREIGN_ORIGINS))
def test_a_handshake_from_a_foreign_origin_is_answered_403(tab, index):
    with pytest.raises(Refused) as refused:
        Socket(tab.base, "hello", tab.cookie, origin=foreign_origins(tab.base)[index])

    assert refused.value.status == 403


def test_an_event_over_the_socket_is_applied_and_its_change_is_sent(socket):
    socket.send(event(1))

    assert socket.next("delta")["set"]["one"]["value"] == 1
    # The acknowledgement names the version that holds the change.
    socket.send(event(1))
    assert socket.outcome()["state"] == "applied"


def test_the_acknowledgement_comes_once_the_change_is_safe(socket):
    socket.send(event(1))

    ack = socket.outcome()

    assert (ack["seq"], ack["state"]) == (1, "applied") and ack["to"] > socket.full["to"]


def test_an_unknown_component_fails_and_the_socket_stays(socket):
    socket.send(event(1, component="nobody"))

    assert socket.outcome() == {"type": "ack", "seq": 1, "state": "failed", "reason": "unknown_component"}
    socket.send(event(1))
    assert socket.outcome()["state"] == "applied"


@pytest.mark.parametrize("change", [
    {"seq": 0}, {"seq": -1}, {"seq": 2**60}, {"seq": 1.5}, {"seq": "1"}, {"lo": 2}, {"component": "@style"},
    {"event": "<b>"}, {"data": []}, {"component": None}], ids=repr)
def test_a_bad_event_fails_and_the_socket_stays(socket, change):
    socket.send(event(1) | change)

    ack = socket.outcome()
    assert (ack["state"], ack["reason"]) == ("failed", "bad_event")
    socket.send(event(1))
    assert socket.outcome()["state"] == "applied"


def test_events_in_one_packet_apply_in_order(socket):
    for sequence in range(1, 6):
        socket.send(event(sequence))

    acks = [socket.outcome() for _ in range(5)]
    assert [(ack["seq"], ack["state"]) for ack in acks] == [(sequence, "applied") for sequence in range(1, 6)]


def test_a_silent_page_is_pinged(socket):
    heard = time.monotonic()

    socket.next("ping")

    assert time.monotonic() - heard < 5


def test_sync_without_a_version_brings_the_whole_page(socket):
    socket.send({"type": "sync"})

    assert set(socket.next("full")["components"]) == set(socket.full["components"])


def test_a_hello_with_the_shown_version_brings_nothing_twice(tab, socket):
    with Socket(tab.base, "hello", tab.cookie) as again:
        again.hello(tab.client, since=socket.full["to"])
        kinds = [again.receive()["type"] for _ in range(2)]

    assert not {"full", "delta", "rebase"} & set(kinds)
