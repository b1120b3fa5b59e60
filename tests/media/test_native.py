"""The fast calls and their plain fall-backs do the same."""

import dataclasses
import os
import socket

import pylibsrtp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu import native, sockets
from rounds.media.sfu.native import SrtpCalls

IN_PLACE, PLAIN = native._through_binding(), native._through_session()


def pair() -> tuple[pylibsrtp.Session, pylibsrtp.Session]:
    """Return both ends of one SRTP direction."""
    key = os.urandom(28)
    sender, receiver = (native.session(key, direction) for direction in native.WAYS)
    return sender, receiver


@pytest.mark.parametrize("calls", [IN_PLACE, PLAIN], ids=["in place", "plain"])
def test_self_test_accepts_what_works(calls: SrtpCalls) -> None:
    assert native.works(calls)


def test_self_test_refuses_what_does_not_encrypt_or_verify() -> None:
    broken = dataclasses.replace(IN_PLACE, protect=lambda *_: 0)
    assert not native.works(broken)
    broken = dataclasses.replace(IN_PLACE, unprotect=lambda *_: 0)
    assert not native.works(broken)


@given(payload=st.binary(min_size=1, max_size=1200), sequence=st.integers(0, 0xFFFF))
def test_both_ways_of_calling_understand_each_other(payload: bytes, sequence: int) -> None:
    clear = b"\x80\x60" + sequence.to_bytes(2, "big") + bytes(8) + payload
    for first, second in ((IN_PLACE, PLAIN), (PLAIN, IN_PLACE)):
        sender, receiver = pair()
        packet, length = native.memory.new("char[]", native.SLOT), native.memory.new("int *")
        native.move(packet, clear, len(clear))
        length[0] = len(clear)
        assert first.protect(first.context(sender), packet, length) == 0
        assert native.memory.buffer(packet, length[0])[:] != clear
        assert second.unprotect(second.context(receiver), packet, length) == 0
        assert native.memory.buffer(packet, length[0])[:] == clear


@pytest.mark.parametrize("kind", [native.BatchedSocket, native.PlainSocket])
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_sockets_move_datagrams_with_their_addresses(
    kind: type[native.DatagramSocket], family: socket.AddressFamily
) -> None:
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    size = 16 if family == socket.AF_INET else 28
    one, other = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
    for each in (one, other):
        each.bind((host, 0))
        each.setblocking(False)
    array, target = native.MessageArray(4, size), native.SocketAddress()
    target.set(sockets.pack_address(family, other.getsockname()))
    for slot in range(3):
        array.data[slot * native.SLOT : slot * native.SLOT + 5] = b"12345"
        array.headers[slot * 8] = target.pointer
        array.vectors[slot * 2 + 1] = 3 + slot
    assert kind(one).send(array, 3) == 3
    received = native.MessageArray(4, size)
    assert kind(other).receive(received) == 3
    assert [received.lengths[slot * 16 + 14] for slot in range(3)] == [3, 4, 5]
    raw = bytes(received.addresses[: native.ADDRESS])
    assert sockets.unpack_address(raw) == (host, one.getsockname()[1])
    assert raw[:size] == sockets.pack_address(family, one.getsockname())
    assert kind(other).receive(received) == 0
    for each in (one, other):
        each.close()


def test_unroutable_datagram_does_not_hold_up_the_others() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.setblocking(False)
        array = native.MessageArray(3, 16)
        nowhere, here = native.SocketAddress(), native.SocketAddress()
        nowhere.set(sockets.pack_address(socket.AF_INET, ("127.0.0.1", 0)))
        here.set(sockets.pack_address(socket.AF_INET, one.getsockname()))
        for slot, target in enumerate((here, nowhere, here)):
            array.headers[slot * 8] = target.pointer
            array.vectors[slot * 2 + 1] = 1
        assert native.BatchedSocket(one).send(array, 3) == 2


def test_port_in_use_is_told() -> None:
    with sockets.open_socket("127.0.0.1", 0, 4096) as taken, pytest.raises(OSError, match="in use"):
        sockets.open_socket("127.0.0.1", taken.getsockname()[1], 4096)
