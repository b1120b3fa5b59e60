"""Addresses of people, and the messages that were queued to them."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from rounds.kernel.actor import SYSTEM
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Units
from rounds.notices.model import Notice
from rounds.people.contacts import add_contact, verify_contact
from rounds.people.model import Person, System
from tests.making.browser import Answer, Browser
from tests.making.people import Someone


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it was queued."""

    kind: str
    person: str
    contact: str
    values: dict[str, Any]

    @property
    def token(self) -> str:
        """The token in the link's fragment."""
        return str(self.values["link"]).partition("#t=")[2]


async def make_address(
    units: Units, signer: Signer, person: Someone, value: str, proved: bool = True
) -> str:
    """Enter an address of somebody; return the contact point's id."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Person, person.id)
        system = System.EMAIL if "@" in value else System.SMS
        contact = await add_contact(unit, signer, row, system, value, "GB")
        if proved:
            await verify_contact(unit, contact)
    return contact.id


async def sent_to(units: Units, person: Someone, kind: str = "") -> list[Sent]:
    """Everything queued to somebody, in order."""
    async with units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(Notice).where(Notice.person_id == person.id).order_by(Notice.id)
        )
        rows = found.scalars().all()
    return [
        Sent(one.kind, one.person_id, one.contact_id or "", json.loads(one.values))
        for one in rows
        if kind in ("", one.kind)
    ]


async def ask_for_code(browser: Browser, address: str) -> Answer:
    """Type an address into the page for signing in between visits."""
    return await browser.post("/my/sign-in", data={"address": address})


def hidden(answer: Answer, name: str) -> str:
    """The value of a hidden field of a page."""
    start = f'name="{name}" value="'
    return answer.text.partition(start)[2].partition('"')[0]
