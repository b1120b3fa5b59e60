"""Over bad lines a voice is understood and pictures come whole, and without our means they do not.

The engine's own part, without a browser's mending; `tests/browser/test_bad_lines.py` is the whole.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import pytest

from rounds.bench.description import OPUS, RED, RTX, VP8
from rounds.kernel.tasks import Tasks
from rounds.media.engine import Kind
from rounds.media.sfu import rtcp
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.settings import SfuSettings
from tests.bench.repair import Received, Repairer
from tests.measured import Measured
from tests.media.conftest import House, people
from tests.media.impairment.relay import INSIDE, Relay
from tests.media.impairment.symbols import Understood
from tests.media.impairment.voice import frames, understood, with_repeat
from tests.media.impairment.way import CLEAR, Conditions
from tests.media.seat import VP8_DELTA, Seat
from tests.media.wire import eventually

VOICE_PACE = 0.006
"""Seconds between two packets: three times as fast as speech, below the cap on a voice."""
DAMPED = 3
"""This receiver neither conceals nor decodes in-band FEC: it is held to three times the promise,
which a browser keeps."""
FRAME_PACE, FRAMES, PARTS = 1 / 60, 240, 3


@pytest.fixture
async def lines() -> AsyncIterator[tuple[House, Relay]]:
    """A Hall that peers reach only over the relay."""
    tasks, house = Tasks(), House()
    settings = SfuSettings(port=0, host=INSIDE, addresses=("127.0.0.1",))
    house.hall = Hall(settings, house.note, tasks)
    house.hall.start()
    tasks.start("events", house.pass_on)
    async with Relay(house.hall.port, seed=2198) as relay:
        yield house, relay
    await house.hall.close()
    await tasks.stop()
    for seat in house.seats:
        seat.close()


async def talk(lines: tuple[House, Relay], loss: float, red: bool) -> Understood:
    """Let anna talk to ben while so much is lost on every way; return what ben understood."""
    house, relay = lines
    anna, ben = await people(house, "anna", "ben")
    bad = Conditions(loss)
    relay.change(up=bad, down=bad)
    before = b""
    for frame in frames():
        repeats = red and bool(before)
        said = with_repeat(before, frame) if repeats else frame
        anna.audio.send(said, RED if repeats else OPUS)
        before = frame
        await asyncio.sleep(VOICE_PACE)
    relay.change(up=CLEAR, down=CLEAR)
    last = anna.audio.send(b"\x78the end")
    await eventually(lambda: any(packet.endswith(last) for packet in ben.down.rtp))
    return understood(ben.heard("anna", Kind.AUDIO)[:-1])


@pytest.mark.parametrize(("loss", "share"), [(0.1, 0.99), (0.2, 0.97)])
async def test_a_voice_is_understood_though_much_of_it_is_lost_on_each_way(
    lines: tuple[House, Relay], measured: Measured, loss: float, share: float
) -> None:
    heard = await talk(lines, loss, red=True)
    measured(f"at {loss:.0%} loss each way, before any concealment", heard)
    assert 1 - heard.share <= DAMPED * (1 - share)
    assert heard.said >= 190


async def test_the_same_voice_without_repeats_is_not(
    lines: tuple[House, Relay], measured: Measured
) -> None:
    heard = await talk(lines, 0.2, red=False)
    measured("at 20% loss each way, no redundant audio (control)", heard)
    assert 1 - heard.share > DAMPED * 0.03
    assert lines[0].hall.statistics()["filled"] == 0


async def film(lines: tuple[House, Relay], repairs: bool) -> float:
    """Let anna film for ben at 5 % loss and 50 ms each way; return the share of whole frames."""
    house, relay = lines
    anna, ben = await people(house, "anna", "ben")
    repairer = Repairer(ben.ssrc("anna", Kind.VIDEO))
    if repairs:
        anna.up.on_rtcp = resends(anna)
    bad = Conditions(0.05, delay=0.05)
    relay.change(up=bad, down=bad)
    loop, done = asyncio.get_running_loop(), 0

    def take() -> None:
        nonlocal done
        for packet in ben.down.rtp[done:]:
            again = packet[1] & 0x7F == RTX
            if again or packet[1] & 0x7F == VP8:
                number = int.from_bytes(packet[24:26] if again else packet[2:4], "big")
                time = int.from_bytes(packet[4:8], "big")
                received = Received(time, bool(packet[1] & 0x80), loop.time())
                repairer.arrived(number, received, again)
        done = len(ben.down.rtp)
        nack = repairer.ask(loop.time(), 1) if repairs else None
        if nack is not None:
            ben.down.send_rtcp(nack)

    for _ in range(FRAMES):
        for part in range(PARTS):
            anna.up.send_rtp(anna.video.packet(VP8_DELTA + bytes(200), last=part == PARTS - 1))
        await asyncio.sleep(FRAME_PACE)
        take()
    for _ in range(50):  # what is asked for may still come
        await asyncio.sleep(0.02)
        take()
    _, whole = repairer.frames(3000)
    return whole / FRAMES


def resends(anna: Seat) -> Callable[[bytes], None]:
    """Return what answers the engine's requests as a browser does, with RTX."""
    numbers = itertools.count(1)

    def answer(compound: bytes) -> None:
        for kind, form, body in rtcp.packets(compound):
            if (kind, form) == (rtcp.TRANSPORT_FEEDBACK, rtcp.NACK):
                for sequence in set(rtcp.read_nack(body)) & anna.video.sent.keys():
                    anna.video.repeat(sequence, next(numbers) & 0xFFFF)

    return answer


async def test_pictures_come_whole_and_without_retransmission_they_do_not(
    lines: tuple[House, Relay], measured: Measured
) -> None:
    whole = await film(lines, repairs=True)
    measured("whole frames at 5 % loss and 50 ms each way", f"{whole:.1%}")
    assert whole >= 0.85


async def test_with_retransmission_refused_pictures_are_torn(
    lines: tuple[House, Relay], measured: Measured
) -> None:
    whole = await film(lines, repairs=False)
    measured(
        "whole frames at 5 % loss and 50 ms each way, no retransmission (control)", f"{whole:.1%}"
    )
    assert whole < 0.85
