"""Whose device knows no H.264 hears on, is told why there is no picture, and loses no line."""

from rounds.media.engine import Held, HeldTrack, Kind, Wanted
from tests.media.conftest import House, everyone
from tests.media.filmed import in_h264
from tests.media.seat import Seat
from tests.media.wire import eventually

SEQUENCE_AND_KEY = b"\x78\x00\x04\x67\x42\xe0\x1f\x00\x03\x65\x88\x84"
"""Parameters and a key frame in one packet: no more than their beginnings."""


def held(house: House, seat: str) -> tuple[HeldTrack, ...]:
    """What rests for somebody, as they were told last."""
    told = [event.tracks for event in house.events if isinstance(event, Held) if event.seat == seat]
    return told[-1] if told else ()


def wanted(house: House, seat: str) -> tuple[bool, ...]:
    """Which sizes of their picture somebody is to send, as they were told last."""
    told = [one.layers for one in house.events if isinstance(one, Wanted) and one.seat == seat]
    return told[-1] if told else (True,)


async def films(house: House, name: str) -> Seat:
    """Let somebody come who sends nothing but H.264."""
    seat = house.seat(name)
    await seat.join()
    await seat.publish(in_h264(seat.offer()))
    await seat.up.connect()
    await eventually(lambda: seat.down.remote.user)
    await seat.down.connect()
    return seat


async def watches(house: House, name: str, unknown: str = "") -> Seat:
    """Let somebody come who sends VP8, and perhaps does not know another codec."""
    seat = house.seat(name)
    seat.unknown = unknown
    await seat.come()
    return seat


def picture_lines(seat: Seat) -> list[tuple[str, bool]]:
    """Return codec of the lines for pictures that are offered to somebody, and if rejected."""
    lines = [section for section in seat.down.remote.sections if section.kind == "video"]
    return [(next(iter(line.codecs.values()), ""), line.rejected) for line in lines]


async def see(sender: Seat, receiver: Seat, payload: bytes) -> None:
    """Send until it is seen."""
    before = len(receiver.heard(sender.seat, Kind.VIDEO))

    def arrives() -> bool:
        sender.video.send(payload)
        return len(receiver.heard(sender.seat, Kind.VIDEO)) > before

    await eventually(arrives)


async def test_each_line_names_its_senders_codec(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben", "carla"))
    anna = await films(house, "anna")
    ben, carla = await watches(house, "ben"), await watches(house, "carla")
    for seat in (anna, ben, carla):
        await seat.until_offered(4)
    assert picture_lines(anna) == [("VP8/90000", False), ("VP8/90000", False)]
    assert sorted(picture_lines(ben)) == [("H264/90000", False), ("VP8/90000", False)]
    await see(anna, ben, SEQUENCE_AND_KEY)
    await see(carla, ben, b"\x10\x02\x00\x9d\x01\x2a")
    numbers = {
        name: {packet[1] & 0x7F for packet in ben.heard(name, Kind.VIDEO)}
        for name in ("anna", "carla")
    }
    assert numbers == {"anna": {102}, "carla": {96}}


async def test_who_refuses_hears_on_and_both_are_told(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben"))
    anna, ben = await films(house, "anna"), await watches(house, "ben", unknown="H264")
    told = await eventually(lambda: held(house, "ben"))
    assert told == (HeldTrack("anna", Kind.VIDEO, "codec"),)
    await eventually(lambda: wanted(house, "anna") == (False,))  # nobody sees her
    await anna.until_reaches(ben)
    await see(ben, anna, b"\x10\x02\x00\x9d\x01\x2a")
    for _ in range(5):
        anna.video.send(SEQUENCE_AND_KEY)
    await anna.until_reaches(ben)
    assert ben.heard("anna", Kind.VIDEO) == []


async def test_who_comes_later_sees_it_though_another_refused(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben", "carla"))
    anna, ben = await films(house, "anna"), await watches(house, "ben", unknown="H264")
    await eventually(lambda: wanted(house, "anna") == (False,))
    carla = await watches(house, "carla")
    await eventually(lambda: wanted(house, "anna") == (True,))
    await see(anna, carla, SEQUENCE_AND_KEY)
    assert held(house, "carla") == ()
    assert ben.heard("anna", Kind.VIDEO) == []
    # The one refused line stays rejected, and the newcomer's picture has a fresh one.
    await see(carla, ben, b"\x10\x02\x00\x9d\x01\x2a")
    assert picture_lines(ben) == [("", True), ("VP8/90000", False)]


async def test_one_who_comes_back_costs_no_further_line(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben"))
    anna, ben = await films(house, "anna"), await watches(house, "ben", unknown="H264")
    for _ in range(3):
        await eventually(lambda: held(house, "ben"))
        house.hall.leave("room", "anna")
        await eventually(lambda: held(house, "ben") == ())
        house.seats.remove(anna)
        anna.close()
        anna = await films(house, "anna")
        await anna.until_reaches(ben)
    await eventually(lambda: held(house, "ben"))
    assert picture_lines(ben) == [("", True)]


async def test_a_sender_who_goes_over_to_another_codec_is_seen_again(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben"))
    anna, ben = await watches(house, "anna"), await watches(house, "ben")
    await ben.until_offered(2)
    await see(anna, ben, b"\x10\x02\x00\x9d\x01\x2a")
    first = ben.ssrc("anna", Kind.VIDEO)
    await anna.publish(in_h264(anna.offer()))
    await eventually(lambda: ("H264/90000", False) in picture_lines(ben))
    assert ben.ssrc("anna", Kind.VIDEO) != first
    await see(anna, ben, SEQUENCE_AND_KEY)
    assert {packet[1] & 0x7F for packet in ben.heard("anna", Kind.VIDEO)} == {102}
    await anna.publish()
    await eventually(lambda: picture_lines(ben) == [("VP8/90000", False)])
    await see(anna, ben, b"\x10\x02\x00\x9d\x01\x2a")


async def test_who_knows_no_vp8_sees_h264(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben", "carla"))
    ben = await watches(house, "ben", unknown="VP8")
    anna, carla = await films(house, "anna"), await watches(house, "carla")
    await see(anna, ben, SEQUENCE_AND_KEY)
    await eventually(lambda: HeldTrack("carla", Kind.VIDEO, "codec") in held(house, "ben"))
    assert wanted(house, "carla") == (True,)  # Anna sees her
    await see(carla, anna, b"\x10\x02\x00\x9d\x01\x2a")
