"""The network check: the way in tried step by step, one try at a time, and what was found last."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.admin.queries import last_network_check
from rounds.audit import trail
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.clock import Clock
from rounds.kernel.errors import Unavailable
from rounds.kernel.tasks import Tasks
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.media.relay import Credentials, Relay
from rounds.reach.check import check, names
from rounds.reach.plan import Plan
from rounds.reach.step import Step

PAUSE = timedelta(seconds=10)
"""From the end of one run to the next, whoever asks."""
LENT_SECONDS = 60
"""How long the relay lets a browser in that tries the way."""
LENDING_PAUSE = timedelta(seconds=5)
SOON = N_("The check has only just run. Please wait a few seconds.")


@dataclass(frozen=True, slots=True)
class Loan:
    """What a browser needs to try the way itself; it opens nothing but the relay, for a minute."""

    plan: Plan
    relay: Credentials | None


class NetworkCheck:
    """One for the server: its way in is the same for all clinics on it. Kept in memory."""

    def __init__(
        self, plan: Callable[[datetime], Plan], relay: Relay | None, tasks: Tasks, clock: Clock
    ) -> None:
        """Try what `plan` says at a moment, in a background task."""
        self._plan, self._relay, self._tasks, self._clock = plan, relay, tasks, clock
        self._lent_at: datetime | None = None
        self.expected: Sequence[str] = ()
        self.steps: list[Step] = []
        self.began_at: datetime | None = None
        self.ended_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self.began_at is not None and self.ended_at is None

    @property
    def to_come(self) -> Sequence[str]:
        """The names of the steps that have no result yet, the one being tried first."""
        if not self.running:
            return ()
        done = Counter(step.name for step in self.steps)
        left = []
        for name in self.expected:
            if done[name] == 0:
                left.append(name)
            else:
                done[name] -= 1
        return left

    def plan(self) -> Plan:
        """Return what would be tried now."""
        return self._plan(self._clock.now())

    def begin(self) -> bool:
        """Begin a run; return False while one is under way. Raises Unavailable right after one."""
        if self.running:
            return False
        now = self._clock.now()
        _pause(self.ended_at, PAUSE, now)
        plan = self._plan(now)
        self.expected, self.steps, self.began_at, self.ended_at = names(plan), [], now, None
        self._tasks.once("network-check", self._run(plan))
        return True

    def lend(self) -> Loan:
        """Return what a browser tries the way with. Raises Unavailable when asked too often."""
        now = self._clock.now()
        _pause(self._lent_at, LENDING_PAUSE, now)
        self._lent_at = now
        given = self._relay.credentials("check", now, LENT_SECONDS) if self._relay else None
        return Loan(self._plan(now), given)

    async def _run(self, plan: Plan) -> None:
        try:
            async for step in check(plan):
                self.steps.append(step)
        finally:
            self.ended_at = self._clock.now()


async def look_at_network(unit: Unit) -> datetime | None:
    """Return when somebody of the actor's clinic last ran the check. Raises NotFound for others."""
    thing = _ask(unit)
    return await last_network_check(unit.session, str(thing.clinic))


async def run_check(unit: Unit, network: NetworkCheck) -> None:
    """Begin a run, if none is under way. Raises NotFound, Unavailable."""
    thing = _ask(unit)
    if network.begin():
        await trail.record(unit, "network.check", thing.kind, thing.id)


async def try_from_browser(unit: Unit, network: NetworkCheck) -> Loan:
    """Lend an administrator's browser what it needs. Raises NotFound, Unavailable."""
    thing = _ask(unit)
    loan = network.lend()
    await trail.record(unit, "network.browser", thing.kind, thing.id)
    return loan


def _ask(unit: Unit) -> Thing:
    thing = Thing("clinic", unit.actor.clinic, unit.actor.clinic)
    require(unit, Action.NETWORK_CHECK, thing)
    return thing


def _pause(since: datetime | None, pause: timedelta, now: datetime) -> None:
    left = since + pause - now if since else timedelta()
    if left > timedelta():
        raise Unavailable(SOON, retry_after=round(left.total_seconds()) or 1, throttled=True)
