"""People with a patient's plan open, by the product's own sockets."""

import base64
import itertools
from dataclasses import dataclass
from typing import Any

from rounds.kernel.actor import Role
from rounds.kernel.ids import new_id
from rounds.people.model import Clinic
from tests.making.browser import Browser, Line
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff, make_team
from tests.making.writers import Writer

CLIENTS = itertools.count(1000)
PLAN = "/careplan"


def text(data: bytes) -> str:
    """Bytes as they are sent."""
    return base64.b64encode(data).decode()


def data(text: str) -> bytes:
    """Bytes as they were sent."""
    return base64.b64decode(text)


class PlanPage(Writer):
    """One page with one section open, and a copy of its texts."""

    def __init__(self, line: Line, section: str) -> None:
        """Belong to a line to the plan."""
        super().__init__(next(CLIENTS))
        self.line = line
        self.section = section
        self.heard = 0

    async def open(self) -> Any:
        """Open the section, or open it again; return what was told of it, if it is there."""
        wish = {"kind": self.section, "client": self.client, "vector": text(self.doc.get_state())}
        self.heard = len(self.line.heard)
        answer = await self.line.ask("open", sections=[wish])
        told = answer["sections"].get(self.section)
        if told is not None:
            self.hear([data(told["update"])])
            self.seq = told["seq"]
        return told

    def take(self) -> None:
        """Take in what was told since, row by row."""
        fresh, self.heard = self.line.heard[self.heard :], len(self.line.heard)
        for name, told in fresh:
            if told.get("to", told.get("seq", self.seq + 1)) <= self.seq:
                continue  # told to the page before it opened again: the answer had it
            if name == "update" and told["section"] == self.section:
                assert told["from"] == self.seq + 1, (told, self.seq)
                assert len(told["updates"]) == len(told["by"]) == told["to"] - self.seq
                self.hear(data(one) for one in told["updates"])
                self.seq = told["to"]
            elif name in ("command", "locked") and told["section"] == self.section:
                assert told["seq"] == self.seq + 1, (told, self.seq)
                self.seq = told["seq"]

    async def until(self, seq: int) -> "PlanPage":
        """Wait until rows up to `seq` were told."""
        await self.line.until(
            "update", lambda told: told["section"] == self.section and told["to"] >= seq
        )
        self.take()
        return self

    async def type(self, field: str, at: int, letters: str) -> int:
        """Write, send, and return the number of the row."""
        self.write(field, at, letters)
        return int((await self.save())["seq"])

    async def save(self) -> Any:
        """Send what was not sent yet; return the last answer."""
        told = None
        for one in self.send():
            told = await self.line.ask("update", section=self.section, update=text(one))
        return told

    async def add(self, item: str, kind: str, **values: Any) -> int:
        """Add an item."""
        told = await self.command("add", item, kind=kind, rank="m", values=values)
        return int(told["seq"])

    async def command(self, op: str, item: str, **more: Any) -> Any:
        """Give a command."""
        sent = {"section": self.section, "id": new_id(), "op": op, "item": item, **more}
        return await self.line.ask("command", **sent)

    async def refusal(self, event: str, **sent: Any) -> Any:
        """Send something that is refused; return the whole refusal."""
        answer = await self.line.send(event, {"section": self.section, **sent})
        assert "error" in answer, answer
        return answer["error"]


@dataclass(slots=True)
class PlanCast:
    """A patient with their team, and everybody's browser."""

    house: House
    clinic: Clinic
    patient: Someone
    gp: Someone
    therapist: Someone
    coordinator: Someone

    async def line(self, person: Someone) -> Line:
        """Join the plan as somebody, on a browser of their own."""
        if person.role in (Role.PATIENT, Role.RELATIVE):
            return await self.join(await self.house.at_home(person), "my")
        return await self.join(await self.house.signed_in(person), "staff")

    async def join(self, browser: Browser, door: str) -> Line:
        """Join the plan by a browser."""
        return await browser.line(PLAN, {"door": door, "patient": self.patient.id})

    async def page(self, person: Someone, section: str) -> PlanPage:
        """Open one section as somebody."""
        page = PlanPage(await self.line(person), section)
        await page.open()
        return page


async def make_plan_cast(house: House) -> PlanCast:
    """Enter a clinic, a patient and a team of three."""
    units = house.units
    clinic = await make_clinic(units)
    patient = await make_patient(units, clinic)
    roles = (Role.GP, Role.THERAPIST, Role.COORDINATOR)
    team = [await make_staff(units, clinic, role) for role in roles]
    await make_team(units, patient, team)
    return PlanCast(house, clinic, patient, *team)
