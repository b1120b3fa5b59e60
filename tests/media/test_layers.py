"""A picture in several sizes: each receiver has one of them, and changes without a seam."""

import itertools

import pytest

from rounds.media.engine import Kind, Sight, Wanted
from rounds.media.sfu import rtcp
from tests.media.conftest import House, everyone
from tests.media.layered import HEIGHTS, Picture, Size, seen, two_sizes
from tests.media.seat import Seat
from tests.media.wire import eventually


class Stage:
    """Anna sends two sizes; Ben and Carla look."""

    def __init__(self, house: House) -> None:
        """Seat nobody yet."""
        self.house = house
        self.anna, self.ben, self.carla = (house.seat(name) for name in ("anna", "ben", "carla"))
        self.small: Size
        self.large: Size

    async def begin(self) -> None:
        """Bring everybody in and the large picture to both."""
        self.house.hall.set_audience("room", everyone("anna", "ben", "carla"))
        await self.anna.join()
        self.small, self.large = await two_sizes(self.anna)
        for looker in (self.ben, self.carla):
            await looker.come()
        for looker in (self.ben, self.carla):
            await eventually(lambda looker=looker: (  # type: ignore[misc]
                self.large.frame(key=True) and seen(looker, self.anna)
            ))  # fmt: skip

    async def unnoticed(self) -> None:
        """Let a key frame of the small size come that nobody waits for."""
        before = self.house.hall.statistics()["rtp"]
        self.small.frame(key=True)
        await eventually(lambda: self.house.hall.statistics()["rtp"] > before)

    def look(self, looker: Seat, height: int) -> None:
        """Somebody's tile gets that high."""
        sights = [Sight("anna", Kind.VIDEO, height)]
        self.house.hall.look("room", looker.seat, looker.generation, sights)

    async def until_sees(self, looker: Seat, data: bytes) -> list[Picture]:
        """Wait for that frame at somebody; return all frames they had."""
        await eventually(lambda: any(one.data == data for one in seen(looker, self.anna)))
        return seen(looker, self.anna)

    def asked(self, size: Size) -> int:
        """How often a key frame of that size was asked for."""
        return sum(
            int.from_bytes(body[4:8], "big") == size.ssrc
            for kind, form, body in self.anna.up.feedback()
            if kind == rtcp.PAYLOAD_FEEDBACK and form == rtcp.PLI
        )


@pytest.fixture
async def stage(house: House) -> Stage:
    """Everybody in place."""
    stage = Stage(house)
    await stage.begin()
    return stage


def goes_on(pictures: list[Picture]) -> None:
    """Assert that a decoder sees one stream."""
    for before, after in itertools.pairwise(pictures):
        assert after.sequence == (before.sequence + 1) & 0xFFFF
        assert after.picture == (before.picture + 1) & 0x7FFF
        assert after.base == (before.base + 1) & 0xFF
        assert 0 < (after.timestamp - before.timestamp) & 0xFFFFFFFF < 10 * 90_000


async def test_one_changes_to_the_small_size_at_its_key_frame_and_back(stage: Stage) -> None:
    before = len(await stage.until_sees(stage.ben, stage.large.frame()))
    await stage.unnoticed()
    stage.look(stage.ben, HEIGHTS["q"])
    stage.small.frame()  # no key frame: not yet
    last = stage.large.frame()
    await stage.until_sees(stage.ben, last)
    first_small = stage.small.frame(key=True)
    lost_to_ben = stage.large.frame()
    small = [first_small, stage.small.frame(), stage.small.frame()]
    pictures = await stage.until_sees(stage.ben, small[-1])
    assert [one.data for one in pictures[before:]] == [last, *small]
    goes_on(pictures)
    assert any(one.data == lost_to_ben for one in seen(stage.carla, stage.anna))
    stage.look(stage.ben, HEIGHTS["f"])
    again = stage.large.frame(key=True)
    pictures = await stage.until_sees(stage.ben, again)
    goes_on(pictures)
    goes_on(seen(stage.carla, stage.anna))


async def test_a_change_asks_for_one_key_frame_of_the_size_it_goes_to(stage: Stage) -> None:
    await stage.unnoticed()
    large = stage.asked(stage.large)
    stage.look(stage.ben, HEIGHTS["q"])
    await eventually(lambda: stage.asked(stage.small) == 1)
    await stage.until_sees(stage.ben, stage.small.frame(key=True))
    await stage.until_sees(stage.ben, stage.small.frame())
    assert stage.asked(stage.small) == 1
    assert stage.asked(stage.large) == large


async def test_senders_clocks_say_how_much_time_passed_between_two_sizes(stage: Stage) -> None:
    await stage.unnoticed()
    stage.large.frame()
    stage.small.tell_clock(1000.0)
    stage.large.tell_clock(1000.5)  # its newest frame was taken half a second later
    stage.look(stage.ben, HEIGHTS["q"])
    await eventually(lambda: stage.asked(stage.small) == 1)
    stage.small.timestamp = (stage.small.timestamp + 90_000 - 3000) & 0xFFFFFFFF
    pictures = await stage.until_sees(stage.ben, stage.small.frame(key=True))
    passed = (pictures[-1].timestamp - pictures[-2].timestamp) & 0xFFFFFFFF
    assert passed == 45_000


async def test_repeats_after_a_change_come_from_the_size_that_was_sent(stage: Stage) -> None:
    await stage.unnoticed()
    stage.look(stage.ben, HEIGHTS["q"])
    await stage.until_sees(stage.ben, stage.small.frame(key=True))
    pictures = await stage.until_sees(stage.ben, stage.small.frame())
    wanted = pictures[-3:]  # the last large one and two small ones
    ssrc = stage.ben.ssrc("anna", Kind.VIDEO)
    stage.ben.down.send_rtcp(rtcp.nack(1, ssrc, [one.sequence for one in wanted]))

    def repeats() -> list[bytes]:
        return [packet for packet in stage.ben.down.rtp if packet[1] & 0x7F == 97]

    await eventually(lambda: len(repeats()) == 3)
    for picture, packet in zip(wanted, repeats(), strict=True):
        assert int.from_bytes(packet[24:26], "big") == picture.sequence
        again = Picture(packet[:24] + packet[26:])
        assert (again.picture, again.base, again.data) == (
            picture.picture, picture.base, picture.data,
        )  # fmt: skip
        assert again.timestamp == picture.timestamp


async def test_a_lost_packet_of_a_size_is_asked_for_and_comes_late(stage: Stage) -> None:
    await stage.unnoticed()
    stage.look(stage.ben, HEIGHTS["q"])
    await stage.until_sees(stage.ben, stage.small.frame(key=True))
    missing = stage.small.sequence
    lost = stage.small.frame(lost=True)
    await stage.until_sees(stage.ben, stage.small.frame())
    asked = await eventually(
        lambda: [
            body
            for kind, form, body in stage.anna.up.feedback()
            if kind == rtcp.TRANSPORT_FEEDBACK and form == rtcp.NACK
        ]
    )
    assert int.from_bytes(asked[0][4:8], "big") == stage.small.ssrc
    assert rtcp.read_nack(asked[0]) == [missing]
    stage.small.repeat(missing)
    pictures = await stage.until_sees(stage.ben, lost)
    goes_on(sorted(pictures[-3:], key=lambda one: one.timestamp))


async def test_sender_is_told_which_sizes_are_wanted(stage: Stage) -> None:
    def told() -> list[tuple[bool, ...]]:
        return [one.layers for one in stage.house.events if isinstance(one, Wanted)]

    assert told() == []  # it begins with the large one, and that is what both see
    await stage.unnoticed()
    stage.look(stage.ben, HEIGHTS["q"])
    await eventually(lambda: told()[-1:] == [(True, True)])
    stage.look(stage.carla, HEIGHTS["q"])
    await eventually(lambda: told()[-1:] == [(True, False)])
    for looker in (stage.ben, stage.carla):
        stage.look(looker, 0)
    await eventually(lambda: told()[-1:] == [(False, False)])
    assert all(
        kind == Kind.VIDEO
        for kind in (one.kind for one in stage.house.events if isinstance(one, Wanted))
    )


async def test_an_unseen_picture_rests_and_comes_back_with_a_key_frame(stage: Stage) -> None:
    stage.look(stage.ben, 0)
    hidden = stage.large.frame(key=True)
    await stage.until_sees(stage.carla, hidden)
    assert not any(one.data == hidden for one in seen(stage.ben, stage.anna))
    stage.look(stage.ben, HEIGHTS["f"])
    delta = stage.large.frame()
    back = stage.large.frame(key=True)
    pictures = await stage.until_sees(stage.ben, back)
    assert not any(one.data == delta for one in pictures)
    goes_on(pictures)


async def test_closed_means_closed_in_every_size(stage: Stage) -> None:
    await stage.unnoticed()
    stage.look(stage.ben, HEIGHTS["q"])
    stage.house.hall.set_audience("room", {"anna": {"carla": frozenset(Kind)}})
    before = len(stage.ben.down.rtp)
    for size in (stage.small, stage.large):
        size.frame(key=True)
    last = stage.large.frame()
    await stage.until_sees(stage.carla, last)
    assert len(stage.ben.down.rtp) == before
