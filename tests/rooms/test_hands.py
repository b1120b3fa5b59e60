"""Raised hands: an order everybody sees, the time for hosts, and who lowers them."""

from typing import Any

import pytest

from rounds.kernel.actor import SYSTEM
from rounds.rooms.model import Seat
from tests.making.browser import Browser, Line
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


class Talk:
    """A visit with its GP, its patient and two relatives in the call."""

    def __init__(
        self, visit: MadeVisit, gp: Line, guests: list[Line], browsers: list[Browser]
    ) -> None:
        """Keep their lines, and the guests' browsers."""
        self.visit, self.gp, self.browsers = visit, gp, browsers
        self.patient, self.sister, self.brother = guests

    def seat(self, line: Line) -> str:
        """Return whose seat a line is of."""
        at = [self.gp, self.patient, self.sister, self.brother].index(line)
        return self.visit.seat([self.visit.gp, self.visit.patient, *self.visit.relatives][at])

    async def reload(self) -> Line:
        """Load the patient's page anew."""
        return await self.browsers[0].guest_room(self.visit.link(self.visit.patient))

    async def order(self, line: Line) -> list[Any]:
        """Return the seats of the hands, as somebody is told."""
        return [one["seat"] for one in (await line.ask("state"))["hands"]]


async def talk(house: House) -> Talk:
    visit = await make_visit(house.units, relatives=2)
    gp = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    people = (visit.patient, *visit.relatives)
    browsers = [await house.guest(visit.link(one)) for one in people]
    guests = []
    for person, browser in zip(people, browsers, strict=True):
        line = await browser.guest_room(visit.link(person))
        await line.ask("knock")
        guests.append(line)
    await gp.ask("admit_all")
    return Talk(visit, gp, guests, browsers)


async def test_hands_stand_in_the_order_they_were_raised(house: House) -> None:
    here = await talk(house)
    for line in (here.sister, here.gp, here.patient):
        await line.ask("hand_up")
        house.clock.move(seconds=1)
    await here.sister.ask("hand_up")  # pressed again, it keeps the place
    wanted = [here.seat(one) for one in (here.sister, here.gp, here.patient)]
    for line in (here.gp, here.patient, here.brother):
        assert await here.order(line) == wanted
    hosts, guests = [(await one.ask("state"))["hands"] for one in (here.gp, here.brother)]
    assert [one["since"] for one in guests] == [None] * 3
    since = [one["since"] for one in hosts]
    assert since == sorted(since)
    assert None not in since
    assert hosts[0]["name"] == here.visit.relatives[0].name
    # The earliest goes down; the others move up.
    await here.sister.ask("hand_down", seat=here.seat(here.sister))
    await here.brother.shows(lambda one: [hand["seat"] for hand in one["hands"]] == wanted[1:])


async def test_only_a_host_lowers_somebody_elses_hand(house: House) -> None:
    here = await talk(house)
    await here.patient.ask("hand_up")
    seat = here.seat(here.patient)
    assert await here.sister.refused("hand_down", seat=seat) == "forbidden"
    assert await here.order(here.patient) == [seat]
    await here.gp.ask("hand_down", seat=seat)
    await here.patient.shows(lambda one: one["hands"] == [])
    await here.gp.ask("hand_down", seat=seat)
    await here.gp.ask("hand_down", seat="nobody's")
    trail = await house.trail(patient_id=here.visit.patient.id)
    deeds = [one.action for one in trail if one.action.startswith("room.hand:")]
    assert deeds == ["room.hand:raised", "room.hand:lowered"]


@pytest.mark.parametrize("end", ["send_back", "leave", "close", "host_leaves"])
async def test_a_hand_goes_down_with_the_standing_of_its_seat(house: House, end: str) -> None:
    here = await talk(house)
    await here.patient.ask("hand_up")
    seat = here.seat(here.patient)
    if end == "send_back":
        await here.gp.ask("send_back", seat=seat)
        await here.gp.ask("admit", admission=seat)
    elif end == "leave":
        await here.patient.ask("leave")
        await here.patient.ask("knock")
    elif end == "host_leaves":
        await here.gp.ask("leave")
        await here.gp.ask("knock")
        await here.gp.ask("admit", admission=seat)
    else:
        await here.gp.ask("end")
    assert await here.order(here.gp) == []
    assert await here.order(here.patient) == []
    async with house.units.reading(SYSTEM) as unit:
        assert (await unit.session.get_one(Seat, seat)).hand_at is None
    if end == "close":
        assert await here.patient.refused("hand_up") == "gone"


async def test_a_reload_keeps_the_place(house: House) -> None:
    here = await talk(house)
    await here.patient.ask("hand_up")
    house.clock.move(seconds=1)
    await here.sister.ask("hand_up")
    await here.patient.close()
    page = await here.reload()
    assert await here.order(page) == [here.seat(here.patient), here.seat(here.sister)]


async def test_who_waits_sees_no_hands_and_raises_none(house: House) -> None:
    here = await talk(house)
    await here.patient.ask("hand_up")
    await here.gp.ask("send_back", seat=here.seat(here.sister))
    assert await here.order(here.sister) == []
    assert await here.sister.refused("hand_up") == "forbidden"
    assert await here.sister.refused("hand_down", seat=here.seat(here.sister)) == "forbidden"


async def test_what_is_no_seat_lowers_nothing(house: House) -> None:
    here = await talk(house)
    await here.gp.ask("hand_up")
    for seat in (7, None, ["x"], "x" * 37, "a\x00b"):
        assert await here.gp.refused("hand_down", seat=seat) == "invalid", seat
    assert await here.gp.refused("hand_up", seat=here.seat(here.patient)) == "invalid"
    await here.gp.ask("hand_down", seat="")
    assert await here.order(here.gp) == [here.seat(here.gp)]
