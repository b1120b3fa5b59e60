"""Visits that took place and were ended, by the doors people use."""

from rounds.kernel.actor import SYSTEM
from rounds.rooms.model import Room
from tests.making.browser import Answer, Browser
from tests.making.house import House
from tests.making.people import Someone
from tests.making.visits import MadeVisit

DAY = "2099-12-24"


async def held(house: House, visit: MadeVisit, minutes: int = 9) -> Browser:
    """The GP lets the patient in and ends the visit; return the patient's browser."""
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    link = visit.link(visit.patient)
    phone = await house.guest(link)
    line = await phone.guest_room(link)
    await line.ask("knock")
    await console.ask("admit", admission=visit.seat(visit.patient))
    house.pass_time(minutes=minutes)
    await console.ask("end")
    async with house.units.reading(SYSTEM) as unit:
        assert not (await unit.session.get_one(Room, visit.room)).is_open
    return phone


async def write(browser: Browser, visit: MadeVisit, **fields: object) -> Answer:
    """Save a summary, on its first revision if nothing else is said."""
    return await browser.post(f"/visits/{visit.id}/summary", {"revision": 0} | fields)


async def decide(browser: Browser, visit: MadeVisit, **fields: object) -> Answer:
    """Decide that the GP calls on a day far ahead, or what is said."""
    usual = {"next_step": "Phone call", "owner": visit.gp.id, "due": DAY, "decide": True}
    return await write(browser, visit, **usual | fields)


async def publish(browser: Browser, visit: MadeVisit, revision: int = 1) -> Answer:
    """Press the button."""
    return await browser.post(f"/visits/{visit.id}/summary/publish", {"revision": revision})


async def agreed(browser: Browser, visit: MadeVisit, person: Someone | None = None) -> Answer:
    """What a guest reads."""
    link = visit.link(person or visit.patient)
    return await browser.get(f"/j/{link.invitation}/agreed.json")
