"""Who gets in at the doors of a summary, and of what was agreed."""

from datetime import timedelta
from typing import Any

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.unit import Unit
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.opening import shut_room
from rounds.visits.lifecycle import Appointment, Participant, plan, reach
from rounds.visits.model import VisitState
from tests.consent.cast import SEATED_STAFF, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser

PATH = "/visits/{visit}/summary"
READERS = SEATED_STAFF | {Tie.MEMBER}
SAVE = {"next_step": "Phone call", "owner": "{gp}", "due": "2099-12-24", "revision": 0}


async def end(unit: Unit, cast: Cast) -> None:
    """Let the patient in and end the visit, once."""
    room = await unit.session.get_one(Room, cast.visit.room)
    if not room.is_open:
        return
    seat = await unit.session.get_one(Seat, cast.visit.seat(cast.visit.patient))
    seat.given = Standing.ADMITTED
    await reach(unit, room.id, VisitState.IN_PROGRESS)
    await shut_room(unit, room)


async def publish(browser: Browser, cast: Cast) -> Any:
    """Publish, once the visit is over and decided."""
    path = PATH.format(visit=cast.visit.id)
    async with cast.house.units(SYSTEM) as unit:
        await end(unit, cast)
    host = await cast.browser(Tie.HOST)
    decided = SAVE | {"owner": cast.visit.gp.id, "decide": True}
    saved = await host.post(path, decided)
    assert saved.status == 200, saved.text
    return await browser.post(f"{path}/publish", {"revision": 1})


async def next_date(browser: Browser, cast: Cast) -> Any:
    """Ask for the next date, of which there is one."""
    async with cast.house.units(SYSTEM) as unit:
        visit = cast.visit
        await plan(
            unit,
            visit.clinic.id,
            visit.patient.id,
            Appointment(unit.now + timedelta(days=28), 25),
            [Participant(visit.gp.id, Role.GP)],
        )
    return await browser.get(f"/j/{cast.ids['invitation']}/next.ics")


CELLS = [
    cell(f"GET {PATH}", PATH, READERS, page=True),
    cell(f"GET {PATH}.json", f"{PATH}.json", READERS),
    cell(f"POST {PATH}", PATH, {Tie.HOST}, json=SAVE),
    Cell(f"POST {PATH}/publish", publish, frozenset({Tie.HOST})),
    cell("GET /j/{guest}/agreed.json", "/j/{invitation}/agreed.json", {Tie.PATIENT}),
    Cell("GET /j/{guest}/next.ics", next_date, frozenset({Tie.PATIENT}), changes=False),
]
