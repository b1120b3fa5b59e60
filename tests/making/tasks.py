"""Tasks of patients, given by the product's own rules."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from rounds.app import OVERDUE_WATCH
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.unit import Units
from rounds.people.model import Clinic, Patient
from rounds.tasks.giving import Wanted, enter
from rounds.tasks.model import Task
from tests.making.browser import Browser
from tests.making.house import House
from tests.making.people import (
    Someone,
    make_clinic,
    make_patient,
    make_relative,
    make_staff,
    make_team,
)


@dataclass(frozen=True, slots=True)
class Ward:
    """A patient, her sister, a team of a GP and a coordinator, and a therapist outside of it."""

    house: House
    clinic: Clinic
    patient: Someone
    sister: Someone
    gp: Someone
    sam: Someone
    ada: Someone


async def ward(house: House) -> Ward:
    """Enter them in a clinic of their own."""
    clinic = await make_clinic(house.units)
    patient = await make_patient(house.units, clinic)
    sister = await make_relative(house.units, clinic, patient)
    gp, sam, ada = [
        await make_staff(house.units, clinic, role)
        for role in (Role.GP, Role.COORDINATOR, Role.THERAPIST)
    ]
    await make_team(house.units, patient, [gp, sam])
    return Ward(house, clinic, patient, sister, gp, sam, ada)


async def make_task(
    units: Units, patient: Someone, owner: str, giver: Someone | None = None, **wanted: Any
) -> str:
    """Give a task to a person or to a role, by itself or as from `giver`; return its id."""
    given = Wanted(**{"subject": "Send the letter", "owner": owner, "days": 5, **wanted})
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        task = await enter(unit, row, given)
        task.given_by = giver.id if giver else None
    return task.id


async def task_of(units: Units, id: str) -> Task:
    """The task as it stands."""
    async with units.reading(SYSTEM) as unit:
        return (await unit.session.execute(select(Task).where(Task.id == id))).scalar_one()


async def give(browser: Browser, patient: Someone, owner: str, **changes: str) -> Any:
    """Send the form that gives a task."""
    form = {"subject": "Send the letter", "owner": owner, "days": "5", **changes}
    return await browser.post(f"/patients/{patient.id}/tasks", data=form)


async def say(browser: Browser, task: str, deed: str, words: str = "", my: str = "") -> Any:
    """Send an answer of its owner; `my` is "/my" for somebody at home."""
    return await browser.post(f"{my}/tasks/{task}/answer", data={"deed": deed, "words": words})


async def change(browser: Browser, task: str, deed: str, **fields: str) -> Any:
    """Send a change of the team."""
    return await browser.post(f"/tasks/{task}/change", data={"deed": deed, **fields})


async def waiting_for(house: House, person: Someone) -> list[dict[str, Any]]:
    """The tasks on somebody's page of the day."""
    browser = await house.signed_in(person)
    told: list[dict[str, Any]] = (await browser.get("/today.json")).json()["tasks"]
    return told


async def days_later(house: House, days: int) -> None:
    """Let days pass, and let the watch look."""
    house.pass_time(seconds=timedelta(days=days).total_seconds())
    await house.app[OVERDUE_WATCH].sweep()
