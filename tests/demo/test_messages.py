"""The demo's page of messages: what people would get, with links that work; elsewhere it is not."""

from pathlib import Path

import pytest

from rounds.app import SENDER
from rounds.demo.clinic import give_addresses, keep_a_visit_open, make_clinic
from rounds.demo.links import list_links
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.people import make_clinic as make_other_clinic
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio


async def fill(house: House) -> None:
    earth = house.foundation
    await make_clinic(earth.units, earth.passwords, "a password of the demo")
    for _ in range(2):
        await give_addresses(earth.units, earth.signer)
    await keep_a_visit_open(earth.units, earth.passwords, earth.settings.secret())
    await house.app[SENDER].send_due()


async def test_every_message_is_shown_with_a_link_that_works(own_house: House) -> None:
    await fill(own_house)
    browser = own_house.browser()

    async def shown() -> list[dict[str, object]]:
        messages = (await browser.get("/demo/messages.json")).json()["messages"]
        sent = [one for one in messages if one["state"] == "sent"]
        return sent if len(sent) >= 4 else []

    messages = await eventually(shown)
    earth = own_house.foundation
    links = await list_links(earth.units, earth.settings, earth.signer)
    found = [piece["text"] for one in messages for piece in one["pieces"] if piece["link"]]
    assert links.visits[0].patient_url in found
    token = str(links.visits[0].patient_url).partition("#t=")[2]
    peeked = await browser.post("/j/peek", {"token": token})
    assert peeked.json()["standing"] == "ready"
    assert {one["channel"] for one in messages} == {"sms", "email"}
    page = (await browser.get("/demo/messages")).text
    assert f'href="{links.visits[0].patient_url}"' in page


async def test_it_is_there_in_a_demo_on_this_machine_alone(
    own_house: House, tmp_path: Path
) -> None:
    await make_other_clinic(own_house.units)
    for path in ("/demo/messages", "/demo/messages.json"):
        assert (await own_house.browser().get(path)).status == 404


async def test_others_cannot_look_at_a_demo_they_reach(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "", host="0.0.0.0")
    async with running(settings) as house:
        await fill(house)
        for path in ("/demo/messages", "/demo/messages.json"):
            answer = await house.browser().get(path, headers={"Host": settings.origin[7:]})
            assert answer.status == 404
