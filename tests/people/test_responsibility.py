"""Who answers for what: always exactly one person per matter, whatever happens in which order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Matter, Patient
from rounds.people.queries import (
    membership_of,
    open_responsibilities,
    patient_by_id,
    responsibilities_of,
    team_of,
)
from rounds.people.teams import begin_team, hand_over, join, leave
from tests.making.fixtures import on_both
from tests.making.people import Someone, make_clinic, make_patient, make_staff
from tests.making.world import World, worlds

pytestmark = on_both

SOMEBODY = st.integers(0, 3)
MATTERS = st.sampled_from(list(Matter))


@pytest.fixture(scope="module")
def world(folder: Path, shared_database: str) -> Iterator[World]:
    with worlds(folder, shared_database) as made:
        yield made


@pytest.fixture(scope="module")
def staff(world: World) -> list[Someone]:
    async def enter() -> list[Someone]:
        clinic = await make_clinic(world.earth.units)
        return [await make_staff(world.earth.units, clinic) for _ in range(4)]

    return world.run(enter())


class Team(RuleBasedStateMachine):
    """Members come, go and hand over in any order, several at once."""

    world: ClassVar[World]
    staff: ClassVar[list[Someone]]
    patient: str

    @initialize(lead=SOMEBODY, coordinator=SOMEBODY)
    def begin(self, lead: int, coordinator: int) -> None:
        async def enter() -> str:
            async with self.world.earth.units.reading(SYSTEM) as unit:
                clinic = await unit.session.get_one(Clinic, self.staff[0].clinic)
            made = await make_patient(self.world.earth.units, clinic)
            async with self.world.earth.units(SYSTEM) as unit:
                row = await unit.session.get_one(Patient, made.id)
                await begin_team(unit, row, self.staff[lead].id, self.staff[coordinator].id)
            return made.id

        self.patient = self.world.run(enter())

    @rule(person=SOMEBODY)
    def joins(self, person: int) -> None:
        async def deed(unit: Unit, row: Patient) -> None:
            await join(unit, row, self.staff[person].id)

        self.world.run(self._in_unit(deed))

    @rule(person=SOMEBODY)
    def leaves(self, person: int) -> None:
        self.world.clock.move(seconds=1)

        async def deed(unit: Unit, row: Patient) -> None:
            await leave(unit, row, self.staff[person].id)

        self.world.run(self._in_unit(deed))

    @rule(moves=st.lists(st.tuples(MATTERS, SOMEBODY), min_size=1, max_size=5))
    def handed_over_at_once(self, moves: list[tuple[Matter, int]]) -> None:
        self.world.clock.move(seconds=1)

        def deed(matter: Matter, person: int) -> Callable[[Unit, Patient], Awaitable[object]]:
            to = self.staff[person].id
            return lambda unit, row: hand_over(unit, row, matter, to, "because")

        async def at_once() -> None:
            await asyncio.gather(*(self._in_unit(deed(*move)) for move in moves))

        self.world.run(at_once())

    @invariant()
    def every_matter_has_one_holder_who_is_a_member(self) -> None:
        async def look() -> None:
            async with self.world.earth.units.reading(SYSTEM) as unit:
                held = await open_responsibilities(unit.session, self.patient)
                assert sorted(one.matter for one in held) == sorted(Matter)
                for one in held:
                    assert await membership_of(unit.session, self.patient, one.person_id)
                rows = await responsibilities_of(unit.session, self.patient)
                members = await team_of(unit.session, self.patient)
            for matter in Matter:
                line = sorted((one for one in rows if one.matter == matter), key=lambda one: one.id)
                # No gap and no overlap: each begins in the moment the one before ended.
                for before, after in pairwise(line):
                    assert before.ends_at == after.begins_at
            for someone in self.staff:
                open_ones = [
                    one for one in members if one.person_id == someone.id and one.ends_at is None
                ]
                assert len(open_ones) <= 1

        self.world.run(look())

    async def _in_unit(self, deed: Callable[[Unit, Patient], Awaitable[object]]) -> None:
        try:
            async with self.world.earth.units(SYSTEM) as unit:
                row = await patient_by_id(unit.session, self.patient)
                assert row is not None
                await deed(unit, row)
        except (Conflict, Invalid):
            # A member who holds something, or somebody outside of the team: refused, nothing done.
            pass


def test_there_is_always_exactly_one_who_answers(world: World, staff: list[Someone]) -> None:
    case = type("Case", (Team,), {"world": world, "staff": staff})
    quick = settings(
        max_examples=12,
        stateful_step_count=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(case, settings=quick)
