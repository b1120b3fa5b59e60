"""A link taken back ends what it opened: page, socket, sound and picture."""

import asyncio
from typing import Any

import pytest

from tests.making.browser import Refused
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.visits import make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

PROMISE_SECONDS = 3.0
"""Three times the promised second, on a busy machine."""


@pytest.mark.parametrize("deed", ["revoke", "reissue"])
async def test_what_a_link_opened_ends_with_it(house: House, deed: str) -> None:
    visit = await make_visit(house.units)
    link, kin = visit.link(visit.patient), visit.link(visit.relatives[0])
    gp, mara, ida = [
        await house.signed_in(visit.gp),
        await house.guest(link),
        await house.guest(kin),
    ]
    console, inside, beside = [
        await gp.staff_room(visit.id),
        await mara.guest_room(link),
        await ida.guest_room(kin),
    ]
    for guest in (inside, beside):
        await guest.ask("knock")
    await console.ask("admit_all")
    tickets = [await guest.ask("ticket") for guest in (inside, beside)]
    media = await mara.line("/media", {"token": tickets[0]["token"]})
    other = await ida.line("/media", {"token": tickets[1]["token"]})
    # A second page of the same device, and a ticket not yet used.
    second = await mara.guest_room(link)
    unused = await second.ask("ticket")

    async def seats() -> Any:
        return (await house.media.statistics())["seats"]

    before = await seats()
    path = f"/visits/{visit.id}/links/{link.invitation}/{deed}"
    async with asyncio.timeout(PROMISE_SECONDS):
        assert (await gp.post(path, {})).status == 200
        assert (await inside.until("closed"))["reason"] == "revoked"
        await asyncio.gather(*(line.until_closed() for line in (inside, second, media)))

        async def one_less() -> bool:
            return bool(await seats() == before - 1)

        await eventually(one_less)
        assert (await mara.get(f"/j/{link.invitation}")).status == 404
    with pytest.raises(Refused):
        await mara.guest_room(link)
    with pytest.raises(Refused):
        await mara.line("/media", {"token": unused["token"]})
    # Nobody else loses anything.
    assert (await beside.ask("state"))["me"]["standing"] == "admitted"
    assert await other.refused("publish", sdp="v=0") == "invalid"


async def test_a_link_taken_back_leaves_its_lines(house: House) -> None:
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    gp, guest = await house.signed_in(visit.gp), await house.guest(link)
    path = f"/visits/{visit.id}/links/{link.invitation}/revoke"
    for _ in range(2):
        assert (await gp.post(path, {})).status == 200
    assert len(await house.trail(action="link.revoke", object_id=link.invitation)) == 1
    assert (await guest.get(f"/j/{link.invitation}")).status == 404
