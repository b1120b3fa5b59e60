"""What one seat sends reaches the others unchanged, in order, as a stream of its own."""

from rounds.media.engine import Kind
from rounds.media.sfu import rtcp
from tests.media.conftest import House, people
from tests.media.seat import Stream, payload
from tests.media.wire import eventually


async def test_voice_and_face_reach_everyone_else(house: House) -> None:
    anna, ben, carla = await people(house, "anna", "ben", "carla")
    said = [anna.audio.send() for _ in range(5)]
    shown = [anna.video.send() for _ in range(5)]
    for listener in (ben, carla):
        await listener.until_heard("anna", Kind.VIDEO, 5)
        assert [payload(p) for p in listener.heard("anna", Kind.AUDIO)] == said
        assert [payload(p) for p in listener.heard("anna", Kind.VIDEO)] == shown
    assert not anna.down.rtp


async def test_each_copy_has_a_source_of_its_own_and_only_our_extensions(house: House) -> None:
    anna, ben, carla = await people(house, "anna", "ben", "carla")
    anna.audio.send()
    packets = []
    for listener in (ben, carla):
        packets += await listener.until_heard("anna", Kind.AUDIO, 1)
    assert len({packet[8:12] for packet in packets}) == 2
    for packet in packets:
        assert int.from_bytes(packet[8:12], "big") != anna.audio.ssrc
        assert packet[12:16] == b"\xbe\xde\x00\x02"
        assert packet[16] == 0x20
        assert packet[17] == 0x1E  # the level that was sent
        assert packet[18] == 0x32


async def test_senders_clock_goes_along_with_the_copys_own_source(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    for _ in range(3):
        anna.audio.send(b"\x78" + bytes(9))
    await ben.until_heard("anna", Kind.AUDIO, 3)
    anna.up.send_rtcp(rtcp.sender_report(anna.audio.ssrc, 0x1234_5678_9ABC_DEF0, 4711, 3, 30))
    told = await eventually(
        lambda: [body for kind, _, body in ben.down.feedback() if kind == rtcp.SENDER_REPORT]
    )
    ssrc = ben.ssrc("anna", Kind.AUDIO)
    assert rtcp.read_sender_report(told[0]) == (ssrc, 0x1234_5678_9ABC_DEF0, 4711)
    assert told[0][16:24] == (3).to_bytes(4, "big") + (30).to_bytes(4, "big")


async def test_a_new_receiver_asks_the_sender_for_a_key_frame_at_once(house: House) -> None:
    anna, _ = await people(house, "anna", "ben")
    asked = await eventually(
        lambda: [body for kind, _, body in anna.up.feedback() if kind == rtcp.PAYLOAD_FEEDBACK]
    )
    assert int.from_bytes(asked[0][4:8], "big") == anna.video.ssrc


async def test_sender_hears_of_arrivals_and_reception(house: House) -> None:
    anna, _ = await people(house, "anna", "ben")

    def kinds() -> set[tuple[int, int]]:
        anna.video.send()
        return {(kind, form) for kind, form, _ in anna.up.feedback()}

    await eventually(lambda: (rtcp.TRANSPORT_FEEDBACK, rtcp.TRANSPORT_WIDE) in kinds())
    await eventually(lambda: any(kind == rtcp.RECEIVER_REPORT for kind, _ in kinds()))


async def test_who_joins_again_is_heard_again_on_the_same_lines(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    lines = [section.mid for section in ben.down.remote.sections]
    house.seats.remove(anna)
    again = house.seat("anna")
    await again.come()
    await eventually(lambda: again.generation and len(ben.tracks) == 2)
    await again.until_reaches(ben)
    assert [section.mid for section in ben.down.remote.sections] == lines
    anna.close()


async def test_screen_is_the_second_video(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    offer = anna.offer().replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 2")
    video = offer[offer.index("m=video") :]
    second = video.replace("a=mid:1", "a=mid:2")
    screen = anna.video.ssrc ^ 0x55
    for old, new in ((anna.video.ssrc, screen), (anna.video.repair, screen ^ 0x0F)):
        second = second.replace(str(old), str(new))
    await anna.publish(offer + second)
    await eventually(lambda: ("anna", Kind.SCREEN) in ben.tracks.values())
    assert set(ben.tracks.values()) == {("anna", kind) for kind in Kind}
    await anna.publish(offer.replace("a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0 1"))
    await eventually(lambda: ("anna", Kind.SCREEN) not in ben.tracks.values())


async def test_a_new_source_on_the_same_line_is_a_new_track(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    await anna.until_reaches(ben)
    before = ben.ssrc("anna", Kind.AUDIO)
    anna.audio = Stream(anna.up, "audio")
    await anna.publish()
    await eventually(lambda: ben.ssrc("anna", Kind.AUDIO) != before)
    await anna.until_reaches(ben)


async def test_statistics_tell_of_each_way_and_of_no_address(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    await anna.until_reaches(ben)
    numbers = house.hall.statistics()
    ways = {(way["from"], way["to"], way["kind"]) for way in numbers["streams"]}
    assert ("anna", "ben", "audio") in ways
    assert len(ways) == 4
    assert "127.0.0.1" not in str(numbers)


async def test_a_receiver_that_asks_learns_its_round_trip(house: House) -> None:
    _, ben = await people(house, "anna", "ben")
    ben.down.send_rtcp(bytes.fromhex("80cf0004 00000001 04000002 eeb2c657caa3df6d"))
    told = await eventually(
        lambda: [body for kind, _, body in ben.down.feedback() if kind == rtcp.EXTENDED_REPORT]
    )
    ssrc = int.from_bytes(told[0][:4], "big")
    assert ssrc in {ben.ssrc("anna", kind) for kind in (Kind.AUDIO, Kind.VIDEO)}
    assert told[0][4:] == bytes.fromhex("05000003 00000001 c657caa3 00000000")
    assert "a=rtcp-xr:rcvr-rtt=all" in ben.offers[-1].sdp
