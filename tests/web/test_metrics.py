"""A monitor with the token reads numbers of everything and of nobody; a stranger finds nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from rounds.app import CONNECTION_WATCH
from rounds.kernel.config import Settings
from rounds.media.sfu.counters import Counters
from rounds.metrics import RECEIVED, REFUSED, REPAIRS
from tests.making.browser import Browser
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.visits import make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "a monitor's own token of forty letters.."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(folder: Path) -> AsyncIterator[House]:
    """A house whose monitor has a token."""
    token = folder / "metrics-token"
    token.write_text(TOKEN + "\n")
    settings = make_settings(folder, "").model_copy(update={"metrics_token_file": token})
    async with running(settings) as house:
        yield house


async def read(house: House, token: str = TOKEN) -> str:
    answer = await house.browser().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    return answer.text


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample, read by the library's own parser."""
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


async def test_everything_a_monitor_needs_is_there(watched: House) -> None:
    found = samples(await read(watched))
    names = {name for name, _ in found}
    assert {
        "rounds_media_up", "rounds_media_native", "rounds_media_rooms", "rounds_media_seats",
        "rounds_media_packets_sent_total", "rounds_media_loop_lag_seconds",
        "rounds_media_restarts_total", "rounds_joins_total",
        "rounds_joins_refused_total", "rounds_sockets", "rounds_cpu_seconds_total",
        "rounds_loop_lag_seconds_bucket", "rounds_connection_round_trip_seconds_bucket",
        "rounds_client_frames_per_second_bucket",
        "rounds_client_concealed_seconds_total", "rounds_client_freezes_total",
    } <= names  # fmt: skip
    assert found["rounds_media_up", ()] == 1
    assert found["rounds_media_restarts_total", ()] == 0
    for process in ("web", "media"):
        assert found["rounds_cpu_seconds_total", (("process", process),)] > 0


async def test_every_cause_of_a_refused_packet_is_told() -> None:
    known = set(Counters().report()) | {"lost_in_buffer"}
    told = {*RECEIVED, *REFUSED, *REPAIRS, "faults"}
    assert known - told == {"batches", "feedback", "tcp", "probes"}  # nothing of these is refused
    assert told <= known


async def test_numbers_follow_what_happens_and_name_nobody(watched: House) -> None:
    before = samples(await read(watched))
    visit = await make_visit(watched.units)
    link = visit.link(visit.patient)
    console = await (await watched.signed_in(visit.gp)).staff_room(visit.id)
    guest = await (await watched.guest(link)).guest_room(link)
    await guest.ask("knock")
    await console.ask("admit_all")
    for line in (console, guest):
        ticket = await line.ask("ticket")
        await watched.browser().line("/media", {"token": ticket["token"]})
    await watched.app[CONNECTION_WATCH].look()
    text = await read(watched)
    after = samples(text)
    assert after["rounds_joins_total", ()] == before["rounds_joins_total", ()] + 2
    assert after["rounds_media_seats", ()] == 2
    # However many meet, there are as many series as before: no label names a person or a room.
    assert set(after) == set(before) | {
        key for key in after if key[0].startswith("rounds_connection_loss_ratio")
    }
    assert len(after) < 200
    ids = (visit.id, visit.room, visit.gp.id, visit.patient.id, visit.seat(visit.gp))
    for one in (*ids, "127.0.0.1", visit.patient.name):
        assert one not in text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer é\u00ff"},
        {"Authorization": "Bearer " + "x" * 4000},
    ],
    ids=lambda headers: str(headers)[:40],
)
async def test_a_stranger_finds_what_stands_at_no_address(
    watched: House, headers: dict[str, str]
) -> None:
    browser = watched.browser()
    nowhere = await browser.get("/nowhere", headers=headers)
    answer = await browser.get("/metrics", headers=headers)
    assert answer.status == nowhere.status == 404
    assert answer.text.replace("/metrics", "/nowhere") == nowhere.text


async def test_bytes_that_are_no_text_are_no_token(watched: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", watched.settings.port)
    writer.write(
        b"GET /metrics HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n"
        b"Authorization: Bearer \xff\xfe\xc3(\r\n\r\n" % watched.settings.port
    )
    async with asyncio.timeout(5):
        status = await reader.readline()
    writer.close()
    assert b" 404 " in status or b" 400 " in status


async def test_neither_staff_nor_a_weak_token_opens_it(house: House, watched: House) -> None:
    visit = await make_visit(watched.units)
    assert (await (await watched.signed_in(visit.gp)).get("/metrics")).status == 404
    assert await status(house, "") == 404, "without the setting there is no door"
    token = watched.settings.metrics_token_file
    assert token is not None
    token.write_text("short")
    assert await status(watched, "short") == 404
    token.unlink()
    assert await status(watched, "") == 404
    token.write_text(TOKEN)
    assert await status(watched, TOKEN) == 200


async def status(house: House, token: str) -> int:
    browser: Browser = house.browser()
    headers = {"Authorization": f"Bearer {token}"}
    return (await browser.get("/metrics", headers=headers)).status


async def test_the_door_is_closed_unless_somebody_opens_it() -> None:
    assert Settings.model_fields["metrics_token_file"].default is None
