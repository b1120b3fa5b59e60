"""What is shown and written down of connections: by real packets, on both databases."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from rounds.app import CONNECTION_WATCH
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.rooms.connections import Connections
from rounds.rooms.figures import Span
from rounds.rooms.quality import GOOD
from rounds.rooms.records import write_records
from rounds.rooms.records_model import ConnectionRecord
from rounds.rooms.tally import Tally
from tests.making.browser import Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_staff
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually
from tests.rooms.caller import Caller

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

REPORT = {
    "freezes": 2, "frozen": 400, "watched": 4000, "heard": 9000, "concealed": 90, "height": 360,
    "frames_per_second": 24, "codecs": ["opus", "VP8"], "path": "relay", "protocol": "tls",
}  # fmt: skip


TOO_MUCH = 1 << 80
"""More than any column holds."""


class Meeting:
    """A visit in which the GP and the patient hear each other."""

    def __init__(self, house: House, visit: MadeVisit, gp: Caller, patient: Caller) -> None:
        self.house, self.visit, self.gp, self.patient = house, visit, gp, patient
        self.seat = visit.seat(visit.patient)

    async def look(self) -> None:
        """Let the server look once, as it does every two seconds."""
        await self.house.app[CONNECTION_WATCH].look()

    async def record(self) -> ConnectionRecord | None:
        """What is written down about the patient's connection."""
        async with self.house.units.reading(SYSTEM) as unit:
            found = await unit.session.execute(
                select(ConnectionRecord).where(ConnectionRecord.seat_id == self.seat)
            )
            return found.scalar_one_or_none()

    async def until_shown(self, caller: Caller, quality: str, cause: str) -> None:
        """Wait until the patient's connection is shown to somebody as that."""
        wanted = {"quality": quality, "cause": cause}

        def shown(_: object) -> bool:
            people = caller.room.state["people"]
            return any(one["seat"] == self.seat and one["connection"] == wanted for one in people)

        await caller.room.until("room_changed", shown)


@pytest_asyncio.fixture(loop_scope="module")
async def meeting(house: House) -> AsyncIterator[Meeting]:
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    staff, home = await house.signed_in(visit.gp), await house.guest(link)
    console, guest = await staff.staff_room(visit.id), await home.guest_room(link)
    await guest.ask("knock")
    await console.ask("admit_all")
    gp, patient = Caller(staff, console), Caller(home, guest)
    for caller in (gp, patient):
        await caller.come()
    await gp.answer()
    yield Meeting(house, visit, gp, patient)
    gp.close()
    patient.close()


async def test_a_weak_connection_is_shown_to_everybody_and_good_again_later(
    meeting: Meeting,
) -> None:
    patient = meeting.patient
    await meeting.look()
    for _ in range(3):
        patient.speak(100, lose_every=5)
        await _arrived(meeting)
        await meeting.look()
    for caller in (meeting.gp, patient):
        await meeting.until_shown(caller, "weak", "sending")
    told = len(meeting.gp.room.told("room_changed"))
    for _ in range(4):
        patient.speak(100)
        await _arrived(meeting)
        await meeting.look()
    for caller in (meeting.gp, patient):
        await meeting.until_shown(caller, "good", "")
    assert len(meeting.gp.room.told("room_changed")) <= told + 2, "told when it changes, not else"


async def _arrived(meeting: Meeting) -> None:
    """Wait until the engine has taken what the patient sent."""
    newest = (meeting.patient.audio.sequence - 1) & 0xFFFF

    async def taken() -> bool:
        told = await meeting.house.media.statistics()
        one = next(one for one in told["participants"] if one["seat"] == meeting.seat)
        (track,) = [track for track in one["sources"] if track["kind"] == "audio"]
        first = meeting.patient.audio.sequence - len(meeting.patient.audio.sent)
        return int(track["expected"]) == newest - first + 1

    await eventually(taken)


async def test_the_record_is_written_when_the_person_goes_and_names_no_way_back(
    meeting: Meeting,
) -> None:
    await meeting.patient.media.ask("report", **REPORT)
    await meeting.look()
    await meeting.patient.room.ask("leave")
    await meeting.house.app[CONNECTION_WATCH].write()
    record = await meeting.record()
    assert record is not None
    assert record.ended_at is not None
    assert (record.freezes, record.concealed_ms, record.height) == (2, 90, 360)
    assert (record.codecs, record.path, record.protocol) == ("VP8, opus", "relay", "tls")
    assert record.browser == "", "the tests' own program says of itself that it is none of those"
    assert "127.0.0.1" not in str(vars(record))


async def test_coming_again_by_itself_is_a_reconnection_and_leaving_is_none(
    meeting: Meeting,
) -> None:
    house, caller = meeting.house, meeting.patient
    again = Caller(caller.browser, caller.room)
    await again.come()
    await house.app[CONNECTION_WATCH].write()
    record = await meeting.record()
    assert record is not None
    assert (record.reconnections, record.ended_at) == (1, None)
    await caller.room.ask("leave")
    await house.app[CONNECTION_WATCH].write()
    await caller.room.ask("knock")
    third = Caller(caller.browser, caller.room)
    await third.come()
    await meeting.look()
    await house.app[CONNECTION_WATCH].write()
    record = await meeting.record()
    assert record is not None
    assert (record.reconnections, record.ended_at) == (1, None)
    for one in (again, third):
        one.close()


async def test_the_end_of_the_visit_closes_every_record(meeting: Meeting) -> None:
    await meeting.look()
    await meeting.gp.room.ask("end")

    async def ended() -> bool:
        record = await meeting.record()
        return record is not None and record.ended_at is not None

    await eventually(ended)


async def test_what_a_killed_server_had_written_goes_on_as_one_reconnection(house: House) -> None:
    visit = await make_visit(house.units)
    seat = visit.seat(visit.patient)
    for _ in range(2):  # two lives of a server over one database
        connections = Connections()
        connections.arrived(visit.room, seat, "Chrome, Android")
        tally = Tally()
        tally.look(Span(100, 10, round_trip=0.04), GOOD, 30.0)
        connections.give_back({(visit.room, seat): tally})
        await write_records(house.units, connections)
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(ConnectionRecord).where(ConnectionRecord.seat_id == seat)
        )
        record = found.scalar_one()
    assert (record.present_ms, record.up_packets, record.up_lost) == (60_000, 200, 20)
    assert (record.reconnections, record.browser) == (1, "Chrome, Android")


async def test_what_cannot_be_written_waits(house: House) -> None:
    visit = await make_visit(house.units)
    key = (visit.room, visit.seat(visit.patient))
    connections = Connections()
    connections.arrived(*key, "")
    connections.give_back({key: Tally(present_ms=TOO_MUCH), (visit.room, new_id()): Tally()})
    with pytest.raises((OverflowError, DBAPIError)):
        await write_records(house.units, connections)
    waiting = connections.take()
    assert waiting[key].present_ms == TOO_MUCH
    connections.give_back({key: Tally(present_ms=1000)})
    await write_records(house.units, connections)
    assert connections.take() == {}


HOSTILE: list[dict[str, object]] = [
    {"freezes": -1},
    {"heard": 10**18},
    {"heard": "much"},
    {"path": "192.0.2.7"},
    {"codecs": ["opus", "<b>"]},
    {"codecs": ["opus"] * 100},
    {"seat": "somebody else's"},
    {"protocol": "udp\x00"},
    {"protocol": "ᵤdp"},
    {"frozen": None},
    {"height": {"$gt": 0}},
]


async def test_reports_come_in_their_shape_seldom_and_from_those_inside(meeting: Meeting) -> None:
    media = meeting.patient.media
    for told in HOSTILE:
        assert await media.refused("report", **(REPORT | told)) == "invalid", told
    staff = meeting.gp.media
    await staff.ask("report", **REPORT)
    answer = await staff.send("report", REPORT)
    assert (answer["error"]["code"], answer["error"]["retry_after"]) == ("unavailable", 5)
    await meeting.gp.room.ask("send_back", seat=meeting.seat)
    assert await media.refused("report", **REPORT) == "forbidden"
    assert await meeting.house.counted(action="room.report", outcome="denied") >= 1


async def test_only_staff_with_a_part_in_the_visit_read_it(house: House, meeting: Meeting) -> None:
    await meeting.patient.media.ask("report", **REPORT)
    await meeting.look()
    await meeting.gp.room.ask("end")
    path = f"/visits/{meeting.visit.id}/connection.json"
    staff: Browser = meeting.gp.browser

    async def people() -> list[dict[str, object]]:
        found: list[dict[str, object]] = (await staff.get(path)).json()["people"]
        return found

    await eventually(people)
    doctor, patient = await people()
    assert doctor["name"] == meeting.visit.gp.name
    assert (patient["path"], patient["freezes"]) == ("relay", 2)
    assert float(str(patient["frozen"])) > 0
    assert patient["seat"] == meeting.seat
    assert not {"id", "person_id", "address"} & set(patient)
    (line,) = await house.trail(action="visit.connection", object_id=meeting.visit.id)
    assert line.outcome == "read"
    colleague = await house.signed_in(await make_staff(house.units, meeting.visit.clinic))
    for stranger in (colleague, meeting.patient.browser, house.browser()):
        assert (await stranger.get(path)).status == 404
    assert (await staff.get("/visits/nonsense/connection.json")).status == 404
