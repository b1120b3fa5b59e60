"""Histories of giving, taking back, keeping out, joining and leaving against a small model."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from rounds.consent import giving
from rounds.consent.access import Relation, Thing, can
from rounds.consent.actions import Action
from rounds.consent.model import SECTION_OF, Purpose, Scope, Section
from rounds.consent.queries import consents_for, consents_to, exclusions_of, kept_out_of
from rounds.consent.relations import tie_of
from rounds.kernel.actor import SYSTEM, Actor
from rounds.kernel.errors import Conflict
from rounds.kernel.ids import ClinicId, PersonId, SessionId
from rounds.kernel.unit import Unit
from rounds.people.model import Matter, Patient
from rounds.people.queries import membership_of, open_responsibilities
from rounds.people.teams import join, leave
from tests.databases import on_both_databases
from tests.making.people import (
    Someone,
    make_clinic,
    make_patient,
    make_relative,
    make_staff,
    make_team,
)
from tests.making.world import World, worlds

T = TypeVar("T")
people = st.integers(0, 4)
sections = st.none() | st.sampled_from(Section)


class AccessMachine(RuleBasedStateMachine):
    """A patient with three of the staff and two relatives; the model is what a person would say."""

    world: ClassVar[World]

    @initialize()
    def begin(self) -> None:
        self.patient, self.staff, self.kin = self.world.run(self._people())
        self.everybody = [*self.staff, *self.kin]
        self.members = {one.id for one in self.staff}
        self.opened: dict[str, tuple[frozenset[Scope], datetime]] = {}
        self.together: bool | None = None
        self.out: set[tuple[str | None, Section | None]] = set()

    async def _people(self) -> tuple[Someone, list[Someone], list[Someone]]:
        units = self.world.earth.units
        clinic = await make_clinic(units)
        patient = await make_patient(units, clinic)
        staff = [await make_staff(units, clinic) for _ in range(3)]
        kin = [await make_relative(units, clinic, patient) for _ in range(2)]
        await make_team(units, patient, staff)
        return patient, staff, kin

    def do(self, deed: Callable[[Unit, Patient], Awaitable[T]]) -> T:
        """Run a deed in a unit of its own."""

        async def run() -> T:
            async with self.world.earth.units(SYSTEM) as unit:
                return await deed(unit, await unit.session.get_one(Patient, self.patient.id))

        return self.world.run(run())

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    @rule(one=st.integers(0, 1), scopes=st.sets(st.sampled_from(Scope), min_size=1), days=people)
    def share(self, one: int, scopes: set[Scope], days: int) -> None:
        relative, until = self.kin[one], self.now + timedelta(days=days + 1)
        opened = frozenset(scopes)

        async def deed(unit: Unit, patient: Patient) -> None:
            await giving.give(
                unit, patient, Purpose.FAMILY, self.patient.id, relative.id, opened, until
            )

        try:
            self.do(deed)
        except Conflict:
            assert (relative.id, None) in self.out
            return
        assert (relative.id, None) not in self.out
        self.opened[relative.id] = (opened, until)

    @rule(one=st.integers(0, 1))
    def stop_sharing(self, one: int) -> None:
        relative = self.kin[one]

        async def deed(unit: Unit, patient: Patient) -> None:
            for row in await consents_for(unit.session, patient.person_id, relative.id):
                await giving.withdraw(unit, row, self.patient.id)

        self.do(deed)
        self.opened.pop(relative.id, None)

    @rule(agrees=st.booleans())
    def work_together(self, agrees: bool) -> None:
        async def deed(unit: Unit, patient: Patient) -> None:
            if agrees:
                await giving.give(unit, patient, Purpose.TREATMENT, self.patient.id)
            for row in await consents_to(unit.session, patient.person_id, Purpose.TREATMENT):
                if not agrees:
                    await giving.withdraw(unit, row, self.patient.id)

        self.do(deed)
        if agrees or self.together is not None:
            self.together = agrees

    @rule(one=people, section=sections)
    def keep_out(self, one: int, section: Section | None) -> None:
        self._keep_out(self.everybody[one].id, section)

    @rule(section=st.sampled_from(Section))
    def keep_to_oneself(self, section: Section) -> None:
        self._keep_out(None, section)

    def _keep_out(self, person: str | None, section: Section | None) -> None:
        async def deed(unit: Unit, patient: Patient) -> None:
            await giving.exclude(unit, patient, self.patient.id, person, section)

        try:
            self.do(deed)
        except Conflict:
            # Only where a matter would be left without anybody who may look.
            assert section is None
            left = self.members - {person} - {who for who, what in self.out if what is None}
            assert left == set()
            return
        self.out.add((person, section))

    @rule()
    def let_everybody_in(self) -> None:
        async def deed(unit: Unit, patient: Patient) -> None:
            for row in await exclusions_of(unit.session, patient.person_id):
                await giving.lift(unit, row)

        self.do(deed)
        self.out.clear()

    @rule(one=st.integers(0, 2))
    def come_and_go(self, one: int) -> None:
        person = self.staff[one].id

        async def deed(unit: Unit, patient: Patient) -> None:
            if person in self.members:
                await leave(unit, patient, person)
            else:
                await join(unit, patient, person)

        try:
            self.do(deed)
        except Conflict:
            assert person in self.members
            return
        self.members ^= {person}

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        self.world.clock.move(days=days)

    def expected(self, person: str) -> Relation:
        """What the model says about somebody's tie."""
        withheld = {what for who, what in self.out if what and who in (person, None)}
        member = person in self.members
        if member and self.together is False:
            withheld = set(Section)
        excluded = (person, None) in self.out
        scopes, until = self.opened.get(person, (frozenset[Scope](), self.now))
        seen = {one for one in scopes if SECTION_OF.get(one) not in withheld}
        return Relation(
            member=member,
            scopes=frozenset(seen) if until > self.now and not excluded else frozenset(),
            excluded=excluded,
            withheld=frozenset(withheld),
        )

    @invariant()
    def everybody_sees_what_the_model_says(self) -> None:
        async def look(unit: Unit, patient: Patient) -> list[Relation]:
            return [
                await tie_of(unit.session, patient.person_id, one.id, unit.now)
                for one in self.everybody
            ]

        ties = self.do(look)
        assert ties == [self.expected(one.id) for one in self.everybody]
        for one, tie in zip(self.everybody, ties, strict=True):
            actor = Actor(
                kind="staff" if one in self.staff else "my",
                clinic=ClinicId(one.clinic),
                person=PersonId(one.id),
                role=one.role,
                session=SessionId("s"),
            )
            thing = Thing("patient", self.patient.id, one.clinic, self.patient.id, None, tie)
            may = one.id in self.members and (one.id, None) not in self.out
            assert can(actor, Action.CHART_READ, thing).allowed == may

    @invariant()
    def every_matter_has_one_person_who_may_look(self) -> None:
        async def look(unit: Unit, patient: Patient) -> None:
            held = await open_responsibilities(unit.session, patient.person_id)
            assert sorted(one.matter for one in held) == sorted(Matter)
            out = await kept_out_of(unit.session, patient.person_id)
            for one in held:
                assert one.person_id not in out
                assert await membership_of(unit.session, patient.person_id, one.person_id)

        self.do(look)


@on_both_databases
def test_access_is_what_the_model_says(
    tmp_path: Path, database_url: str, database_kind: str
) -> None:
    with worlds(tmp_path, database_url) as world:
        AccessMachine.world = world
        run_state_machine_as_test(
            AccessMachine,
            settings=settings(
                max_examples=8 if database_kind == "sqlite" else 4,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
