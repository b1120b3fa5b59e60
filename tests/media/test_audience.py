"""The matrix decides: nothing of a closed pair passes, neither media nor reports nor repeats."""

from collections.abc import Iterable

from rounds.media.engine import Audience, Kind
from rounds.media.sfu import rtcp
from tests.media.conftest import ALL, House, everyone, people
from tests.media.seat import Seat, payload
from tests.media.wire import eventually

VOICE = frozenset({Kind.AUDIO})


def without(audience: Audience, pairs: Iterable[tuple[str, str]]) -> Audience:
    """Close some pairs of a matrix."""
    closed = set(pairs)
    return {
        a: {b: kinds for b, kinds in row.items() if (a, b) not in closed}
        for a, row in audience.items()
    }


async def speak(sender: Seat, witness: Seat) -> bytes:
    """Send one packet of each kind and wait until the witness has both."""
    before = len(witness.heard(sender.seat, Kind.VIDEO))
    said = sender.audio.send()
    sender.video.send()
    await witness.until_heard(sender.seat, Kind.VIDEO, before + 1)
    return said


async def test_a_room_without_matrix_is_closed_to_all(house: House) -> None:
    anna, ben = house.seat("anna"), house.seat("ben")
    for person in (anna, ben):
        await person.come()
    for _ in range(3):
        anna.audio.send()
        anna.video.send()
    anna.up.send_rtcp(rtcp.sender_report(anna.audio.ssrc, 1 << 40, 1, 1, 1))
    await eventually(lambda: house.hall.statistics()["rtp"] == 6)
    assert ben.down.raw == []
    assert ben.tracks == {}


async def test_closing_a_pair_ends_media_and_reports_to_that_receiver_only(house: House) -> None:
    anna, ben, carla = await people(house, "anna", "ben", "carla")
    await speak(anna, ben)
    await speak(anna, carla)
    house.hall.set_audience("room", without(everyone("anna", "ben", "carla"), [("anna", "ben")]))
    before = len(ben.down.raw)
    for _ in range(5):
        await speak(anna, carla)
        anna.up.send_rtcp(rtcp.sender_report(anna.audio.ssrc, 1 << 40, 1, 1, 1))
    await eventually(lambda: any(kind == 200 for kind, _, _ in carla.down.feedback()))
    assert len(ben.down.raw) == before
    await ben.until_offered(2)
    assert {seat for seat, _ in ben.tracks.values()} == {"carla"}


async def test_a_closed_receiver_gets_no_repeats_and_its_requests_end_here(house: House) -> None:
    anna, ben, carla = await people(house, "anna", "ben", "carla")
    for _ in range(4):
        await speak(anna, carla)
    ssrc = ben.ssrc("anna", Kind.VIDEO)
    heard = await ben.until_heard("anna", Kind.VIDEO, 4)
    numbers = [int.from_bytes(packet[2:4], "big") for packet in heard]
    house.hall.set_audience("room", without(everyone("anna", "ben", "carla"), [("anna", "ben")]))
    asked = house.hall.statistics()["key_frames_asked"]
    before, control = len(ben.down.raw), house.hall.statistics()["rtcp"]
    ben.down.send_rtcp(rtcp.nack(1, ssrc, numbers))
    ben.down.send_rtcp(rtcp.picture_loss(1, ssrc))
    await eventually(lambda: house.hall.statistics()["rtcp"] >= control + 2)
    await speak(anna, carla)
    assert len(ben.down.raw) == before
    assert house.hall.statistics()["key_frames_asked"] == asked


async def test_reopened_pair_goes_on_with_the_next_number_and_without_what_was_closed(
    house: House,
) -> None:
    anna, ben, carla = await people(house, "anna", "ben", "carla")
    await speak(anna, ben)
    closed = without(everyone("anna", "ben", "carla"), [("anna", "ben")])
    house.hall.set_audience("room", closed)
    secret = [await speak(anna, carla) for _ in range(7)]
    house.hall.set_audience("room", everyone("anna", "ben", "carla"))
    await ben.until_offered(4)
    await eventually(lambda: anna.audio.send() and len(ben.heard("anna", Kind.AUDIO)) > 1)
    heard = ben.heard("anna", Kind.AUDIO)
    numbers = [int.from_bytes(packet[2:4], "big") for packet in heard]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert not {payload(packet) for packet in heard} & set(secret)


async def test_an_opened_video_asks_for_a_key_frame_at_once(house: House) -> None:
    _anna, ben = await people(house, "anna", "ben")
    house.hall.set_audience("room", {"anna": {"ben": VOICE}})
    await ben.until_offered(1)
    asked = house.hall.statistics()["key_frames_asked"]
    house.hall.set_audience("room", {"anna": {"ben": ALL}})
    await ben.until_offered(2)
    await eventually(lambda: house.hall.statistics()["key_frames_asked"] > asked)


async def test_kinds_are_opened_one_by_one(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    house.hall.set_audience("room", {"anna": {"ben": VOICE}})
    await ben.until_offered(1)
    before = len(ben.heard("anna", Kind.VIDEO))
    anna.video.send()
    said = anna.audio.send()
    heard = await ben.until_heard("anna", Kind.AUDIO, 1)
    assert payload(heard[-1]) == said
    assert len(ben.heard("anna", Kind.VIDEO)) == before


async def test_lines_are_used_again_instead_of_growing(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    for _ in range(5):
        house.hall.set_audience("room", {})
        await ben.until_offered(0)
        house.hall.set_audience("room", everyone("anna", "ben"))
        await ben.until_offered(2)
    assert [section.mid for section in ben.down.remote.sections] == ["0", "1"]
    await speak(anna, ben)


async def test_a_persons_own_track_comes_back_when_the_matrix_says_so(house: House) -> None:
    house.hall.set_audience("room", {"anna": {"anna": ALL}})
    anna = house.seat("anna")
    await anna.come()
    await anna.until_offered(2)
    await anna.until_reaches(anna)


async def test_rooms_do_not_hear_each_other(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    house.hall.set_audience("other", everyone("anna", "ben"))
    other = house.seat("ben2", room="other")
    await other.come()
    await speak(anna, ben)
    assert other.down.raw == []
    assert other.tracks == {}
