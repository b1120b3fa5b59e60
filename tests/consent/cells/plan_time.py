"""Who gets in at the doors of a plan in time."""

from typing import Any

from rounds.careplan.beginning import plan_of
from rounds.careplan.kinds import SHAPES
from rounds.careplan.signing import sign
from rounds.careplan.version_model import Meaning, PlanVersion
from rounds.careplan.versions import present
from rounds.kernel.actor import SYSTEM, Actor
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.people.model import Patient
from rounds.sync.commands import Command, Op
from tests.consent.cast import AT_HOME, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser
from tests.making.planned import PlanDesk
from tests.making.plans import Page

STAFF = "/patients/{patient}/plan"
CLINICIANS = {Tie.MEMBER}
READERS = {Tie.MEMBER}
HOME = {Tie.AT_HOME, Tie.SUPPORTER, Tie.OTHER_AT_HOME}


async def written(cast: Cast) -> str:
    """Write something into the patient's plan; return the hash of all that it says."""
    async with cast.house.units(SYSTEM) as unit:
        patient = await unit.session.get_one(Patient, cast.visit.patient.id)
        plan, sections = await plan_of(unit, patient)
    member = cast.staff[Tie.MEMBER]
    desk, page = PlanDesk(cast.house.foundation), Page(member, hash(new_id()) % 2**40)
    live = await desk.open(sections["problems"], page)
    desk.command(live, page, Command(new_id(), Op.ADD, f"p{live.seq}", "problem", "m"))
    await desk.stop()
    async with cast.house.units.reading(SYSTEM) as unit:
        return (await present(unit.session, plan.id, SHAPES)).hash


async def signed(cast: Cast) -> PlanVersion:
    """Let a member of the team sign what stands there."""
    member, seen = cast.staff[Tie.MEMBER], await written(cast)
    who = Actor(
        "staff", ClinicId(member.clinic), PersonId(member.id), member.role, SessionId(new_id())
    )
    async with cast.house.units(who) as unit:
        return await sign(unit, cast.visit.patient.id, SHAPES, seen, Meaning.AUTHORED)


async def to_sign(browser: Browser, cast: Cast) -> Any:
    """Sign what stands there."""
    data = {"seen": await written(cast), "meaning": "agreed"}
    return await browser.post(STAFF.format(**cast.ids) + "/sign", data=data)


async def to_keep(browser: Browser, cast: Cast) -> Any:
    """Keep what stands there under a name."""
    await written(cast)
    return await browser.post(STAFF.format(**cast.ids) + "/versions", data={"title": "As agreed"})


async def to_look_at_return(browser: Browser, cast: Cast) -> Any:
    """Look at what would change if a version came back."""
    version = (await signed(cast)).id
    return await browser.get(STAFF.format(**cast.ids) + f"/restore?version={version}")


async def to_bring_back(browser: Browser, cast: Cast) -> Any:
    """Bring a version back that says what the plan says."""
    data = {"version": (await signed(cast)).id, "section": "problems:"}
    return await browser.post(STAFF.format(**cast.ids) + "/restore", data=data)


async def to_acknowledge(browser: Browser, cast: Cast) -> Any:
    """Say as staff to have read what was signed."""
    data = {"version": (await signed(cast)).id}
    return await browser.post(STAFF.format(**cast.ids) + "/acknowledge", data=data)


async def to_acknowledge_at_home(browser: Browser, cast: Cast) -> Any:
    """Say at home to have read what was signed."""
    return await browser.post("/my/plan/acknowledge", data={"version": (await signed(cast)).id})


CELLS = [
    *(
        cell(f"GET {STAFF}/{name}", f"{STAFF}/{name}", READERS, page=True)
        for name in ("history", "plain", "print", "print.pdf")
    ),
    *(
        Cell(
            f"GET /my/plan/{name}",
            cell("GET", f"/my/plan/{name}", HOME).ask,
            frozenset(HOME),
            page=True,
            sign_in="/my/sign-in?next=",
            within=frozenset(AT_HOME),
            changes=False,
        )
        for name in ("history", "plain", "print", "print.pdf")
    ),
    Cell(f"GET {STAFF}/restore", to_look_at_return, frozenset(READERS), page=True),
    Cell(f"POST {STAFF}/restore", to_bring_back, frozenset(READERS)),
    cell(f"GET {STAFF}/sign", f"{STAFF}/sign", CLINICIANS, page=True),
    Cell(f"POST {STAFF}/sign", to_sign, frozenset(CLINICIANS)),
    Cell(f"POST {STAFF}/versions", to_keep, frozenset(CLINICIANS)),
    Cell(f"POST {STAFF}/acknowledge", to_acknowledge, frozenset(READERS)),
    Cell("POST /my/plan/acknowledge", to_acknowledge_at_home, frozenset({Tie.AT_HOME})),
]
