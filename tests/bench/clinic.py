"""A clinic whose staff write plans together, and the product's own command that serves it."""

import asyncio
import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rounds.accounts.cookies import staff_cookie
from rounds.accounts.queries.staff import account_of
from rounds.accounts.session import open_staff_session
from rounds.careplan.beginning import plan_of
from rounds.kernel.actor import SYSTEM, Role
from rounds.migrations.runner import migrate
from rounds.people.model import Patient
from rounds.resources import lay_foundation
from tests.commands.program import environment, serving
from tests.making.ground import make_settings
from tests.making.people import Someone, enter_staff, make_clinic, make_patient, make_team

Seat = dict[str, str]
"""A page to come: the cookie of who opens it, and whose plan it is."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """A folder of data as it was filled, and who may open which plan.

    `crowd` are the seats at one plan, `trios` three seats at each of many.
    """

    data: Path
    crowd: list[Seat]
    trios: list[list[Seat]]

    @contextlib.contextmanager
    def served(self, data: Path) -> Iterator[tuple[int, int]]:
        """Serve what lies in `data`; yields process id and port. What is killed stays killed."""
        env = environment(data, media_processes="1", idle_minutes="60")
        with serving("serve", env=env, log=data / "log") as process:
            yield process.pid, int(env["ROUNDS_PORT"])

    @contextlib.contextmanager
    def copied(self, folder: Path) -> Iterator[Path]:
        """Give a copy of the data that nobody has written in yet."""
        copy = folder / "served"
        shutil.copytree(self.data, copy)
        try:
            yield copy
        finally:
            shutil.rmtree(copy)


def fill(folder: Path, people: int, trios: int) -> Clinic:
    """Enter a clinic with so many GPs who share one plan, and so many plans that three share."""
    data = folder / "clinic"
    data.mkdir()
    return asyncio.run(_fill(data, people, trios))


async def _fill(data: Path, people: int, trios: int) -> Clinic:
    settings = make_settings(data, "")
    foundation = lay_foundation(settings)
    units = foundation.units
    try:
        await migrate(foundation.engine)
        clinic = await make_clinic(units)
        cookies: dict[str, str] = {}
        staff: list[Someone] = []
        async with units(SYSTEM) as unit:
            for _ in range(people):
                one = await enter_staff(unit, clinic, Role.GP)
                account = await account_of(unit.session, one.id)
                assert account is not None
                token = await open_staff_session(unit, account, Role.GP, "bench")
                cookies[one.id] = f"{staff_cookie(settings)}={token}"
                staff.append(one)
        teams = [staff]
        teams += [[staff[(3 * at + seat) % people] for seat in range(3)] for at in range(trios)]
        seats: list[list[Seat]] = []
        for team in teams:
            patient = await make_patient(units, clinic)
            await make_team(units, patient, team)
            async with units(SYSTEM) as unit:
                await plan_of(unit, await unit.session.get_one(Patient, patient.id))
            seats.append([{"cookie": cookies[one.id], "patient": patient.id} for one in team])
        return Clinic(data, seats[0], seats[1:])
    finally:
        await foundation.close()


def node() -> str | None:
    """Return the program that the writers and the peer run in, if it is there."""
    return shutil.which("node")


def ended(process: "subprocess.Popen[str]") -> str:
    """Wait for a program's end; return what it still said. RuntimeError when it failed."""
    said, _ = process.communicate(timeout=60)
    if process.returncode != 0:
        raise RuntimeError("the writers did not get to their end")
    return said
