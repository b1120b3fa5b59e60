"""Only authentic checks move a connection; nothing a stranger or a description says does."""

import secrets
import socket

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.addresses import local_addresses
from rounds.media.engine import Kind
from rounds.media.sfu import ice
from rounds.media.sfu.counters import Counters
from tests.media.conftest import House, everyone, people
from tests.media.seat import payload
from tests.media.wire import Wire, eventually

SOURCE = ("192.0.2.9", 40000)


class Door:
    """Credentials as a connection has them."""

    ufrag = "abcdefgh"
    password = "p" * 24
    remote_ufrag = ""
    checks_left = ice.CHECKS_PER_SECOND


def check(username: str = "abcdefgh:far", password: str = "p" * 24) -> bytes:
    """Return a check as a browser sends it."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = username
    request.attributes["PRIORITY"] = 1
    request.attributes["ICE-CONTROLLING"] = 2
    request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity(password.encode())
    return bytes(request)


def lite(remote: str = "") -> tuple[ice.IceLite, Counters, Door]:
    """Return a registry with one connection."""
    counters, door = Counters(), Door()
    door.remote_ufrag = remote
    registry = ice.IceLite(counters)
    registry.register(door)
    return registry, counters, door


def test_authentic_check_is_answered_with_its_source() -> None:
    registry, _, door = lite("far")
    found = registry.receive(check(), SOURCE)
    assert found is not None
    assert found.owner is door
    assert found.nominated
    answer = stun.parse_message(found.response)
    assert answer.check_message_integrity(door.password.encode())
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == SOURCE


@pytest.mark.parametrize(
    ("datagram", "cause"),
    [
        (check(password="q" * 24), "stun_forged"),
        (check(username="abcdefgi:far"), "stun_unknown"),
        (check(username="abcdefgh:other"), "stun_unknown"),
        (check()[:-3], "stun_malformed"),
        (b"", "stun_malformed"),
    ],
    ids=["wrong password", "unknown name", "another's name", "cut off", "empty"],
)
def test_everything_else_is_dropped_and_counted(datagram: bytes, cause: str) -> None:
    registry, counters, _ = lite("far")
    assert registry.receive(datagram, SOURCE) is None
    assert counters.report()[cause] == 1


def test_checks_of_one_connection_are_bounded_per_second() -> None:
    registry, counters, _ = lite()
    for _ in range(ice.CHECKS_PER_SECOND + 7):
        registry.receive(check(password="q" * 24), SOURCE)
    assert counters.stun_forged == ice.CHECKS_PER_SECOND
    assert counters.stun_over_rate == 7


@given(st.data())
def test_damaged_checks_raise_nothing_and_pass_only_when_authentic(data: st.DataObject) -> None:
    registry, _, door = lite()
    original = check()
    damaged = bytearray(original)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    found = registry.receive(cut, SOURCE)
    if found is not None:
        assert stun.parse_message(cut).check_message_integrity(door.password.encode())


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_valid_head_raise_nothing(rest: bytes) -> None:
    registry, _, _ = lite()
    head = b"\x00\x01" + len(rest).to_bytes(2, "big") + stun.COOKIE.to_bytes(4, "big") + bytes(12)
    assert registry.receive(head + rest, SOURCE) is None
    name = b"\x00\x06\x00\x0cabcdefgh:far"
    head = head[:2] + (len(rest) + len(name)).to_bytes(2, "big") + head[4:]
    assert registry.receive(head + name + rest, SOURCE) is None


def test_loopback_is_told_only_when_asked_for() -> None:
    assert not [host for host in local_addresses() if host.startswith("fe80")]
    assert "127.0.0.1" in local_addresses(with_loopback=True)


async def test_candidates_of_a_client_are_never_dialled(house: House) -> None:
    anna = house.seat("anna")
    await anna.join()
    listeners = []
    for _ in range(8):
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        listeners.append(listener)
    lines = [
        f"a=candidate:{number} 1 udp 2130706431 127.0.0.1 "
        f"{listeners[number % 8].getsockname()[1]} typ host"
        for number in range(200)
    ]
    lines += [f"a=candidate:9 1 udp 1 {secrets.token_hex(8)}.local 9 typ host"] * 50
    await anna.publish(anna.offer() + "\r\n".join(lines) + "\r\na=end-of-candidates\r\n")
    await anna.up.connect()
    for listener in listeners:
        with pytest.raises(BlockingIOError):
            listener.recv(1)
        listener.close()


async def test_a_client_may_move_to_another_address_by_an_authentic_check(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    moved = Wire()
    moved.remote, moved.local, moved.target = ben.down.remote, ben.down.local, ben.down.target
    moved.dtls = ben.down.dtls
    stranger = Wire()
    stranger.remote, stranger.local, stranger.target = moved.remote, moved.local, moved.target
    stranger.check(password="q" * 24)
    await eventually(lambda: house.hall.statistics()["stun_forged"] == 1)
    said = anna.audio.send()
    assert payload((await ben.until_heard("anna", Kind.AUDIO, 1))[0]) == said
    await moved.reach()
    said = anna.audio.send()
    await eventually(lambda: moved.rtp)
    assert payload(moved.rtp[0]) == said
    assert len(ben.heard("anna", Kind.AUDIO)) == 1
    assert stranger.raw == []
    moved.close()
    stranger.close()


async def test_media_of_strangers_reaches_nobody(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben"))
    anna, ben = await people(house, "anna", "ben")
    stranger = Wire()
    stranger.remote, stranger.target = anna.up.remote, anna.up.target
    assert anna.up.dtls is not None
    stranger.send(anna.up.dtls.outgoing.protect(anna.audio.packet(b"\x78stolen keys even")))
    await eventually(lambda: house.hall.statistics()["stranger"] == 1)
    said = anna.audio.send()
    assert [payload(p) for p in await ben.until_heard("anna", Kind.AUDIO, 1)] == [said]
    stranger.close()


async def test_nobody_takes_the_address_of_a_living_connection(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    thief = house.seat("thief")
    await thief.join()
    await thief.publish()
    ben.up.remote.user, ben.up.remote.password = thief.up.remote.user, thief.up.remote.password
    ben.up.local = thief.up.local
    ben.up.check()  # authentic for the thief's connection, from ben's address
    await eventually(lambda: house.hall.statistics()["address_taken"] == 1)
    await ben.until_reaches(anna)
