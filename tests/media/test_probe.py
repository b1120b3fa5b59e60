"""A probe is answered, and that is all it gets."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.tasks import Tasks
from rounds.media.probe import (
    LONGEST_SECONDS,
    PROBES_PER_SECOND,
    Probe,
    Probes,
    answers,
    new_probe,
    probe_request,
)
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.settings import SfuSettings

KEY = "k" * 32


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    """The engine on loopback, which takes probes."""
    tasks = Tasks()
    serving = Hall(SfuSettings(port=0, host="127.0.0.1", probe_key=KEY), lambda _: None, tasks)
    serving.start()
    yield serving
    await serving.close()
    await tasks.stop()


async def answer(hall: Hall, probe: Probe, seconds: float) -> bytes | None:
    """What comes back, None when nothing does for so long."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.connect(("127.0.0.1", hall.port))
        line.send(bytes(probe_request(probe.ufrag, probe.password)))
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                return await loop.sock_recv(line, 2048)
        except TimeoutError:
            return None


async def test_a_probe_learns_where_it_came_from_and_opens_nothing(hall: Hall) -> None:
    probe = new_probe(KEY, time.time() + 60)
    told = await answer(hall, probe, 5)
    assert told is not None
    message = stun.parse_message(told)
    assert message.attributes["XOR-MAPPED-ADDRESS"][0] == "127.0.0.1"
    assert message.check_message_integrity(probe.password.encode())
    counted = hall.statistics()
    assert (counted["probes"], counted["connections"], counted["rooms"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("key", "seconds"),
    [("other" * 7, 60), (KEY, -1), (KEY, LONGEST_SECONDS + 60)],
    ids=["another key", "run out", "too far ahead"],
)
async def test_any_other_probe_hears_nothing(hall: Hall, key: str, seconds: float) -> None:
    before = hall.statistics()
    assert await answer(hall, new_probe(key, time.time() + seconds), 0.3) is None
    after = hall.statistics()
    assert after["stun_forged"] + after["stun_unknown"] == 1
    assert (after["probes"], after["sent"]) == (0, before["sent"])


async def test_a_name_with_anothers_password_hears_nothing(hall: Hall) -> None:
    good, other = new_probe(KEY, time.time() + 60), new_probe(KEY, time.time() + 61)
    assert await answer(hall, Probe(good.ufrag, other.password), 0.3) is None


def test_probes_are_bounded_per_second() -> None:
    probes, ufrag = Probes(KEY), new_probe(KEY, time.time() + 60).ufrag
    began = time.time()
    taken = sum(probes.of(ufrag) is not None for _ in range(10 * PROBES_PER_SECOND))
    assert taken <= PROBES_PER_SECOND * (int(time.time()) - int(began) + 1)
    assert taken >= PROBES_PER_SECOND


def test_without_a_key_nobody_is_answered() -> None:
    assert Probes("").of(new_probe("", time.time() + 60).ufrag) is None


@given(st.text(max_size=40))
def test_any_name_raises_nothing(text: str) -> None:
    Probes(KEY).of("probe/" + text)


@given(st.binary(max_size=200))
def test_any_datagram_is_an_answer_or_none(datagram: bytes) -> None:
    assert not answers(datagram, probe_request("probe/1", "p"), "p")
