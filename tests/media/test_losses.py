"""What the network loses is asked for upstream and answered downstream, within bounds."""

import random

from rounds.media.engine import Kind, Sight
from rounds.media.sfu import rtcp
from rounds.media.sfu.down_track import LEAST_REPEATED
from tests.media.conftest import House, people
from tests.media.seat import VP8_DELTA, Seat, payload
from tests.media.wire import eventually


def numbers_asked(person: Seat) -> list[int]:
    """Every sequence number the engine has asked this sender for."""
    return [
        number
        for kind, form, body in person.up.feedback()
        if (kind, form) == (rtcp.TRANSPORT_FEEDBACK, rtcp.NACK)
        for number in rtcp.read_nack(body)
    ]


async def test_a_gap_is_asked_for_and_the_repeat_is_restored(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    shown = [anna.video.send()]
    missing = anna.video.sequence
    anna.video.packet(lost := VP8_DELTA + b"the lost one")  # numbered, never sent
    shown.append(anna.video.send())
    await eventually(lambda: missing in numbers_asked(anna))
    assert set(numbers_asked(anna)) == {missing}
    anna.video.repeat(missing, 1)
    heard = await ben.until_heard("anna", Kind.VIDEO, 3)
    assert [payload(packet) for packet in heard] == [shown[0], shown[1], lost]
    numbers = [int.from_bytes(packet[2:4], "big") for packet in heard]
    assert numbers[2] - numbers[0] == 1
    assert numbers[1] - numbers[0] == 2


async def test_a_repeat_that_came_twice_is_forwarded_once(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    first = anna.video.sequence
    anna.video.send()
    anna.video.send()
    anna.video.repeat(first, 1)
    anna.video.repeat(first, 2)
    last = anna.video.send()
    heard = await ben.until_heard("anna", Kind.VIDEO, 3)
    assert payload(heard[-1]) == last
    assert len(heard) == 3


async def test_a_missing_packet_is_given_up_after_ten_requests(house: House) -> None:
    anna, _ = await people(house, "anna", "ben")
    anna.video.send()
    missing = anna.video.sequence
    anna.video.packet(VP8_DELTA)
    anna.video.send()
    await eventually(lambda: numbers_asked(anna).count(missing) == 10)
    seen = len(anna.up.rtcp)
    await eventually(lambda: len(anna.up.rtcp) > seen + 1)  # two reports later
    assert numbers_asked(anna).count(missing) == 10


async def test_receivers_losses_are_repaired_from_the_cache(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    chance = random.Random(5)
    anna.video.send()
    begun = len(await ben.until_heard("anna", Kind.VIDEO, 1))
    ssrc = ben.ssrc("anna", Kind.VIDEO)
    ben.down.lose = lambda _packet: chance.random() < 0.05
    shown = [anna.video.send() for _ in range(200)]
    repaired: dict[int, bytes] = {}

    def complete() -> bool:
        for packet in ben.down.rtp:
            if packet[1] & 0x7F == 97:  # RTX: the original's number stands before the data
                repaired[int.from_bytes(packet[24:26], "big")] = packet[26:]
        for packet in ben.heard("anna", Kind.VIDEO)[begun:]:
            repaired[int.from_bytes(packet[2:4], "big")] = payload(packet)
        first, last = min(repaired, default=0), max(repaired, default=0)
        gaps = [number for number in range(first, last) if number not in repaired]
        if gaps:
            ben.down.send_rtcp(rtcp.nack(1, ssrc, gaps))
        return not gaps and len(repaired) >= len(shown) - 3

    await eventually(complete)
    assert house.hall.statistics()["resent"] > 0
    assert set(repaired.values()) <= set(shown)


async def test_one_receivers_endless_requests_cost_the_sender_few_key_frames(house: House) -> None:
    _anna, ben = await people(house, "anna", "ben")
    ssrc = ben.ssrc("anna", Kind.VIDEO)
    before = house.hall.statistics()
    for _ in range(60):
        ben.down.send_rtcp(rtcp.picture_loss(1, ssrc))
    await eventually(lambda: house.hall.statistics()["rtcp"] >= before["rtcp"] + 60)
    assert house.hall.statistics()["key_frames_asked"] - before["key_frames_asked"] <= 1


async def test_requests_cannot_multiply_traffic(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    for _ in range(20):
        anna.video.send(VP8_DELTA + bytes(900))
    heard = await ben.until_heard("anna", Kind.VIDEO, 20)
    numbers = [int.from_bytes(packet[2:4], "big") for packet in heard]
    ssrc = ben.ssrc("anna", Kind.VIDEO)
    before = house.hall.statistics()
    for _ in range(80):
        ben.down.send_rtcp(rtcp.nack(1, ssrc, numbers))
    await eventually(lambda: house.hall.statistics()["rtcp"] >= before["rtcp"] + 80)
    resent = house.hall.statistics()["resent"] - before["resent"]
    # A second may have begun meanwhile; half of what was sent before is less than this, too.
    assert 5 <= resent <= 2 * LEAST_REPEATED / 900 + 2


async def test_of_a_picture_that_rests_nothing_is_sent_again(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    for _ in range(5):
        anna.video.send()
    heard = await ben.until_heard("anna", Kind.VIDEO, 5)
    numbers = [int.from_bytes(packet[2:4], "big") for packet in heard]
    request = rtcp.nack(1, ben.ssrc("anna", Kind.VIDEO), numbers)
    ben.down.send_rtcp(request)
    await eventually(lambda: house.hall.statistics()["resent"] == 5)
    house.hall.look("room", "ben", ben.generation, [Sight("anna", Kind.VIDEO, 0)])
    before = house.hall.statistics()["rtcp"]
    ben.down.send_rtcp(request)
    await eventually(lambda: house.hall.statistics()["rtcp"] > before)
    assert house.hall.statistics()["resent"] == 5
