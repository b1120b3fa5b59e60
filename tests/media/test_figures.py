"""The numbers of each stream are those of its packets, each way."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.engine import Kind
from rounds.media.sfu import rtcp
from rounds.media.sfu.figures import ARRIVAL_CYCLE, ARRIVAL_SECOND, CLOCK, Jitter, Pulse, Rate
from tests.media.conftest import House, people
from tests.media.seat import VP8_DELTA
from tests.media.wire import eventually

SECOND = 1_000_000


def source(house: House, seat: str, kind: str) -> dict[str, object]:
    """The numbers of one track that a seat sends."""
    participants = house.hall.statistics()["participants"]
    one = next(one for one in participants if one["seat"] == seat)
    return next(track for track in one["sources"] if track["kind"] == kind)


async def test_what_is_missing_is_counted_until_it_comes(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    anna.video.send()
    missing = anna.video.sequence
    anna.video.packet(VP8_DELTA)  # numbered, never sent
    anna.video.send()
    await ben.until_heard("anna", Kind.VIDEO, 2)
    track = source(house, "anna", "video")
    assert (track["expected"], track["received"], track["missed"]) == (3, 2, 1)
    await eventually(lambda: source(house, "anna", "video")["requested"])
    anna.video.repeat(missing, 1)
    await ben.until_heard("anna", Kind.VIDEO, 3)
    track = source(house, "anna", "video")
    assert (track["expected"], track["received"], track["missed"]) == (3, 3, 1)
    assert track["key_frames_asked"] == 1


async def test_rates_follow_what_is_sent_and_fall_when_it_ends(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")

    def flowing() -> bool:
        anna.audio.send(bytes(100))
        track = source(house, "anna", "audio")
        copy = next(
            one
            for one in house.hall.statistics()["streams"]
            if (one["from"], one["kind"], one["to"]) == ("anna", "audio", "ben")
        )
        rates = (track["packet_rate"], track["bit_rate"], copy["packet_rate"], copy["bit_rate"])
        return all(int(str(rate)) > 0 for rate in rates)

    await eventually(flowing)
    assert int(str(source(house, "anna", "audio")["bit_rate"])) % 800 < 800
    await eventually(lambda: source(house, "anna", "audio")["packet_rate"] == 0)
    await ben.until_heard("anna", Kind.AUDIO, 1)


async def test_what_was_sent_again_is_counted_per_copy(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    anna.video.send()
    (packet,) = await ben.until_heard("anna", Kind.VIDEO, 1)
    ssrc = int.from_bytes(packet[8:12], "big")
    ben.down.send_rtcp(rtcp.nack(1, ssrc, [int.from_bytes(packet[2:4], "big")]))

    def resent() -> dict[str, int]:
        return {one["kind"]: one["resent"] for one in house.hall.statistics()["streams"]}

    await eventually(lambda: resent() == {"audio": 0, "video": 1})


async def test_who_falls_silent_is_quiet_and_still_connected(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    await anna.until_reaches(ben)

    def told() -> dict[str, object]:
        participants = house.hall.statistics()["participants"]
        return next(one for one in participants if one["seat"] == "anna")

    await eventually(lambda: told()["flowing"])
    assert told()["connected"] is True
    await eventually(lambda: float(str(told()["quiet"])) > 1.5)
    assert told()["flowing"] is True, "media flowed when it was last heard"
    anna.up.check()
    await eventually(lambda: float(str(told()["quiet"])) < 1.5)


async def test_a_receiver_is_not_charged_with_what_the_sender_had_lost(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")

    def report(fraction: int) -> None:
        """Say that so many 256ths were lost."""
        heard = ben.heard("anna", Kind.AUDIO)
        ssrc = int.from_bytes(heard[-1][8:12], "big")
        ben.down.send_rtcp(rtcp.receiver_report(1, [rtcp.block(ssrc, fraction, 0, 0, 0, 0)]))

    for number in range(40):
        if number % 4 == 1:
            anna.audio.packet(bytes(9))
        else:
            anna.audio.send()
    await ben.until_heard("anna", Kind.AUDIO, 30)

    def told() -> tuple[float, float]:
        (one,) = [
            one
            for one in house.hall.statistics()["streams"]
            if (one["from"], one["kind"]) == ("anna", "audio")
        ]
        return one["lost"], one["own_lost"]

    report(64)  # a quarter is missing: all of it was missing here already
    await eventually(lambda: told()[0] == 0.25)
    assert told()[1] < 0.01
    for _ in range(40):
        anna.audio.send()
    await ben.until_heard("anna", Kind.AUDIO, 70)
    report(128)
    await eventually(lambda: told() == (0.5, 0.5))


def test_a_rate_is_that_of_its_own_second() -> None:
    rate = Rate()
    rate.count(SECOND, 1000, 100_000)
    assert (rate.packets, rate.bits) == (0, 0)
    rate.count(3 * SECOND, 1100, 110_000)
    assert (rate.packets, rate.bits) == (50, 40_000)
    rate.count(4 * SECOND, 0, 0)  # the track began anew
    assert (rate.packets, rate.bits) == (0, 0)


@given(
    st.sampled_from(Kind),
    st.integers(0, ARRIVAL_CYCLE - 1),
    st.integers(0, (1 << 32) - 1),
    st.lists(st.integers(1, 40), min_size=2, max_size=60),
)
def test_even_packets_have_no_jitter_wherever_clocks_begin_anew(
    kind: Kind, arrival: int, timestamp: int, steps: list[int]
) -> None:
    jitter, now = Jitter(kind), 0
    for step in steps:
        now += 200_000 * step
        arrival = (arrival + ARRIVAL_SECOND * step // 5) % ARRIVAL_CYCLE
        timestamp = (timestamp + CLOCK[kind] * step // 5) % (1 << 32)
        assert jitter.due(now)
        jitter.look(now, timestamp, arrival)
    assert jitter.seconds < 0.0001


def test_jitter_is_the_mean_deviation_of_arrivals() -> None:
    jitter = Jitter(Kind.AUDIO)
    for number in range(400):
        late = 0.010 if number % 2 else 0.0
        jitter.look(number * 200_000, number * 9600, round((number / 5 + late) * ARRIVAL_SECOND))
    assert 0.0099 < jitter.seconds < 0.0101
    assert not jitter.due(399 * 200_000 + 1)


def test_a_pulse_knows_whether_media_flowed() -> None:
    pulse = Pulse(0)
    pulse.look(SECOND, 50, 0, False)
    pulse.look(2 * SECOND, 50, 0, False)
    assert (pulse.quiet(3 * SECOND), pulse.flowing) == (2.0, True)
    pulse.look(3 * SECOND, 50, 0, True)
    assert (pulse.quiet(3 * SECOND), pulse.flowing) == (0.0, False)
    pulse.look(5 * SECOND, 50, 4 * SECOND, False)
    assert pulse.quiet(5 * SECOND) == 0.0
