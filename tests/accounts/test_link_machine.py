"""A link against a simple model: one device, five PINs, and no way round either."""

from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from rounds.accounts import links
from rounds.accounts.links import PIN_TRIES, WAITING_BEFORE
from rounds.accounts.model import Invitation, Session
from rounds.kernel.actor import STRANGER, SYSTEM
from rounds.kernel.errors import Conflict, Gone, Invalid, NotFound, Refusal
from rounds.visits.guest import peek
from tests.databases import on_both_databases
from tests.making.visits import QUICK, MadeVisit, make_visit
from tests.making.world import World, worlds

RIGHT, WRONG = "271828", "000000"


class LinkMachine(RuleBasedStateMachine):
    """Strangers with the token, staff who take it back, and time."""

    world: ClassVar[World]
    visit: MadeVisit
    invitation: str
    token: str

    @initialize(early=st.booleans(), with_pin=st.booleans())
    def make(self, early: bool, with_pin: bool) -> None:
        self.with_pin = with_pin
        self.starts_at = self.world.clock.now() + WAITING_BEFORE * (2 if early else 0)
        self.visit = self.world.run(make_visit(self.world.earth.units, starts_at=self.starts_at))
        self.revoked: list[str] = []
        self.ended = False
        self.fresh(first=True)

    def fresh(self, first: bool = False) -> None:
        """Replace the link by one that asks for the right PIN, or for none."""

        async def replace() -> tuple[Invitation, str]:
            async with self.world.earth.units(SYSTEM) as unit:
                pin_hash = QUICK.hash(RIGHT) if self.with_pin else None
                old = self.visit.link(self.visit.patient).invitation if first else self.invitation
                return await links.reissue(unit, old, pin_hash)

        row, token = self.world.run(replace())
        if not first:
            self.revoked.append(self.token)
        self.invitation, self.token = row.id, token
        self.tries, self.bound, self.gone = 0, False, False

    @property
    def waiting(self) -> bool:
        return self.world.clock.now() >= self.starts_at - WAITING_BEFORE

    def redeem(self, token: str, pin: str | None) -> Refusal | None:
        async def act() -> Refusal | None:
            earth = self.world.earth
            try:
                await links.redeem(earth.units, earth.passwords, token, pin)
            except Refusal as refusal:
                return refusal
            return None

        return self.world.run(act())

    @rule(pin=st.sampled_from([RIGHT, WRONG, WRONG, None, "", "2718280"]))
    def try_it(self, pin: str | None) -> None:
        refusal = self.redeem(self.token, pin)
        if self.gone:
            assert isinstance(refusal, NotFound)
        elif self.ended or self.tries >= PIN_TRIES or not self.waiting:
            assert isinstance(refusal, Gone)
        elif self.bound:
            assert isinstance(refusal, Conflict)
        elif self.with_pin and pin != RIGHT:
            self.tries += 1
            if self.tries == PIN_TRIES:
                assert isinstance(refusal, Gone)
            else:
                assert isinstance(refusal, Invalid)
                assert refusal.details["tries_left"] == PIN_TRIES - self.tries
        else:
            assert refusal is None
            self.bound, self.tries = True, 0

    @rule()
    def look(self) -> None:
        async def act() -> str:
            async with self.world.earth.units.reading(STRANGER) as unit:
                try:
                    seen = await peek(unit, self.token)
                except NotFound:
                    return "unknown"
                assert seen.host is None or not (self.with_pin or self.ended)
                return str(seen.standing)

        expected = "ready"
        if self.gone:
            expected = "unknown"
        elif self.ended:
            expected = "over"
        elif self.tries >= PIN_TRIES:
            expected = "locked"
        elif not self.waiting:
            expected = "early"
        elif self.with_pin and not self.bound:
            expected = "pin"
        assert self.world.run(act()) == expected

    @rule(pin=st.sampled_from([RIGHT, None]))
    def try_one_that_was_replaced(self, pin: str | None) -> None:
        for token in self.revoked:
            assert isinstance(self.redeem(token, pin), NotFound)

    @rule()
    def revoke(self) -> None:
        async def act() -> None:
            async with self.world.earth.units(SYSTEM) as unit:
                await links.revoke(unit, self.invitation)

        self.world.run(act())
        self.gone = True

    @rule()
    def reissue(self) -> None:
        if not self.ended:
            self.fresh()

    @rule()
    def end(self) -> None:
        async def act() -> None:
            async with self.world.earth.units(SYSTEM) as unit:
                await links.close(unit, await unit.session.get_one(Invitation, self.invitation))

        if not self.gone:
            self.world.run(act())
            self.ended = True

    @rule(minutes=st.sampled_from([1, 40]))
    def wait(self, minutes: int) -> None:
        self.world.clock.move(minutes=minutes)

    @invariant()
    def at_most_one_device_is_in(self) -> None:
        async def open_sessions() -> list[str | None]:
            async with self.world.earth.units.reading(SYSTEM) as unit:
                found = await unit.session.execute(
                    select(Session.invitation_id).where(
                        Session.person_id == self.visit.patient.id, Session.ended_at.is_(None)
                    )
                )
                return list(found.scalars())

        expected = [self.invitation] if self.bound and not self.gone else []
        assert self.world.run(open_sessions()) == expected


@on_both_databases
def test_a_link_does_what_the_model_says(
    tmp_path: Path, database_url: str, database_kind: str
) -> None:
    with worlds(tmp_path, database_url) as world:
        LinkMachine.world = world
        run_state_machine_as_test(
            LinkMachine,
            settings=settings(
                max_examples=25 if database_kind == "sqlite" else 8,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
