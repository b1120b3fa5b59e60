"""Codes, links and devices against a simple model: once each, five tries, one token that counts."""

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

from rounds.accounts import devices, portal
from rounds.accounts.portal import CODE_LASTS, CODE_TRIES
from rounds.accounts.queries.portal import open_home_sessions
from rounds.accounts.reaching import MOST_SOON, addresses
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Gone
from rounds.kernel.ids import new_id
from rounds.people.model import Person
from tests.databases import on_both_databases
from tests.making.people import Someone, make_clinic, make_patient
from tests.making.portal import make_address, sent_to
from tests.making.world import World, worlds


class Wish:
    """A code as the model knows it."""

    def __init__(self, ask: str, code: str, token: str, at: float) -> None:
        self.ask, self.code, self.token, self.at = ask, code, token, at
        self.tries, self.used = 0, False


class HomeMachine(RuleBasedStateMachine):
    """A patient, somebody who knows her number, a thief of her device's cookie, and time."""

    world: ClassVar[World]
    number: ClassVar[int] = 0
    someone: Someone

    @initialize()
    def make(self) -> None:
        type(self).number += 1
        self.address = f"patient{self.number}@example.org"
        self.wishes: list[Wish] = []
        self.sent_at: list[float] = []
        self.sessions = 0
        # Tokens of the device: what counts, what was handed out, what was replaced.
        self.current, self.next, self.old = "", "", list[str]()
        self.alive = False

        async def act() -> None:
            units = self.world.earth.units
            clinic = await make_clinic(units)
            self.someone = await make_patient(units, clinic)
            await make_address(units, self.world.earth.signer, self.someone, self.address)

        self.world.run(act())

    @property
    def now(self) -> float:
        return self.world.clock.seconds()

    @rule()
    def ask(self) -> None:
        ask = new_id()

        async def act() -> list[dict[str, str]]:
            earth = self.world.earth
            async with earth.units.reading(SYSTEM) as unit:
                typed = await addresses(unit, self.address.upper())
            await portal.send_code(earth.units, earth.signer, ask, typed)
            return [one.values for one in await sent_to(earth.units, self.someone, "my_sign_in")]

        lately = [at for at in self.sent_at if self.now - at < 15 * 60]
        today = [at for at in self.sent_at if self.now - at < 24 * 3600]
        sent = self.world.run(act())
        if len(lately) < MOST_SOON and len(today) < 10:
            self.sent_at.append(self.now)
            values = sent[-1]
            token = values["link"].partition("#t=")[2]
            self.wishes.append(Wish(ask, values["code"], token, self.now))
        assert len(sent) == len(self.sent_at)

    def is_open(self, wish: Wish) -> bool:
        return not wish.used and self.now < wish.at + CODE_LASTS.total_seconds()

    @rule(right=st.booleans(), at=st.integers(0, 3))
    def show_code(self, right: bool, at: int) -> None:
        if not self.wishes:
            return
        wish = self.wishes[at % len(self.wishes)]
        code = wish.code if right else f"{(int(wish.code) + 1) % 1_000_000:06d}"
        earth = self.world.earth
        fits = self.world.run(portal.try_code(earth.units, earth.signer, wish.ask, code))
        assert fits == (right and self.is_open(wish) and wish.tries < CODE_TRIES)
        if self.is_open(wish):
            wish.tries = min(wish.tries + 1, CODE_TRIES)
        if fits:
            self.enter(wish)

    @rule(at=st.integers(0, 3))
    def press_link(self, at: int) -> None:
        if not self.wishes:
            return
        wish = self.wishes[at % len(self.wishes)]
        try:
            found = self.world.run(portal.ask_of_link(self.world.earth.units, wish.token))
        except Gone:
            assert not self.is_open(wish)
            return
        assert self.is_open(wish)
        assert found == wish.ask
        self.enter(wish)

    def enter(self, wish: Wish) -> None:
        """Use a wish up, and let the device be remembered if none is."""

        async def act() -> str:
            earth = self.world.earth
            async with earth.units(SYSTEM) as unit:
                chosen = await portal.take_up(unit, wish.ask)
                assert chosen.person.id == self.someone.id
                person = await unit.session.get_one(Person, self.someone.id)
                _, cookie = await devices.remember(unit, earth.signer, person, "")
            return cookie

        cookie = self.world.run(act())
        wish.used = True
        if not self.alive:
            self.current, self.next, self.old, self.alive = cookie, "", [], True
            self.handed_at, self.until = 0.0, self.now + devices.LASTS.total_seconds()

    def show_device(self, token: str) -> devices.Renewal:
        earth = self.world.earth
        return self.world.run(devices.renew(earth.units, earth.signer, token))

    @rule(which=st.sampled_from(["current", "next"]))
    def renew(self, which: str) -> None:
        token = self.current if which == "current" else self.next
        if not self.alive or not token:
            return
        found = self.show_device(token)
        if self.now >= self.until:
            assert found == devices.Renewal()
            self.alive = False
            return
        assert found.session is not None
        together = which == "current" and self.next and self.now - self.handed_at < 60
        assert (found.device is None) == bool(together)
        if which == "next":
            self.old.append(self.current)
            self.current, self.next = self.next, ""
        if found.device is not None:
            if self.next:
                self.old.append(self.next)
            self.next, self.handed_at = found.device, self.now

    @rule()
    def go_on(self) -> None:
        """The browser shows its newest token beside a session that still holds."""
        if not self.alive or not self.next:
            return
        earth = self.world.earth
        self.world.run(devices.settle(earth.units, earth.signer, self.next))
        if self.now - self.handed_at >= 60:
            self.old.append(self.current)
            self.current, self.next = self.next, ""

    @rule(at=st.integers(0, 5))
    def show_a_replaced_token(self, at: int) -> None:
        if not self.alive or not self.old:
            return
        found = self.show_device(self.old[at % len(self.old)])
        assert found.copied == (self.now < self.until)
        assert found.session is None
        self.alive = False

    @rule(minutes=st.sampled_from([1, 3, 11, 16, 800]))
    def wait(self, minutes: int) -> None:
        self.world.clock.move(minutes=minutes)

    @invariant()
    def a_device_that_ended_opens_nothing(self) -> None:
        if self.alive or not getattr(self, "current", ""):
            return
        for token in (self.current, self.next):
            if token:
                assert self.show_device(token) == devices.Renewal()

        async def act() -> int:
            async with self.world.earth.units.reading(SYSTEM) as unit:
                return len(await open_home_sessions(unit.session, self.someone.id, unit.now))

        if self.now < self.until:
            assert self.world.run(act()) == 0


@on_both_databases
def test_the_way_in_does_what_the_model_says(
    tmp_path: Path, database_url: str, database_kind: str
) -> None:
    with worlds(tmp_path, database_url) as world:
        HomeMachine.world = world
        run_state_machine_as_test(
            HomeMachine,
            settings=settings(
                max_examples=25 if database_kind == "sqlite" else 8,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
