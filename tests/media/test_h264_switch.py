"""Real H.264 through the engine: every frame that arrives decodes, over every change of size."""

import itertools
from collections.abc import Callable

import av
import pytest

from rounds.media.engine import Kind, Sight
from rounds.media.sfu import rtcp
from tests.media.conftest import House, everyone
from tests.media.filmed import Filmed, brightness, decoded, film, filmed_offer, payloads, units
from tests.media.layered import HEIGHTS
from tests.media.wire import eventually

KEYS = (12, 24, 36)
FRAMES = 48

Packing = Callable[[bytes], list[bytes]]


def apart(coded: bytes) -> list[bytes]:
    """Pack each unit alone, in fragments where it is large: parameter sets come before the IDR."""
    return [packet for unit in units(coded) for packet in _fragments(unit)]


def _fragments(unit: bytes) -> list[bytes]:
    if len(unit) < 1100:
        return [unit]
    parts = [unit[at : at + 1000] for at in range(1, len(unit), 1000)]
    indicator, kind = unit[0] & 0xE0 | 28, unit[0] & 31
    marks = [0x80, *[0] * (len(parts) - 2), 0x40]
    return [bytes((indicator, mark | kind)) + part for mark, part in zip(marks, parts, strict=True)]


class Stage:
    """Anna films in two sizes, Ben looks."""

    def __init__(self, house: House, pack: Packing) -> None:
        """Seat nobody yet."""
        self.house, self.anna, self.ben = house, house.seat("anna"), house.seat("ben")
        self._films = {
            rid: [pack(frame) for frame in film(height, FRAMES, KEYS)]
            for rid, height in HEIGHTS.items()
        }
        self.small: Filmed
        self.large: Filmed
        self.expected: list[tuple[int, int]] = []
        self._packets = 0

    async def begin(self) -> None:
        """Bring both in, and the first large key frame to Ben."""
        self.house.hall.set_audience("room", everyone("anna", "ben"))
        await self.anna.join()
        await self.anna.publish(filmed_offer(self.anna))
        await self.anna.up.connect()
        self.small, self.large = (Filmed(self.anna.up, rid, self._films[rid]) for rid in ("q", "f"))
        await self.ben.come()
        await self.ben.until_offered(2)
        await eventually(self._is_asked)
        self.large.next = KEYS[0]
        await self.roll(self.large)

    def _is_asked(self) -> bool:
        """Whether a key frame was asked for, which nobody can before a size's first packet."""
        for size in (self.small, self.large):
            size.next = 1
            size.roll()
        return self.asked(self.large) > 0

    async def roll(self, *sizes: Filmed) -> None:
        """Send a frame in each size, of which Ben gets the first."""
        for size in sizes:
            number, sent = size.next, len(size.roll())
            if size is sizes[0]:
                self._packets += sent
                self.expected.append((HEIGHTS[size.rid], brightness(number)))
        await self.ben.until_heard("anna", Kind.VIDEO, self._packets)

    def look(self, rid: str) -> None:
        """Ben's tile gets as high as that size."""
        sights = [Sight("anna", Kind.VIDEO, HEIGHTS[rid])]
        self.house.hall.look("room", "ben", self.ben.generation, sights)

    def asked(self, size: Filmed) -> int:
        """How often a key frame of that size was asked for."""
        return sum(
            int.from_bytes(body[4:8], "big") == size.ssrc
            for kind, form, body in self.anna.up.feedback()
            if kind == rtcp.PAYLOAD_FEEDBACK and form == rtcp.PLI
        )

    @property
    def heard(self) -> list[bytes]:
        """The packets Ben got."""
        return self.ben.heard("anna", Kind.VIDEO)


@pytest.mark.parametrize("pack", [payloads, apart])
async def test_every_frame_decodes_over_changes_of_size(house: House, pack: Packing) -> None:
    stage = Stage(house, pack)
    await stage.begin()
    for _ in range(4):
        await stage.roll(stage.large)
    stage.look("q")
    stage.small.next = KEYS[1] - 2
    for _ in range(2):  # no key frame of the small size: Ben keeps the large one
        await stage.roll(stage.large, stage.small)
    for _ in range(5):
        await stage.roll(stage.small, stage.large)
    stage.look("f")
    stage.large.next = KEYS[2]
    for _ in range(6):
        await stage.roll(stage.large, stage.small)
    assert len(stage.heard) == stage._packets
    assert {packet[1] & 0x7F for packet in stage.heard} == {102}
    goes_on(stage.heard)
    seen = decoded(stage.heard)
    assert [height for height, _ in seen] == [height for height, _ in stage.expected]
    for (_, bright), (_, wall) in zip(seen, stage.expected, strict=True):
        assert abs(bright - wall) < 3


def goes_on(packets: list[bytes]) -> None:
    """Assert that numbers follow each other, and time goes forward by less than a second."""
    for before, after in itertools.pairwise(packets):
        step = int.from_bytes(after[2:4], "big") - int.from_bytes(before[2:4], "big")
        assert step & 0xFFFF == 1
        passed = int.from_bytes(after[4:8], "big") - int.from_bytes(before[4:8], "big")
        assert passed & 0xFFFFFFFF < 90_000


async def test_slices_of_another_size_alone_do_not_decode(house: House) -> None:
    """The control: a change without its key frame is noticed by the decoder that judges here."""
    stage = Stage(house, payloads)
    await stage.begin()
    small = [
        bytes((0, 0x80 * (payload is frame[-1]))) + bytes(22) + payload
        for frame in stage.small.frames[KEYS[1] + 1 : KEYS[1] + 4]
        for payload in frame
    ]
    with pytest.raises((av.FFmpegError, AssertionError)):
        assert [height for height, _ in decoded([*stage.heard, *small])] == [360, 180, 180, 180]


async def test_repeats_have_the_next_number_and_come_from_the_right_size(house: House) -> None:
    stage = Stage(house, payloads)
    await stage.begin()
    stage.look("q")
    stage.small.next = KEYS[1]
    await stage.roll(stage.small)
    wanted = [stage.heard[0], stage.heard[-1]]  # of the large picture and of the small one
    numbers = [int.from_bytes(packet[2:4], "big") for packet in wanted]
    ssrc = stage.ben.ssrc("anna", Kind.VIDEO)
    stage.ben.down.send_rtcp(rtcp.nack(1, ssrc, numbers))

    def repeats() -> list[bytes]:
        return [packet for packet in stage.ben.down.rtp if packet[1] & 0x7F == 103]

    await eventually(lambda: len(repeats()) == 2)
    for repeat, packet in zip(repeats(), wanted, strict=True):
        assert repeat[24:26] == packet[2:4]
        assert repeat[4:8] == packet[4:8]
        assert repeat[26:] == packet[24:]


async def test_sizes_are_known_by_their_parameter_sets(house: House) -> None:
    stage = Stage(house, payloads)
    await stage.begin()
    await stage.roll(stage.large)

    def layer() -> int:
        streams = house.hall.statistics()["streams"]
        passing = next(one for one in streams if one["to"] == "ben" and one["kind"] == "video")
        return int(passing["layer"])

    assert layer() == 1
    sights = [Sight("anna", Kind.VIDEO, HEIGHTS["q"] + 20)]  # more than 3/4 of it: enough
    house.hall.look("room", "ben", stage.ben.generation, sights)
    stage.small.next = KEYS[1]
    await stage.roll(stage.small)
    assert layer() == 0
