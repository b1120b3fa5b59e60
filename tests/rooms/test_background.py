"""A telephone locked in the call: hosts are told, and its owner comes back without the lobby."""

from typing import Any

import pytest

from rounds.rooms.presence import AWAY_AFTER_SECONDS
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.visits import make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

TEN_MINUTES = 600.0


def hidden_since(told: Any, name: str) -> Any:
    """What a view says of somebody's page; "not told" where it says nothing of the kind."""
    return next(one for one in told["people"] if one["name"] == name).get(
        "hidden_since", "not told"
    )


async def test_a_locked_telephone_keeps_its_place_in_the_call(house: House) -> None:
    visit = await make_visit(house.units)
    patient, sister = visit.patient, visit.relatives[0]
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    phones = {one.id: await house.guest(visit.link(one)) for one in (patient, sister)}
    lines = {}
    for one in (patient, sister):
        lines[one.id] = await phones[one.id].guest_room(visit.link(one))
        await lines[one.id].ask("knock")
    await console.ask("admit_all")

    locked = house.clock.now()
    await lines[patient.id].ask("look", hidden=True)
    told = await console.until(
        "room_changed", lambda told: told is console.state and hidden_since(told, patient.name)
    )
    assert hidden_since(told, patient.name) == locked.isoformat()
    assert hidden_since(told, sister.name) is None
    # That somebody does something else beside the call is for those who care for them.
    family = await lines[sister.id].ask("state")
    assert hidden_since(family, patient.name) == "not told"

    # The system freezes the page, then takes it: staff go on knowing why nobody answers.
    house.clock.move(seconds=AWAY_AFTER_SECONDS + 1)
    for page in (console, lines[sister.id]):
        await page.ask("heartbeat")
    assert hidden_since(await console.ask("state"), patient.name) == locked.isoformat()
    await lines[patient.id].close()
    seat = visit.seat(patient)
    await eventually(lambda: not house.presence.sids(visit.room, [seat]))
    assert hidden_since(await console.ask("state"), patient.name) == locked.isoformat()

    # Ten minutes later the page comes again, and stands in the call at once.
    for _ in range(int(TEN_MINUTES / 20)):
        house.clock.move(seconds=20)
        for page in (console, lines[sister.id]):
            await page.ask("heartbeat")
    again = await phones[patient.id].guest_room(visit.link(patient))
    assert (await again.ask("state"))["me"]["standing"] == "admitted"
    assert (await again.ask("ticket"))["token"]
    assert hidden_since(await console.ask("state"), patient.name) is None
