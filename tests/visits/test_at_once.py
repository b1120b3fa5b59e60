"""Many people do many things to one visit in the same moment: each is answered, none by a fault."""

import asyncio

import pytest

from tests.making.browser import Answer
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def test_nobody_stands_in_anothers_way(house: House) -> None:
    for _ in range(6):
        visit = await make_visit(house.units, relatives=2)
        first, second, third = [visit.link(one) for one in (visit.patient, *visit.relatives)]
        gp = await house.signed_in(visit.gp)
        console = await gp.staff_room(visit.id)
        mara = await house.guest(first)
        guest = await mara.guest_room(first)
        path = f"/visits/{visit.id}/links"
        answers = await asyncio.gather(
            guest.send("knock", {}),
            console.send("admit_all", {}),
            house.browser().post("/j/redeem", {"token": second.token}),
            house.browser().post("/j/redeem", {"token": third.token}),
            gp.post(f"{path}/{second.invitation}/reissue", {}),
            gp.post(f"{path}/{third.invitation}/revoke", {}),
            gp.post(f"/visits/{visit.id}/note", {"text": "one", "revision": 0}),
            gp.get(f"/visits/{visit.id}"),
            gp.get("/today.json"),
            guest.send("leave", {}),
            console.send("end", {}),
            mara.get(f"/j/{first.invitation}"),
        )
        for answer in answers:
            if isinstance(answer, Answer):
                assert answer.status < 500, answer
            else:
                assert answer.get("error", {}).get("code") != "unavailable", answer
        assert (await console.ask("state"))["phase"] == "closed"


async def test_who_comes_from_home_and_who_writes_to_them_take_turns(house: House) -> None:
    for _ in range(4):
        visit = await make_visit(house.units)
        home, gp = await house.at_home(visit.patient), await house.signed_in(visit.gp)
        come, tell = f"/my/visits/{visit.id}/open", f"/visits/{visit.id}/tell"
        late = {"preset": "late", "minutes": 5}
        answers = await asyncio.gather(
            *(home.post(come, data={"confirmed": "yes"}) for _ in range(3)),
            *(gp.post(tell, late | {"key": str(at)}) for at in range(3)),
        )
        assert [one.status for one in answers] == [303] * 3 + [200] * 3
