"""The waiting room against a simple model: nobody is ever inside without a host who let them in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rounds.kernel.actor import Actor, Role
from rounds.kernel.errors import Conflict, Forbidden, Gone, Refusal, Unavailable
from rounds.kernel.ids import ClinicId, PersonId, RoomId, SessionId, new_id
from rounds.kernel.unit import Unit
from rounds.rooms import lobby
from rounds.rooms.opening import close_room
from rounds.rooms.picture import Picture, take_picture
from tests.databases import on_both_databases
from tests.making.people import Someone, make_staff
from tests.making.visits import MadeVisit, make_visit
from tests.making.world import World, worlds

GUESTS = st.integers(0, 2)
HOSTS = st.integers(0, 1)
ANYBODY = st.integers(0, 5)
Decide = Callable[[Unit, str, str, str], Awaitable[None]]


async def decided_about(deed: Decide, seat: str, unit: Unit, room: str) -> None:
    """A clinician's decision about a seat."""
    await deed(unit, room, seat, "")


def actor(person: Someone, room: str) -> Actor:
    """The person with a session of their own."""
    guest = person.role in (Role.PATIENT, Role.RELATIVE)
    return Actor(
        kind="guest" if guest else "staff",
        clinic=ClinicId(person.clinic),
        person=PersonId(person.id),
        role=person.role,
        session=SessionId(new_id()),
        room=RoomId(room) if guest else None,
    )


@dataclass
class Place:
    """What the model knows of somebody."""

    standing: str = "invited"
    given: str | None = None
    order: int | None = None
    denied_at: float = 0.0

    @property
    def in_line(self) -> bool:
        return self.standing in ("waiting", "sent_back")


class LobbyMachine(RuleBasedStateMachine):
    """Two hosts, a coordinator, a patient and two relatives do what they like."""

    world: ClassVar[World]
    visit: MadeVisit

    @initialize()
    def plan(self) -> None:
        self.visit = self.world.run(self._plan())
        self.hosts = list(self.visit.team[:2])
        self.coordinator = self.visit.team[2]
        self.guests = [self.visit.patient, *self.visit.relatives]
        self.people = [*self.hosts, self.coordinator, *self.guests]
        self.actors = {one.id: actor(one, self.visit.room) for one in self.people}
        self.places = {one.id: Place() for one in self.people}
        self.arrivals = 0
        self.open = True

    async def _plan(self) -> MadeVisit:
        units = self.world.earth.units
        visit = await make_visit(units, relatives=0)
        roles = (Role.THERAPIST, Role.COORDINATOR)
        team = [visit.gp] + [await make_staff(units, visit.clinic, role) for role in roles]
        return await make_visit(units, visit.clinic, team, relatives=2)

    # --- the model ---------------------------------------------------------------------------

    def place(self, person: Someone) -> Place:
        return self.places[person.id]

    @property
    def hosted(self) -> bool:
        return any(self.place(one).standing == "admitted" for one in self.hosts)

    def give(self, person: Someone, standing: str) -> None:
        place = self.place(person)
        place.standing = place.given = standing
        place.denied_at = self.world.clock.seconds()

    def send_all_back_without_host(self) -> None:
        if not self.hosted:
            for one in self.people:
                if self.place(one).standing == "admitted":
                    self.give(one, "sent_back")

    def arrive(self, person: Someone) -> None:
        place = self.place(person)
        place.standing = "waiting"
        if place.order is None:
            self.arrivals += 1
            place.order = self.arrivals

    # --- doing the same to both --------------------------------------------------------------

    def do(self, person: Someone, deed: Callable[[Unit, str], Awaitable[object]]) -> Refusal | None:
        async def act() -> Refusal | None:
            try:
                async with self.world.earth.units(self.actors[person.id]) as unit:
                    await deed(unit, self.visit.room)
            except Refusal as refusal:
                return refusal
            return None

        # Two arrivals never share an instant.
        self.world.clock.move(milliseconds=1)
        return self.world.run(act())

    @rule(one=ANYBODY)
    def enter(self, one: int) -> None:
        person = self.people[one]
        assert self.do(person, lobby.enter) is None
        staff = person in self.people[:3]
        if self.open and staff and self.place(person).standing == "invited":
            self.give(person, "admitted")

    @rule(one=ANYBODY)
    def knock(self, one: int) -> None:
        person = self.people[one]
        place, refusal = self.place(person), self.do(person, lobby.knock)
        if not self.open:
            assert isinstance(refusal, Gone)
            return
        if person in self.hosts:
            assert refusal is None
            if place.standing != "admitted":
                self.give(person, "admitted")
            return
        cooling = self.world.clock.seconds() - place.denied_at < 60
        if place.standing == "denied" and cooling:
            assert isinstance(refusal, Unavailable)
            assert 0 < (refusal.retry_after or 0) <= 60
            return
        assert refusal is None
        if place.standing == "left":
            place.standing = place.given or "waiting"
            self.send_all_back_without_host()
        if place.standing in ("invited", "denied"):
            self.arrive(person)

    @rule(host=HOSTS, guest=GUESTS)
    def admit(self, host: int, guest: int) -> None:
        person = self.guests[guest]
        refusal = self.do(
            self.hosts[host], lambda unit, room: lobby.admit(unit, room, self.visit.seat(person))
        )
        standing = self.place(person).standing
        fits = self.place(person).in_line or standing == "admitted"
        # Two who press at once mean the same: the second changes nothing.
        if self.decided(host, refusal, fits) and standing != "admitted":
            self.give(person, "admitted")

    @rule(host=HOSTS)
    def admit_all(self, host: int) -> None:
        refusal = self.do(self.hosts[host], lobby.admit_all)
        if self.decided(host, refusal, True):
            for one in self.people:
                if self.place(one).in_line:
                    self.give(one, "admitted")

    @rule(host=HOSTS, guest=GUESTS)
    def deny(self, host: int, guest: int) -> None:
        person = self.guests[guest]
        refusal = self.do(
            self.hosts[host],
            lambda unit, room: lobby.deny(unit, room, self.visit.seat(person), "not now"),
        )
        standing = self.place(person).standing
        fits = self.place(person).in_line or standing == "denied"
        if self.decided(host, refusal, fits) and standing != "denied":
            self.give(person, "denied")

    @rule(host=HOSTS, one=st.integers(2, 5))
    def send_back(self, host: int, one: int) -> None:
        person = self.people[one]
        refusal = self.do(
            self.hosts[host],
            lambda unit, room: lobby.send_back(unit, room, self.visit.seat(person), "one moment"),
        )
        standing = self.place(person).standing
        fits = standing in ("admitted", "sent_back")
        if self.decided(host, refusal, fits) and standing != "sent_back":
            self.give(person, "sent_back")

    def decided(self, host: int, refusal: Refusal | None, fits: bool) -> bool:
        if self.place(self.hosts[host]).standing != "admitted":
            assert isinstance(refusal, Forbidden)
        elif not self.open:
            assert isinstance(refusal, Gone)
        elif not fits:
            assert isinstance(refusal, Conflict)
        else:
            assert refusal is None
        return refusal is None

    @rule(one=st.integers(2, 5), other=GUESTS)
    def admit_without_being_a_host(self, one: int, other: int) -> None:
        seat = self.visit.seat(self.guests[other])
        refusal = self.do(self.people[one], lambda unit, room: lobby.admit(unit, room, seat))
        assert isinstance(refusal, Forbidden)

    @rule(host=HOSTS, other=HOSTS)
    def decide_about_a_host(self, host: int, other: int) -> None:
        seat = self.visit.seat(self.hosts[other])
        for deed in (lobby.deny, lobby.send_back):
            refusal = self.do(self.hosts[host], partial(decided_about, deed, seat))
            assert not self.decided(host, refusal, False)

    @rule(one=ANYBODY)
    def leave(self, one: int) -> None:
        person = self.people[one]
        assert self.do(person, lobby.leave) is None
        if self.open and self.place(person).standing not in ("left", "invited", "denied"):
            self.place(person).standing = "left"
            if person in self.hosts:
                self.send_all_back_without_host()

    @precondition(lambda self: self.arrivals > 1)
    @rule(host=HOSTS)
    def close(self, host: int) -> None:
        assert self.do(self.hosts[host], close_room) is None
        self.open = False

    @rule(seconds=st.sampled_from([1, 30, 61]))
    def wait(self, seconds: int) -> None:
        self.world.clock.move(seconds=seconds)

    # --- what must always be true ------------------------------------------------------------

    @invariant()
    def they_agree(self) -> None:
        picture = self.world.run(self._picture())
        assert picture.room.is_open == self.open
        for one in self.people:
            seat = picture.seat(self.visit.seat(one))
            assert seat.standing == self.place(one).standing, one.name
        line = [seat.person_id for seat in picture.line()]
        waiting = [one.id for one in self.people if self.place(one).in_line]
        assert line == sorted(
            waiting,
            key=lambda id: (
                self.places[id].given != "sent_back",
                # Whoever was let in without ever standing in line comes last among equals.
                self.places[id].order or 10_000,
            ),
        )

    @invariant()
    def no_guest_is_inside_without_a_host(self) -> None:
        if not self.hosted and self.open:
            assert not [one.name for one in self.guests if self.place(one).standing == "admitted"]

    async def _picture(self) -> Picture:
        async with self.world.earth.units.reading(self.actors[self.hosts[0].id]) as unit:
            return await take_picture(unit, self.visit.room)


@on_both_databases
def test_the_waiting_room_does_what_the_model_says(
    tmp_path: Path, database_url: str, database_kind: str
) -> None:
    with worlds(tmp_path, database_url) as world:
        LobbyMachine.world = world
        run_state_machine_as_test(
            LobbyMachine,
            settings=settings(
                max_examples=16 if database_kind == "sqlite" else 6,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
