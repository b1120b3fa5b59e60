"""The end of a visit: one decision, hosts who lose nothing, an open item for who ended it."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.rooms.records_model import ConnectionRecord
from rounds.visits.closing import LONGEST_AGREED, LONGEST_REASON, LONGEST_STEP
from rounds.visits.closing_model import VisitSummary
from tests.making.browser import Browser
from tests.making.closing import DAY, decide, held, publish, write
from tests.making.consent import keep_out
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_patient, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

SECRET = "Mood is low, and mirtazapine was not taken."


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House) -> MadeVisit:
    clinic = await make_clinic(house.units)
    team = [await make_staff(house.units, clinic) for _ in range(2)]
    return await make_visit(house.units, clinic, team, relatives=1)


async def read(browser: Browser, visit: MadeVisit) -> dict[str, object]:
    answer = await browser.get(f"/visits/{visit.id}/summary.json")
    assert answer.status == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


async def unfinished(house: House, visit: MadeVisit, who: int = 0) -> list[str]:
    browser = await house.signed_in(visit.team[who])
    told = (await browser.get("/today.json")).json()
    return [one["visit"] for one in told["unfinished"]]


async def test_it_is_prefilled_from_what_happened(house: House, visit: MadeVisit) -> None:
    await held(house, visit)
    told = await read(await house.signed_in(visit.gp), visit)
    parts = {one["name"]: one["lines"] for one in told["parts"]}  # type: ignore[attr-defined]
    assert list(parts) == ["times", "there", "absence"]
    assert parts["times"][0].endswith("9 min")
    assert any(line.startswith(f"{visit.patient.name}, Patient") for line in parts["there"])
    assert f"{visit.relatives[0].name} did not come" in parts["absence"]
    assert f"{visit.team[1].name} did not come" in parts["absence"]


async def test_the_note_of_the_team_is_nowhere_in_it(house: House, visit: MadeVisit) -> None:
    phone = await held(house, visit)
    gp = await house.signed_in(visit.gp)
    await gp.post(f"/visits/{visit.id}/note", {"text": SECRET, "revision": 0})
    assert SECRET not in (await gp.get(f"/visits/{visit.id}/summary")).text
    assert (await read(gp, visit))["agreed"] == ""
    await decide(gp, visit)
    await publish(gp, visit)
    link = visit.link(visit.patient)
    for path in (f"/j/{link.invitation}", f"/j/{link.invitation}/agreed.json"):
        assert SECRET not in (await phone.get(path)).text


async def test_a_decision_is_whole_or_none(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    answer = await write(gp, visit, decide=True)
    assert answer.status == 422
    assert set(answer.json()["error"]["fields"]) == {"next_step", "owner", "due"}
    answer = await write(gp, visit, nothing=True, decide=True)
    assert set(answer.json()["error"]["fields"]) == {"reason"}
    yesterday = (house.clock.now() - timedelta(days=1)).date().isoformat()
    answer = await decide(gp, visit, due=yesterday)
    assert set(answer.json()["error"]["fields"]) == {"due"}
    assert (await read(gp, visit))["decided_at"] is None
    assert (await decide(gp, visit)).json()["decided_by"] == visit.gp.name


async def test_nothing_further_is_a_decision_too(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    answer = await write(gp, visit, nothing=True, reason="You feel well again.", decide=True)
    told = answer.json()
    assert told["decided_at"] is not None
    assert told["preview"]["nothing"]
    assert told["preview"]["reason"] == "You feel well again."


async def test_an_owner_has_a_part_in_the_visit(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    elsewhere = await make_patient(house.units, visit.clinic)
    colleague = await make_staff(house.units, visit.clinic)
    for stranger in (elsewhere.id, colleague.id):
        answer = await decide(gp, visit, owner=stranger)
        assert set(answer.json()["error"]["fields"]) == {"owner"}
    for one in (visit.patient, visit.relatives[0], visit.team[1]):
        row = await read(gp, visit)
        answer = await decide(gp, visit, owner=one.id, revision=row["revision"])
        assert answer.status == 200


async def test_two_hosts_learn_of_each_other(house: House, visit: MadeVisit) -> None:
    one, other = [await house.signed_in(person) for person in visit.team]
    assert (await write(one, visit, agreed="Walk each day.")).json()["revision"] == 1
    answer = await write(other, visit, agreed="Sleep.", next_step="Phone call")
    assert answer.status == 409
    told = answer.json()["error"]
    assert (told["agreed"], told["next_step"], told["revision"]) == ("Walk each day.", "", 1)
    # Saving what stands already changes nothing, whatever it was written on.
    assert (await write(other, visit, agreed="Walk each day.")).json()["revision"] == 1
    kept = await write(other, visit, agreed="Walk each day.\n\nSleep.", revision=1)
    assert kept.json()["revision"] == 2


async def test_of_many_at_once_one_is_saved(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    answers = await asyncio.gather(*(write(gp, visit, agreed=f"text {n}") for n in range(6)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 5
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(VisitSummary).where(VisitSummary.visit_id == visit.id)
        )
        assert len(found.scalars().all()) == 1


async def test_who_ends_without_a_decision_finds_it_on_today(
    house: House, visit: MadeVisit
) -> None:
    assert await unfinished(house, visit) == []
    await held(house, visit)
    assert await unfinished(house, visit) == [visit.id]
    assert await unfinished(house, visit, 1) == []
    gp = await house.signed_in(visit.gp)
    await write(gp, visit, agreed="Walk each day.")
    assert await unfinished(house, visit) == [visit.id]
    await decide(gp, visit, agreed="Walk each day.", revision=1)
    assert await unfinished(house, visit) == []
    # Another decision is an open one until it is made.
    await write(gp, visit, next_step="Next visit", agreed="Walk each day.", revision=2)
    assert await unfinished(house, visit) == [visit.id]


async def test_words_alone_leave_the_decision_as_it_is(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    first = (await decide(gp, visit)).json()
    fields = {"next_step": "Phone call", "owner": visit.gp.id, "due": DAY}
    told = (await write(gp, visit, **fields, agreed="Walk.", revision=1)).json()
    assert told["decided_at"] == first["decided_at"]


async def test_a_decision_before_the_end_leaves_nothing_open(
    house: House, visit: MadeVisit
) -> None:
    await decide(await house.signed_in(visit.gp), visit)
    await held(house, visit)
    assert await unfinished(house, visit) == []


async def test_nobody_is_asked_about_a_visit_that_nobody_came_to(
    house: House, visit: MadeVisit
) -> None:
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await console.ask("end")
    assert await unfinished(house, visit) == []


async def test_whoever_is_kept_out_has_nothing_to_finish(house: House, visit: MadeVisit) -> None:
    await held(house, visit)
    await keep_out(house.units, visit.patient, visit.gp)
    assert await unfinished(house, visit) == []
    gp = await house.signed_in(visit.gp)
    assert (await gp.get(f"/visits/{visit.id}/summary.json")).status == 404
    assert (await write(gp, visit, agreed="Walk.")).status == 404


async def test_an_interpreter_neither_reads_nor_writes(house: House) -> None:
    clinic = await make_clinic(house.units)
    team = [
        await make_staff(house.units, clinic),
        await make_staff(house.units, clinic, Role.INTERPRETER),
    ]
    visit = await make_visit(house.units, clinic, team)
    interpreter = await house.signed_in(team[1])
    assert (await interpreter.get(f"/visits/{visit.id}/summary.json")).status == 404
    assert (await write(interpreter, visit, agreed="Walk.")).status == 404
    assert "data-summary" not in (await interpreter.get(f"/visits/{visit.id}")).text
    gp = await house.signed_in(visit.gp)
    assert team[1].id not in [one["id"] for one in (await read(gp, visit))["owners"]]  # type: ignore[attr-defined]


async def test_what_was_told_on_arriving_is_for_hosts(house: House) -> None:
    clinic = await make_clinic(house.units)
    team = [
        await make_staff(house.units, clinic),
        await make_staff(house.units, clinic, Role.COORDINATOR),
    ]
    visit = await make_visit(house.units, clinic, team)
    link = visit.link(visit.patient)
    phone = await house.guest(link)
    await phone.post(f"/j/{link.invitation}/check-in", {"place": "Mill Lane 4"})
    host, coordinator = [await house.signed_in(one) for one in team]
    assert "Mill Lane 4" in (await host.get(f"/visits/{visit.id}/summary.json")).text
    answer = await coordinator.get(f"/visits/{visit.id}/summary.json")
    assert answer.status == 200
    assert "Mill Lane 4" not in answer.text


async def test_what_happened_outlives_its_figures(house: House, visit: MadeVisit) -> None:
    await held(house, visit)
    gp = await house.signed_in(visit.gp)
    before = (await decide(gp, visit)).json()["parts"]
    async with house.units(SYSTEM) as unit:
        row = (
            await unit.session.execute(
                select(VisitSummary).where(VisitSummary.visit_id == visit.id)
            )
        ).scalar_one()
        assert visit.patient.id in row.happened
    assert (await read(gp, visit))["parts"] == before


async def test_figures_that_come_in_after_the_decision_are_kept_too(
    house: House, visit: MadeVisit
) -> None:
    await held(house, visit)
    gp = await house.signed_in(visit.gp)
    await decide(gp, visit)
    async with house.units(SYSTEM) as unit:
        record = ConnectionRecord(
            id=new_id(),
            clinic_id=visit.clinic.id,
            room_id=visit.room,
            seat_id=visit.seat(visit.patient),
            person_id=visit.patient.id,
            began_at=unit.now,
            written_at=unit.now,
            present_ms=8 * 60_000,
        )
        unit.session.add(record)
    assert "8 min" in str((await read(gp, visit))["parts"])
    assert (await publish(gp, visit)).status == 200
    house.clock.move(hours=2)
    async with house.units(SYSTEM) as unit:
        await unit.session.delete(await unit.session.get_one(ConnectionRecord, record.id))
    assert "8 min" in str((await read(gp, visit))["parts"])


@pytest.mark.parametrize(
    "fields",
    [
        {"next_step": "ä" * (LONGEST_STEP + 1)},
        {"reason": "ä" * (LONGEST_REASON + 1)},
        {"agreed": "ä" * (LONGEST_AGREED + 1)},
        {"agreed": "a\x00b"},
        {"due": "2026-13-40"},
        {"due": 7},
        {"revision": -1},
        {"nothing": []},
        {"told": "x"},
    ],
)
async def test_what_is_no_summary_is_refused(
    house: House, visit: MadeVisit, fields: dict[str, object]
) -> None:
    gp = await house.signed_in(visit.gp)
    assert (await write(gp, visit, **fields)).status == 422
    assert (await read(gp, visit))["revision"] == 0


async def test_an_id_that_is_none_finds_nothing(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    assert (await write(gp, visit, owner="<script>")).status == 404
    for id in ("x", "00000000-0000-0000-0000-000000000000"):
        assert (await gp.get(f"/visits/{id}/summary.json")).status == 404
        assert (await gp.post(f"/visits/{id}/summary/publish", {"revision": 0})).status == 404


async def test_other_scripts_and_markup_are_text(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    words = "اتفقنا على المشي </textarea><script>alert(1)</script>{{ 7*7 }} 🙂"
    assert (await write(gp, visit, agreed=words)).json()["agreed"] == words
    page = (await gp.get(f"/visits/{visit.id}/summary")).text
    assert "<script>alert" not in page
