"""Who gets in at the doors of the schedule."""

from datetime import timedelta
from typing import Any

from rounds.kernel.actor import SYSTEM
from rounds.people.model import Clinic
from rounds.scheduling.on_call import enter_shifts
from rounds.scheduling.working import Span
from tests.consent.cast import OFFICE, STAFF, Cast
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser

OURS = STAFF
TIME_OFF = {"from": "2027-02-01", "until": "2027-02-02"}
PROTECTED = {"weekday": "0", "begins": "08:00", "minutes": "30", "release": "60"}
HOLIDAY = {"day": "2027-05-03", "name": "May Day"}
NO_ROW = "01890000-0000-7000-8000-000000000000"


SHIFTS: dict[str, str] = {}
"""Visit → the shift that everybody of its cast knocks for."""


async def shift_of(cast: Cast) -> str:
    """Return a shift in the visit's clinic; made at the first call."""
    if cast.visit.id not in SHIFTS:
        async with cast.house.units(SYSTEM) as unit:
            row = await unit.session.get_one(Clinic, cast.visit.clinic.id)
            begins = unit.now + timedelta(days=30)
            span = Span(begins, begins + timedelta(hours=1))
            (shift,) = await enter_shifts(unit, row, cast.visit.gp.id, [span])
        SHIFTS[cast.visit.id] = shift.id
    return SHIFTS[cast.visit.id]


def of_shift(deed: str, **data: str) -> Cell:
    """Knock at a door of a shift that stands."""

    async def ask(browser: Browser, cast: Cast) -> Any:
        sent = {name: value.format(**cast.ids) for name, value in data.items()}
        return await browser.post(f"/schedule/on-call/{await shift_of(cast)}/{deed}", data=sent)

    return Cell(f"POST /schedule/on-call/{{shift}}/{deed}", ask, frozenset(OFFICE))


MOVED = {"from": "2027-03-01", "from_time": "08:00", "until": "2027-03-01", "until_time": "09:00"}

CELLS = [
    cell("GET /schedule", "/schedule", OURS, page=True),
    cell("GET /schedule/hours", "/schedule/hours", OURS, page=True),
    cell("POST /schedule/hours", "/schedule/hours", OURS, data={"from0_0": ""}),
    cell("POST /schedule/hours/clinic", "/schedule/hours/clinic", OFFICE, data={"from0_0": ""}),
    cell("POST /schedule/time-off", "/schedule/time-off", OURS, data=TIME_OFF),
    cell(
        "POST /schedule/time-off/{row}/remove",
        f"/schedule/time-off/{NO_ROW}/remove",
        OURS,
        data={"person": ""},
    ),
    cell("POST /schedule/protected", "/schedule/protected", OURS, data=PROTECTED),
    cell(
        "POST /schedule/protected/{row}/remove",
        f"/schedule/protected/{NO_ROW}/remove",
        OURS,
        data={"person": ""},
    ),
    cell("GET /schedule/holidays", "/schedule/holidays", OFFICE, page=True),
    cell("POST /schedule/holidays", "/schedule/holidays", OFFICE, data=HOLIDAY),
    cell(
        "POST /schedule/holidays/chosen", "/schedule/holidays/chosen", OFFICE, data={"year": "2027"}
    ),
    cell(
        "POST /schedule/holidays/{holiday}/remove",
        f"/schedule/holidays/{NO_ROW}/remove",
        OFFICE,
        data={},
    ),
    cell("GET /schedule/on-call", "/schedule/on-call", OFFICE, page=True),
    cell(
        "POST /schedule/on-call",
        "/schedule/on-call",
        OFFICE,
        data={"person": "{gp}", "weeks": "1"} | MOVED,
    ),
    of_shift("move", person="{gp}", **MOVED),
    of_shift("remove"),
]
