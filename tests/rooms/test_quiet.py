"""Asking for quiet: who may, whom it reaches, and that nobody is unmuted by others."""

from typing import Any

import pytest

from tests.making.browser import Line
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.rooms.test_hands import Talk, talk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def speaking(house: House) -> Talk:
    """Everybody's microphone is on, and all know it."""
    here = await talk(house)
    for line in (here.gp, here.patient, here.sister, here.brother):
        await line.ask("announce", microphone=True, camera=False)
    await here.gp.shows(lambda one: all(person["microphone"] for person in one["people"]))
    return here


async def asked(line: Line) -> Any:
    return (await line.ask("state"))["me"]["quiet"]


async def test_everybody_else_is_asked_and_told_by_whom(house: House) -> None:
    here = await speaking(house)
    await here.brother.ask("announce", microphone=False, camera=False)
    await here.gp.ask("mute_all")
    told = await here.patient.shows(lambda one: one["me"]["quiet"])
    assert told["me"]["quiet"]["by"] == here.visit.gp.name
    assert await asked(here.sister) == told["me"]["quiet"]
    assert await asked(here.gp) is None
    # Who says to be muted already is not asked: there would be nothing to tell them.
    assert await asked(here.brother) is None
    # Nobody is told what others were asked, and nothing says that somebody is quiet who is not.
    assert all("quiet" not in person for person in told["people"])
    assert [one["microphone"] for one in told["people"] if one["me"]] == [True]


async def test_a_page_that_followed_is_not_asked_again_and_unmutes_by_itself(house: House) -> None:
    here = await speaking(house)
    await here.gp.ask("mute", seat=here.seat(here.patient))
    first = (await here.patient.shows(lambda one: one["me"]["quiet"]))["me"]["quiet"]
    assert await asked(here.sister) is None
    await here.patient.ask("announce", microphone=False, camera=False)
    assert await asked(here.patient) is None
    await here.patient.ask("announce", microphone=True, camera=False)
    assert await asked(here.patient) is None
    await here.gp.ask("mute", seat=here.seat(here.patient))
    assert (await asked(here.patient))["mark"] != first["mark"]


async def test_it_waits_for_a_page_that_reloads_and_ends_with_the_call(house: House) -> None:
    here = await speaking(house)
    await here.patient.close()
    await here.gp.ask("mute_all")
    again = await here.reload()
    assert (await asked(again))["by"] == here.visit.gp.name
    await here.gp.ask("send_back", seat=here.seat(here.patient))
    assert await asked(again) is None
    await here.gp.ask("admit", admission=here.seat(here.patient))
    assert await asked(again) is None


async def test_only_a_host_inside_asks_and_only_those_inside_are_asked(house: House) -> None:
    here = await speaking(house)
    assert await here.patient.refused("mute_all") == "forbidden"
    assert await here.patient.refused("mute", seat=here.seat(here.gp)) == "forbidden"
    assert await here.gp.refused("mute", seat=here.seat(here.gp)) == "conflict"
    assert await here.gp.refused("mute", seat="nobody's") == "conflict"
    await here.gp.ask("send_back", seat=here.seat(here.sister))
    assert await here.gp.refused("mute", seat=here.seat(here.sister)) == "conflict"
    assert [await asked(one) for one in (here.gp, here.patient, here.sister)] == [None] * 3
    await here.gp.ask("mute_all")
    asked_of = await house.trail(action="room.lead:quiet", patient_id=here.visit.patient.id)
    assert {one.object_id for one in asked_of} == {
        here.seat(one) for one in (here.patient, here.brother)
    }
    await here.gp.ask("end")
    assert await here.gp.refused("mute_all") == "gone"


async def test_what_is_no_asking_is_refused(house: House) -> None:
    here = await speaking(house)
    for wish in ({}, {"seat": 7}, {"seat": "x", "on": True}, {"seat": None}):
        assert await here.gp.refused("mute", **wish) == "invalid", wish
    assert await here.gp.refused("mute_all", unmute=True) == "invalid"
