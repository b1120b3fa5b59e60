"""Redundant audio reaches who takes it as it was sent, others as plain Opus, and fills gaps."""

import secrets
import struct

from aiortc.rtp import RtpPacket

from rounds.bench.description import OPUS, RED
from rounds.media.engine import Kind
from rounds.media.sfu import rtcp
from tests.media.conftest import House, everyone
from tests.media.seat import Seat, payload
from tests.media.test_red import written
from tests.media.wire import eventually

FRAME = 960


async def listeners(house: House) -> tuple[Seat, Seat, Seat]:
    """Anna sends redundant audio, ben takes it, carla's browser does not know it."""
    house.hall.set_audience("room", everyone("anna", "ben", "carla"))
    anna, ben, carla = (house.seat(name) for name in ("anna", "ben", "carla"))
    carla.takes_red = False
    for person in (anna, ben, carla):
        await person.come()
    for person in (anna, ben, carla):
        await person.until_offered(4)
    return anna, ben, carla


class Voice:
    """Says frames of Opus as a browser does: each packet repeats the frame before."""

    def __init__(self, person: Seat) -> None:
        """Speak for this person."""
        self.person = person
        self.frames: list[bytes] = []

    def say(self, lost: bool = False, kind: int = RED) -> bytes:
        """Send the next frame, or number it and never send it; return the packet's payload."""
        before = [(FRAME, frame) for frame in self.frames[-1:]]
        self.frames.append(b"\x78" + secrets.token_bytes(20))
        said = written(before, self.frames[-1]) if kind == RED else self.frames[-1]
        packet = self.person.audio.packet(said, kind)
        if not lost:
            self.person.up.send_rtp(packet)
        return said


def opened(packets: list[bytes]) -> list[tuple[int, bytes]]:
    """Payload type and payload of each packet."""
    return [(packet[1] & 0x7F, payload(packet)) for packet in packets]


async def test_who_takes_redundancy_gets_it_unchanged_and_others_plain_opus(house: House) -> None:
    anna, ben, carla = await listeners(house)
    voice = Voice(anna)
    said = [voice.say() for _ in range(5)]
    whole = await ben.until_heard("anna", Kind.AUDIO, 5)
    plain = await carla.until_heard("anna", Kind.AUDIO, 5)
    assert opened(whole) == [(RED, packet) for packet in said]
    assert opened(plain) == [(OPUS, frame) for frame in voice.frames]
    for packets in (whole, plain):
        read = [RtpPacket.parse(packet) for packet in packets]
        assert [one.timestamp - read[0].timestamp for one in read] == [0, 960, 1920, 2880, 3840]
        assert [packet[17] for packet in packets] == [0x1E] * 5  # the level that was sent


async def test_plain_packets_between_redundant_ones_pass_to_all(house: House) -> None:
    anna, ben, carla = await listeners(house)
    voice = Voice(anna)
    said = [voice.say(kind=kind) for kind in (RED, OPUS, RED)]
    assert opened(await ben.until_heard("anna", Kind.AUDIO, 3)) == [
        (RED, said[0]), (OPUS, said[1]), (RED, said[2]),
    ]  # fmt: skip
    assert opened(await carla.until_heard("anna", Kind.AUDIO, 3)) == [
        (OPUS, frame) for frame in voice.frames
    ]


async def test_what_the_way_up_lost_is_filled_for_all_in_its_place(house: House) -> None:
    anna, ben, carla = await listeners(house)
    voice = Voice(anna)
    said = [voice.say(lost=number in (2, 4, 5)) for number in range(7)]
    for listener in (ben, carla):
        heard = await listener.until_heard("anna", Kind.AUDIO, 6)
        numbers = [int.from_bytes(packet[2:4], "big") for packet in heard]
        times = [int.from_bytes(packet[4:8], "big") for packet in heard]
        assert [(number - numbers[0]) & 0xFFFF for number in numbers] == [0, 1, 2, 3, 5, 6]
        places = [(time - times[0]) & 0xFFFFFFFF for time in times]
        assert places == [FRAME * number for number in (0, 1, 2, 3, 5, 6)]
    filled = {2: (OPUS, voice.frames[2]), 5: (OPUS, voice.frames[5])}
    assert opened(ben.heard("anna", Kind.AUDIO)) == [
        filled.get(number, (RED, said[number])) for number in (0, 1, 2, 3, 5, 6)
    ]
    assert opened(carla.heard("anna", Kind.AUDIO)) == [
        (OPUS, voice.frames[number]) for number in (0, 1, 2, 3, 5, 6)
    ]
    assert house.hall.statistics()["filled"] == 2


async def test_a_filled_number_never_goes_out_a_second_time(house: House) -> None:
    anna, ben, carla = await listeners(house)
    first = anna.audio.packet(written([], b"\x78one"), RED)
    late = anna.audio.packet(written([(FRAME, b"\x78one")], b"\x78two"), RED)
    third = anna.audio.packet(written([(FRAME, b"\x78two")], b"\x78three"), RED)
    for packet in (first, third, late):
        anna.up.send_rtp(packet)
    last = anna.audio.send(b"\x78the end")
    for listener in (ben, carla):

        def all_said(one: Seat = listener) -> bool:
            return last in map(payload, one.heard("anna", Kind.AUDIO))

        await eventually(all_said)
        assert len(listener.heard("anna", Kind.AUDIO)) == 4
    assert opened(carla.heard("anna", Kind.AUDIO))[:3] == [
        (OPUS, b"\x78one"), (OPUS, b"\x78two"), (OPUS, b"\x78three"),
    ]  # fmt: skip


async def test_a_late_packet_that_nothing_filled_goes_out_late_to_each_in_its_form(
    house: House,
) -> None:
    anna, ben, carla = await listeners(house)
    packets = [anna.audio.packet(written([], b"\x78" + name), RED) for name in (b"1", b"2", b"3")]
    for packet in (packets[0], packets[2], packets[1]):
        anna.up.send_rtp(packet)
    heard = await ben.until_heard("anna", Kind.AUDIO, 3)
    assert opened(heard) == [(RED, b"\x6f\x78" + name) for name in (b"1", b"3", b"2")]
    heard = await carla.until_heard("anna", Kind.AUDIO, 3)
    assert opened(heard) == [(OPUS, b"\x78" + name) for name in (b"1", b"3", b"2")]
    numbers = [int.from_bytes(packet[2:4], "big") for packet in heard]
    assert [(number - numbers[0]) & 0xFFFF for number in numbers] == [0, 2, 1]


async def test_only_what_is_missing_is_filled_and_only_in_order_of_time(house: House) -> None:
    anna, ben, _ = await listeners(house)
    anna.audio.send(written([], b"\x78begin"), RED)
    anna.audio.packet(b"lost")
    lying = written([(960, b"\x78c"), (960, b"\x78b"), (0, b"\x78a")], b"\x78own")
    anna.audio.send(lying, RED)
    deep = written([(1920, b"\x78old"), (960, b"\x78new")], b"\x78end")
    anna.audio.send(deep, RED)  # nothing is missing before it
    heard = await ben.until_heard("anna", Kind.AUDIO, 3)
    assert opened(heard)[1:] == [(RED, lying), (RED, deep)]
    assert house.hall.statistics()["filled"] == 0


async def test_malformed_redundancy_reaches_nobody(house: House) -> None:
    anna, ben, carla = await listeners(house)
    anna.audio.send(written([], b"\x78begin"), RED)
    await carla.until_heard("anna", Kind.AUDIO, 1)
    for bad in (
        b"\xef",
        b"\xef\x0f\x03\xff\x6f" + b"short",
        written([(960, b"repeat")], b""),
        written([], b"\x78", kind=0),
        written([(960, b"x")], b"x", kind=RED),
        b"\xef\0\0\0" * 300 + b"\x6fown",
    ):
        anna.audio.send(bad, RED)
    await eventually(lambda: house.hall.statistics()["malformed"] == 6)
    last = anna.audio.send(written([], b"\x78end"), RED)
    assert opened(await ben.until_heard("anna", Kind.AUDIO, 2))[1:] == [(RED, last)]
    assert opened(await carla.until_heard("anna", Kind.AUDIO, 2))[1:] == [(OPUS, b"\x78end")]
    assert house.hall.statistics()["faults"] == 0


async def test_many_small_repeats_cannot_multiply_traffic(house: House) -> None:
    anna, _, _ = await listeners(house)
    anna.audio.send(written([], b"\x78begin"), RED)
    repeats = [(FRAME * back, b"x") for back in range(8, 0, -1)]
    for _ in range(1200):
        anna.audio.sequence = (anna.audio.sequence + 8) & 0xFFFF
        anna.audio.send(written(repeats, b"\x78own"), RED)
    await eventually(lambda: house.hall.statistics()["over_cap"] > 0)
    await eventually(lambda: house.hall.statistics()["rtp"] >= 1000)
    assert house.hall.statistics()["filled"] < 4000


async def test_redundancy_that_was_not_negotiated_does_not_pass(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben"))
    anna, ben = house.seat("anna"), house.seat("ben")
    anna.sends_red = False
    await anna.come()
    await ben.come()
    await ben.until_offered(2)
    Voice(anna).say()
    await eventually(lambda: house.hall.statistics()["unnegotiated"] == 1)
    heard = await anna.until_reaches(ben)
    assert opened(heard)[0][0] == OPUS


async def test_the_report_of_losses_counts_what_was_filled_as_lost(house: House) -> None:
    anna, _, _ = await listeners(house)
    voice = Voice(anna)
    for number in range(40):
        voice.say(lost=bool(number % 4 == 2))

    def losses() -> list[int]:
        blocks = [
            body[offset : offset + 24]
            for kind, _, body in anna.up.feedback()
            if kind == rtcp.RECEIVER_REPORT
            for offset in range(4, len(body) - 23, 24)
        ]
        voices = [block for block in blocks if block[:4] == struct.pack("!I", anna.audio.ssrc)]
        return [int.from_bytes(block[5:8], "big") for block in voices]

    await eventually(lambda: 10 in losses())


async def test_counts_told_to_each_receiver_are_of_what_it_got(house: House) -> None:
    anna, ben, carla = await listeners(house)
    voice = Voice(anna)
    said = [voice.say() for _ in range(4)]
    await carla.until_heard("anna", Kind.AUDIO, 4)
    anna.up.send_rtcp(rtcp.sender_report(anna.audio.ssrc, 1 << 40, 4711, 4, 1))
    expected = {ben: sum(map(len, said)), carla: sum(map(len, voice.frames))}
    for listener, octets in expected.items():
        ssrc = listener.ssrc("anna", Kind.AUDIO).to_bytes(4, "big")

        def told(one: Seat = listener, of: bytes = ssrc) -> list[bytes]:
            feedback = one.down.feedback()
            return [b for kind, _, b in feedback if kind == rtcp.SENDER_REPORT and b[:4] == of]

        assert struct.unpack("!II", (await eventually(told))[-1][16:24]) == (4, octets)
