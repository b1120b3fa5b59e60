"""A house with a real mail server and a real gateway for text messages behind it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from rounds.accounts.queries.invitations import invitation_by_id
from rounds.app import SENDER
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import RoomId, VisitId
from rounds.notices.model import Notice, NoticeState
from rounds.people.model import System
from rounds.visits.events import VisitChanged
from rounds.visits.model import Visit
from rounds.visits.sending import Sent, send_link
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.notices import Mailbox, Service, give_address, mailbox, service
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

PURPOSE = "Panic attacks since the depression came back"


@dataclass(slots=True)
class Post:
    """A house with a real mail server and a real gateway behind it."""

    house: House
    box: Mailbox
    gateway: Service

    async def deliver(self) -> None:
        """Send what is due; some of it the house's own loop may be sending already."""
        await self.house.app[SENDER].send_due()
        await eventually(self._nothing_is_due)

    async def _nothing_is_due(self) -> bool:
        async with self.house.units.reading(SYSTEM) as unit:
            found = await unit.session.execute(
                select(Notice.id).where(
                    Notice.state == NoticeState.WAITING, Notice.due_at <= unit.now
                )
            )
            return found.first() is None

    @property
    def texts(self) -> list[dict[str, str]]:
        return [json.loads(body) for _, body in self.gateway.posted]

    async def notices(self, visit: MadeVisit, *states: NoticeState) -> list[Notice]:
        async with self.house.units.reading(SYSTEM) as unit:
            found = await unit.session.execute(
                select(Notice).where(Notice.about_id == visit.id).order_by(Notice.due_at, Notice.id)
            )
            return [one for one in found.scalars() if not states or one.state in states]

    async def waiting(self, visit: MadeVisit) -> list[tuple[str, timedelta]]:
        now = self.house.clock.now()
        rows = await self.notices(visit, NoticeState.WAITING)
        return [(row.kind, row.due_at - now) for row in rows]

    async def give(self, person: Someone, *systems: System, proved: bool = True) -> None:
        for system in systems:
            signer = self.house.foundation.signer
            await give_address(self.house.units, signer, person, system, proved=proved)

    async def send(self, visit: MadeVisit, guest: Someone) -> Sent:
        link = visit.link(guest)
        async with self.house.units(SYSTEM) as unit:
            row = await invitation_by_id(unit.session, link.invitation)
            assert row is not None
            planned = await unit.session.get_one(Visit, visit.id)
            return await send_link(unit, planned, row, link.token, link.pin)

    async def change(self, visit: MadeVisit, **changes: Any) -> None:
        """Change a visit as booking does, and say so."""
        async with self.house.units(SYSTEM) as unit:
            row = await unit.session.get_one(Visit, visit.id)
            for name, value in changes.items():
                setattr(row, name, value)
            unit.tell(VisitChanged(VisitId(visit.id), RoomId(visit.room)))


@asynccontextmanager
async def post_office(folder: Path, **changes: Any) -> AsyncIterator[Post]:
    """Serve such a house until the block ends."""
    async with mailbox() as box, service() as gateway:
        settings = make_settings(
            folder,
            "",
            smtp_host="127.0.0.1",
            smtp_port=box.port,
            smtp_tls="none",
            mail_from="visits@clinic.example",
            sms_url=gateway.url,
            **changes,
        )
        async with running(settings) as house:
            yield Post(house, box, gateway)


async def planned(post: Post, days: float = 3, with_pin: bool = False) -> MadeVisit:
    units = post.house.units
    clinic = await make_clinic(units)
    gp = await make_staff(units, clinic, given="Amarantha")
    start = post.house.clock.now() + timedelta(days=days)
    return await make_visit(
        units, clinic, [gp], starts_at=start, with_pin=with_pin, purpose=PURPOSE
    )
