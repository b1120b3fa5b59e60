"""A clinician or coordinator lowers what one person may do in one plan, and it counts at once."""

import pytest

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.narrowing import holders, lower
from rounds.careplan.opening import open_plan
from rounds.careplan.rights import Right
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.people.model import Patient
from rounds.people.teams import begin_team
from rounds.resources import Foundation
from tests.making.fixtures import on_both
from tests.making.people import Someone, make_clinic, make_patient, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


class Team:
    """A patient with a GP and a coordinator."""

    def __init__(self, earth: Foundation) -> None:
        self.earth = earth

    async def gather(self) -> "Team":
        units = self.earth.units
        self.clinic = await make_clinic(units)
        self.patient = await make_patient(units, self.clinic)
        self.gp = await make_staff(units, self.clinic)
        self.coordinator = await make_staff(units, self.clinic, Role.COORDINATOR)
        async with units(SYSTEM) as unit:
            row = await unit.session.get_one(Patient, self.patient.id)
            await begin_team(unit, row, self.gp.id, self.coordinator.id)
        return self

    def actor(self, person: Someone) -> Actor:
        kind = "my" if person.role is Role.PATIENT else "staff"
        ids = ClinicId(person.clinic), PersonId(person.id)
        return Actor(kind, *ids, person.role, SessionId(new_id()))

    async def rights(self, person: Someone) -> dict[str, Right]:
        async with self.earth.units(self.actor(person)) as unit:
            return (await open_plan(unit, self.patient.id)).rights

    async def lower(self, by: Someone, person: str, kind: str, right: Right | None) -> None:
        async with self.earth.units(self.actor(by)) as unit:
            await lower(unit, self.patient.id, person, kind, right)


async def gathered(earth: Foundation) -> Team:
    return await Team(earth).gather()


async def test_what_is_lowered_counts_at_the_next_question_and_is_taken_back(
    earth: Foundation,
) -> None:
    team = await gathered(earth)
    before = await team.rights(team.coordinator)
    assert before["roles"] is Right.EDIT
    await team.lower(team.gp, team.coordinator.id, "roles", Right.VIEW)
    await team.lower(team.gp, team.coordinator.id, "problems", Right.NONE)
    now = await team.rights(team.coordinator)
    assert now["roles"] is Right.VIEW
    assert "problems" not in now
    async with earth.units(team.actor(team.gp)) as unit:
        found = {one.person.id: one for one in await holders(unit, team.patient.id)}
    assert found.keys() == {team.patient.id, team.gp.id, team.coordinator.id}
    lowered = {"roles": Right.VIEW, "problems": Right.NONE}
    assert found[team.coordinator.id].lowered == lowered
    assert "team_notes" not in found[team.patient.id].by_role
    for kind in lowered:
        await team.lower(team.gp, team.coordinator.id, kind, None)
    assert await team.rights(team.coordinator) == before


async def test_nobody_gains_and_nobody_shuts_themself_out(earth: Foundation) -> None:
    team = await gathered(earth)
    for person, kind, right in (
        (team.coordinator.id, "problems", Right.EDIT),
        (team.coordinator.id, "problems", Right.COMMENT),
        (team.patient.id, "team_notes", Right.VIEW),
        (team.coordinator.id, "unheard", Right.NONE),
    ):
        with pytest.raises(Invalid):
            await team.lower(team.gp, person, kind, right)
    with pytest.raises(Conflict):
        await team.lower(team.gp, team.gp.id, "goals", Right.VIEW)
    stranger = await make_staff(earth.units, team.clinic)
    with pytest.raises(NotFound):
        await team.lower(team.gp, stranger.id, "goals", Right.VIEW)
    for somebody in (stranger, team.patient):
        with pytest.raises(NotFound):
            await team.lower(somebody, team.coordinator.id, "goals", Right.VIEW)
    assert (await team.rights(team.gp)).keys() == SECTIONS.keys()
