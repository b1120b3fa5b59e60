"""Hostile datagrams and packets are dropped for a counted cause; the visit goes on untouched."""

import contextlib
import random
import struct

import pylibsrtp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.media.engine import Kind
from rounds.media.sfu import transport
from tests.media.conftest import House, people
from tests.media.seat import Seat, payload
from tests.media.wire import Wire, eventually


async def still_heard(anna: Seat, ben: Seat) -> None:
    """The call works: what anna says now reaches ben."""
    before = len(ben.heard("anna", Kind.AUDIO))
    said = anna.audio.send()
    heard = await ben.until_heard("anna", Kind.AUDIO, before + 1)
    assert payload(heard[-1]) == said


def head(first: int, kind: int, sequence: int, ssrc: int) -> bytes:
    return struct.pack("!BBHII", first, kind, sequence, 1, ssrc)


async def test_a_strangers_datagrams_of_every_kind(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    stranger = Wire()
    stranger.target = anna.up.target
    dice = random.Random(11)
    for size in (0, 1, 2, 3, 11, 12, 19, 20, 21, 100, 1200, 2048, 2049, 9000):
        for first in (0, 1, 2, 4, 20, 22, 63, 64, 80, 127, 128, 144, 191, 192, 255):
            stranger.send((bytes((first,)) + dice.randbytes(size))[:size])
    await eventually(lambda: house.hall.statistics()["too_long"] >= 30)
    numbers = house.hall.statistics()
    assert numbers["faults"] == 0
    assert numbers["stranger"] > 0
    assert numbers["stun_malformed"] > 0
    assert stranger.raw == []
    await still_heard(anna, ben)
    stranger.close()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(datagrams=st.lists(st.binary(max_size=80), min_size=1, max_size=30))
async def test_damaged_datagrams_from_a_known_address(house: House, datagrams: list[bytes]) -> None:
    if not house.seats:
        await people(house, "anna", "ben")
    anna, ben = house.seats
    before = house.hall.statistics()["batches"]
    for datagram in datagrams:
        anna.up.send(datagram)
        anna.up.send(b"\x80\x60" + datagram)
        anna.up.send(b"\x80\xc8" + datagram)
    await eventually(lambda: house.hall.statistics()["batches"] > before)
    await still_heard(anna, ben)
    assert house.hall.statistics()["faults"] == 0


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.binary(max_size=120), min_size=1, max_size=10))
async def test_well_encrypted_nonsense_from_a_member(house: House, bodies: list[bytes]) -> None:
    if not house.seats:
        await people(house, "anna", "ben")
    anna, ben = house.seats
    for number, body in enumerate(bodies):
        anna.video.packet(b"")  # a fresh number, for replays are refused before we look
        sequence = anna.video.sequence
        for first in (0x80, 0x90, 0xB0, 0x9F):
            with contextlib.suppress(pylibsrtp.Error):  # libsrtp itself refuses the worst
                anna.up.send_rtp(head(first, 96, sequence, anna.video.ssrc + 2 + number) + body)
        ben.down.send_rtcp(b"\x80\xc9\x00\x01" + bytes(4) + body[: len(body) & ~3])
        ben.down.send_rtcp(
            struct.pack("!BBH", 0x81, 205, 1 + len(body) // 4) + bytes(4) + body[: len(body) & ~3]
        )
    await still_heard(anna, ben)
    assert house.hall.statistics()["faults"] == 0


async def test_only_negotiated_sources_and_payload_types_pass(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    heard = len(ben.down.rtp)
    foreign = anna.video.ssrc ^ 1
    anna.up.send_rtp(head(0x80, 96, 1, foreign) + b"not offered")
    anna.up.send_rtp(head(0x80, 100, 2, anna.video.ssrc) + b"not the agreed codec")
    anna.up.send_rtp(head(0x80, 96, 3, anna.audio.ssrc) + b"video in the name of the voice")
    await eventually(lambda: house.hall.statistics()["unnegotiated"] == 3)
    await still_heard(anna, ben)
    assert len(ben.down.rtp) == heard + 1


async def test_a_receiver_has_nothing_to_send(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    ben.down.send_rtp(head(0x80, 96, 1, 5) + b"media on the wrong connection")
    await eventually(lambda: house.hall.statistics()["unexpected"] == 1)
    await still_heard(anna, ben)


async def test_a_senders_rates_are_capped(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    for _ in range(80):
        anna.audio.send(b"\x78" + bytes(1000))
    await eventually(lambda: house.hall.statistics()["over_cap"] > 0)
    assert len(ben.heard("anna", Kind.AUDIO)) < 40

    def more_than_allowed() -> bool:
        for _ in range(
            transport.PACKETS_PER_SECOND // 5
        ):  # each turn, faster than they are allowed
            anna.up.send(b"\x80\x60" + bytes(30))
        return bool(house.hall.statistics()["over_rate"])

    await eventually(more_than_allowed)


async def test_control_packets_of_one_connection_are_bounded_per_second(house: House) -> None:
    _, ben = await people(house, "anna", "ben")
    for _ in range(3 * transport.CONTROL_PER_SECOND):
        ben.down.send_rtcp(b"\x80\xc9\x00\x01" + bytes(4))
    await eventually(lambda: house.hall.statistics()["over_rate"] > 0)
    assert house.hall.statistics()["rtcp"] <= 2 * transport.CONTROL_PER_SECOND
