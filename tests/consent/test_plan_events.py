"""Every event of the care plan in every section: open to whom the table names, and to nobody else.

What is refused for want of a right changes nothing and leaves a line about that section; what is
allowed leaves none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from rounds.careplan.kinds import COMMENT, SHAPES
from rounds.careplan.model import CarePlan, PlanSection
from rounds.careplan.narrowing import lower
from rounds.careplan.rights import Right
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.people.model import Patient
from rounds.people.teams import join
from rounds.rooms.model import Seat
from tests.consent.cast import CAST, GUESTS, Cast, Tie, cast_for
from tests.making.browser import Browser, Line, Refused
from tests.making.house import House
from tests.making.people import Someone, enter_staff, make_clinic
from tests.making.plan_pages import PLAN, PlanPage, data, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECTIONS = {
    "problems", "explanation", "goals", "my_goals", "interventions", "medications", "tests",
    "roles", "warning_signs", "escalation", "improvement", "preferences", "language",
    "communication", "timeline", "next_review", "team_notes",
}  # fmt: skip
OWN = {"my_goals", "preferences", "language"}
OF_GOALS = {"my_goals", "goals", "improvement", "explanation", "next_review"}
COORDINATED = {"roles", "communication", "next_review", "interventions", "language"}


class Reader(StrEnum):
    """Everybody who comes to the plan, by what the plan is to them."""

    CLINICIAN = "a clinician of the care team"
    COORDINATOR = "a coordinator of the care team"
    NARROWED = "a clinician whom the team let read goals alone, and not the notes"
    AT_HOME = "the patient at home"
    IN_CALL = "the patient in the call"
    SUPPORTER = "a relative to whom goals are open"


def rights(edit: Set[str], comment: Set[str], view: Set[str] = frozenset()) -> dict[str, str]:
    """The right in each section; what is in none of them is hidden."""
    named = {"edit": edit, "comment": comment - edit, "view": view}
    return {kind: right for right, kinds in named.items() for kind in kinds}


OF_PATIENT = rights(OWN, SECTIONS - {"team_notes"})
TABLE: Mapping[Reader, Mapping[str, str]] = {
    Reader.CLINICIAN: rights(SECTIONS, set()),
    Reader.COORDINATOR: rights(COORDINATED | {"team_notes"}, SECTIONS),
    Reader.NARROWED: rights(SECTIONS - {"goals", "team_notes"}, set(), {"goals"}),
    Reader.AT_HOME: OF_PATIENT,
    Reader.IN_CALL: OF_PATIENT,
    Reader.SUPPORTER: rights(set(), OF_GOALS),
}
"""Stated here by hand (features P5, P19), not read from the product."""
SIGNERS = {Reader.CLINICIAN, Reader.NARROWED}
COMERS = {Tie.MEMBER, Tie.PATIENT, Tie.RELATIVE, Tie.AT_HOME, Tie.SUPPORTER}
HIDDEN = "hidden"
ITEM = "i1"
"""One in every section."""


@dataclass(slots=True)
class Plan:
    """A plan whose patient and relative are in the call, and its people by what it is to them."""

    house: House
    cast: Cast
    browsers: dict[Reader, Browser]
    sections: dict[str, str]

    @property
    def patient(self) -> str:
        return self.cast.visit.patient.id

    async def line(self, reader: Reader) -> Line:
        door: dict[str, Any] = {"door": "staff"}
        if reader in (Reader.AT_HOME, Reader.SUPPORTER):
            door = {"door": "my"}
        elif reader is Reader.IN_CALL:
            door = {"door": "guest", "invitation": self.cast.link(Tie.PATIENT).invitation}
        return await self.browsers[reader].line(PLAN, door | {"patient": self.patient})

    async def seqs(self) -> dict[str, int]:
        """The last row of each section, and its id."""
        async with self.house.units.reading(SYSTEM) as unit:
            found = await unit.session.execute(
                select(PlanSection.kind, PlanSection.id, PlanSection.seq)
                .join(CarePlan, CarePlan.id == PlanSection.plan_id)
                .where(CarePlan.patient_id == self.patient)
            )
            rows = found.all()
        self.sections = {kind: id for kind, id, _ in rows}
        return {kind: seq for kind, _, seq in rows}

    async def denials(self) -> Counter[tuple[str, str | None]]:
        """How often each action was refused about what, of this patient."""
        lines = await self.house.trail(outcome="denied", patient_id=self.patient)
        found: Counter[tuple[str, str | None]] = Counter()
        for one in lines:
            found[one.action, one.object_id] += one.count
        return found


async def let_in(cast: Cast) -> None:
    """Let patient and relative into the call."""
    async with cast.house.units(SYSTEM) as unit:
        for person in (cast.visit.patient, cast.visit.relatives[0]):
            seat = await unit.session.get_one(Seat, cast.visit.seat(person))
            seat.arrive(unit.now)
            seat.admit(unit.now)


async def member(cast: Cast, role: Role) -> Someone:
    """Let one more into the care team."""
    async with cast.house.units(SYSTEM) as unit:
        patient = await unit.session.get_one(Patient, cast.visit.patient.id)
        someone = await enter_staff(unit, cast.visit.clinic, role)
        await join(unit, patient, someone.id)
    return someone


async def narrow(cast: Cast, someone: Someone) -> None:
    """Let a clinician read goals, and nothing of the notes."""
    by = cast.staff[Tie.MEMBER]
    clinic = ClinicId(cast.visit.clinic.id)
    actor = Actor("staff", clinic, PersonId(by.id), by.role, SessionId(new_id()))
    async with cast.house.units(actor) as unit:
        for kind, right in (("goals", Right.VIEW), ("team_notes", Right.NONE)):
            await lower(unit, cast.visit.patient.id, someone.id, kind, right)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plan(house: House) -> Plan:
    """A plan with an item in each section."""
    cast = await cast_for(house, await make_clinic(house.units, "Hill"))
    await let_in(cast)
    coordinator = await member(cast, Role.COORDINATOR)
    narrowed = await member(cast, Role.THERAPIST)
    browsers = {
        Reader.CLINICIAN: await cast.browser(Tie.MEMBER),
        Reader.COORDINATOR: await house.signed_in(coordinator),
        Reader.NARROWED: await house.signed_in(narrowed),
        Reader.AT_HOME: await cast.browser(Tie.AT_HOME),
        Reader.IN_CALL: await cast.browser(Tie.PATIENT),
        Reader.SUPPORTER: await cast.browser(Tie.SUPPORTER),
    }
    made = Plan(house, cast, browsers, {})
    line = await made.line(Reader.CLINICIAN)
    for page in (await opened(line)).values():
        await page.add(ITEM, of_its_own(page.section))
    await line.close()
    await narrow(cast, narrowed)
    return made


def of_its_own(section: str) -> str:
    """The kind of a section's items that are no comments."""
    return next(kind for kind in SHAPES[section] if kind != COMMENT)


async def opened(line: Line) -> dict[str, PlanPage]:
    """Ask for every section at once; return a page for each, and what is to be had of it."""
    pages = {kind: PlanPage(line, kind) for kind in SECTIONS}
    wishes = [{"kind": kind, "client": page.client} for kind, page in pages.items()]
    told = (await line.ask("open", sections=wishes))["sections"]
    line.heard.append(("opened", {kind: one["right"] for kind, one in told.items()}))
    for kind, one in told.items():
        pages[kind].hear([data(one["update"])])
    return pages


@dataclass(frozen=True, slots=True)
class Try:
    """Something that is sent about a section, and with which rights there it may be."""

    name: str
    event: str
    allowed: frozenset[str]
    signers: bool = False

    def sent(self, page: PlanPage) -> dict[str, Any]:
        """What is sent from a page."""
        about = {"section": page.section}
        if self.name == "update":
            field = SHAPES[page.section][of_its_own(page.section)].texts[0]
            page.write(f"t:{ITEM}.{field}", 0, "mine")
            return about | {"update": text(page.send()[-1])}
        more: dict[str, dict[str, Any]] = {
            "comment": {
                "id": new_id(),
                "op": "add",
                "item": f"c{new_id()[-12:]}",
                "kind": COMMENT,
                "rank": "m",
                "values": {"body": "Why?", "status": "open"},
            },
            "command": {"id": new_id(), "op": "rank", "item": ITEM, "rank": "n"},
            "place": {"field": f"t:{ITEM}.text"},
            "check": {"seq": 1, "hash": ""},
        }
        return about | more.get(self.name, {})


ALL = frozenset({"edit", "comment", "view"})
COMMENTS = frozenset({"edit", "comment"})
EDITS = frozenset({"edit"})
TRIES = [
    Try("update", "update", EDITS),
    Try("comment", "command", COMMENTS),
    Try("command", "command", EDITS),
    Try("lock", "lock", EDITS, signers=True),
    Try("unlock", "unlock", EDITS, signers=True),
    Try("place", "place", ALL),
    Try("check", "check", ALL),
    Try("close", "close", ALL | {HIDDEN}),
]


def tried(reader: Reader, one: Try, allowed: bool) -> list[tuple[str, str]]:
    """The sections in which somebody may do something, or may not, with their right there."""
    rights = {kind: TABLE[reader].get(kind, HIDDEN) for kind in sorted(SECTIONS)}
    signs = reader in SIGNERS or not one.signers
    return [
        (kind, right)
        for kind, right in rights.items()
        if (signs and right in one.allowed) == allowed
    ]


async def test_the_table_has_every_event_and_section(house: House, plan: Plan) -> None:
    events = set(house.sockets.namespace_handlers[PLAN].events)
    # `origins` names no section: tests/careplan/test_origins.py tries who is told which.
    assert {one.event for one in TRIES} | {"open", "origins"} == events
    assert (await plan.seqs()).keys() == SECTIONS
    assert TABLE.keys() == plan.browsers.keys() == set(Reader)


@pytest.mark.parametrize("tie", CAST)
async def test_the_plan_opens_to_exactly_these(house: House, plan: Plan, tie: Tie) -> None:
    browser = await plan.cast.browser(tie)
    wish: dict[str, Any] = {"door": "staff", "patient": plan.patient}
    if tie in GUESTS:
        wish |= {"door": "guest", "invitation": plan.cast.link(tie).invitation}
    elif "at home" in tie:
        wish |= {"door": "my"}
    before = await house.counted(outcome="denied")
    if tie in COMERS:
        line = await browser.line(PLAN, wish)
        await line.close()
        assert await house.counted(outcome="denied") == before
        return
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            await browser.line(PLAN, wish)
        assert refusal.value.code == "not_found"
    assert await house.counted(outcome="denied") == before + 2


@pytest.mark.parametrize("reader", Reader)
async def test_a_hidden_section_is_not_opened_and_asking_leaves_a_line(
    plan: Plan, reader: Reader
) -> None:
    await plan.seqs()
    before = await plan.denials()
    line = await plan.line(reader)
    await opened(line)
    (rights_told,) = line.told("opened")
    assert rights_told == TABLE[reader]
    hidden = SECTIONS - TABLE[reader].keys()
    assert await plan.denials() - before == lines(plan, hidden)
    # Who asks for everything they may read has asked for nothing else.
    before = await plan.denials()
    clients = {kind: PlanPage(line, kind).client for kind in SECTIONS}
    told = await line.ask("open", clients=clients)
    assert told["sections"].keys() == TABLE[reader].keys()
    assert await plan.denials() == before
    await line.close()


@pytest.mark.parametrize("reader", Reader)
async def test_an_event_is_closed_in_every_section_without_the_right(
    plan: Plan, reader: Reader
) -> None:
    line = await plan.line(reader)
    pages = await opened(line)
    seqs = await plan.seqs()
    for one in TRIES:
        before = await plan.denials()
        expected: Counter[tuple[str, str | None]] = Counter()
        unsigned = one.signers and reader not in SIGNERS
        for kind, right in tried(reader, one, allowed=False):
            refusal = (await line.send(one.event, one.sent(pages[kind])))["error"]
            answer: tuple[str | None, ...] = "refused", "forbidden", "final"
            about = lines(plan, [kind])
            if right == HIDDEN:
                answer = "not_found", None, None
            elif unsigned:
                # To colleagues it is no secret that clinicians may do this.
                answer = "forbidden" if reader is Reader.COORDINATOR else "not_found", None, None
                about = Counter({("plan.sign", plan.patient): 1})
            said = refusal["code"], refusal.get("reason"), refusal.get("class")
            assert said == answer, (one.name, kind)
            expected += about
        assert await plan.denials() - before == expected, one.name
    assert await plan.seqs() == seqs
    await line.close()


@pytest.mark.parametrize("reader", Reader)
async def test_an_event_is_open_in_every_section_with_the_right(plan: Plan, reader: Reader) -> None:
    line = await plan.line(reader)
    pages = await opened(line)
    before = await plan.denials()
    allowed = [(one, kind) for one in TRIES for kind, _ in tried(reader, one, allowed=True)]
    for one, kind in allowed:
        answer = await line.send(one.event, one.sent(pages[kind]))
        if one.name == "check" and "error" in answer:
            # Twenty at once are enough for one person; that is no question of rights.
            assert answer["error"]["reason"] == "too_fast"
            continue
        assert "ok" in answer, (one.name, kind, answer)
    assert await plan.denials() == before
    await line.close()


def lines(plan: Plan, kinds: Iterable[str]) -> Counter[tuple[str, str | None]]:
    """The lines of a plan's sections that somebody had no right to."""
    return Counter(("plan.open", plan.sections[kind]) for kind in kinds)
