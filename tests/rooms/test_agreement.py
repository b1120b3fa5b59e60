"""A relative comes in with the patient's leave: a consent, or a yes in the visit; never without."""

from typing import Any

import pytest

from rounds.consent.model import Scope, Section
from tests.making.browser import Line
from tests.making.consent import give_family_access, keep_out, withdraw_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def waiting(house: House, visit: MadeVisit, guest: Someone) -> Line:
    line = await (await house.guest(visit.link(guest))).guest_room(visit.link(guest))
    await line.ask("knock")
    return line


async def console(house: House, visit: MadeVisit) -> Line:
    return await (await house.signed_in(visit.gp)).staff_room(visit.id)


def consent(state: Any, visit: MadeVisit) -> Any:
    seat = visit.seat(visit.relatives[0])
    return next(one["consent"] for one in state["waiting"] if one["seat"] == seat)


async def test_without_a_yes_a_relative_waits_and_the_patient_is_asked(house: House) -> None:
    visit = await make_visit(house.units, agreed=False)
    sister = visit.seat(visit.relatives[0])
    host, line = await console(house, visit), await waiting(house, visit, visit.relatives[0])
    state = await host.ask("state")
    assert consent(state, visit) == {"agreed": False, "way": "", "since": None, "until": None}
    answer = await host.send("admit", {"admission": sister})
    assert answer["error"]["code"] == "conflict"
    assert answer["error"]["agreement"] is True
    # Nobody can be asked who is not there.
    assert await host.refused("agree", seat=sister) == "conflict"
    await waiting(house, visit, visit.patient)
    state = await host.ask("admit_all")
    assert [one["name"] for one in state["people"] if not one["me"]] == [visit.patient.name]
    for _ in range(2):
        state = await host.ask("agree", seat=sister)
    assert consent(state, visit)["way"] == "visit"
    await host.ask("admit", admission=sister)
    assert (await line.ask("state"))["me"]["standing"] == "admitted"
    assert len(await house.trail(action="room.agree", patient_id=visit.patient.id)) == 1


async def test_a_consent_for_visits_is_enough_and_shown_with_its_end(house: House) -> None:
    visit = await make_visit(house.units, agreed=False)
    await give_family_access(house.units, visit.patient, visit.relatives[0], Scope.VISITS)
    host, _ = await console(house, visit), await waiting(house, visit, visit.relatives[0])
    told = consent(await host.ask("state"), visit)
    assert (told["agreed"], told["way"]) == (True, "consent")
    assert told["since"] < told["until"]
    await host.ask("admit", admission=visit.seat(visit.relatives[0]))


async def test_a_consent_for_something_else_is_not(house: House) -> None:
    visit = await make_visit(house.units, agreed=False)
    await give_family_access(house.units, visit.patient, visit.relatives[0], Scope.GOALS)
    host, _ = await console(house, visit), await waiting(house, visit, visit.relatives[0])
    assert await host.refused("admit", admission=visit.seat(visit.relatives[0])) == "conflict"


async def test_what_the_patient_takes_back_ends_the_yes_of_the_visit(house: House) -> None:
    visit = await make_visit(house.units)
    sister = visit.relatives[0]
    await give_family_access(house.units, visit.patient, sister, Scope.VISITS)
    host, line = await console(house, visit), await waiting(house, visit, sister)
    await host.ask("admit", admission=visit.seat(sister))
    await withdraw_family_access(house.units, visit.patient, sister)
    await line.shows(lambda one: one["me"]["standing"] == "sent_back")
    assert await host.refused("admit", admission=visit.seat(sister)) == "conflict"


async def test_keeping_out_wins_over_a_yes(house: House) -> None:
    visit = await make_visit(house.units)
    sister = visit.relatives[0]
    host, _ = await console(house, visit), await waiting(house, visit, sister)
    await keep_out(house.units, visit.patient, sister, Section.VISITS)
    assert await host.refused("admit", admission=visit.seat(sister)) == "conflict"
    assert visit.seat(sister) not in [one["seat"] for one in (await host.ask("state"))["waiting"]]


async def test_nobody_but_a_host_hears_a_yes_and_only_about_relatives(house: House) -> None:
    visit = await make_visit(house.units, agreed=False)
    sister = visit.seat(visit.relatives[0])
    host, patient = await console(house, visit), await waiting(house, visit, visit.patient)
    await host.ask("admit", admission=visit.seat(visit.patient))
    assert await patient.refused("agree", seat=sister) == "forbidden"
    for seat in (visit.seat(visit.patient), visit.seat(visit.gp), "nobody"):
        assert await host.refused("agree", seat=seat) == "conflict"


async def test_a_yes_is_heard_by_telephone_as_well(house: House) -> None:
    visit = await make_visit(house.units, agreed=False)
    sister = visit.seat(visit.relatives[0])
    host, _ = await console(house, visit), await waiting(house, visit, visit.relatives[0])
    await host.ask("call_begin", seat=visit.seat(visit.patient))
    await host.ask("agree", seat=sister)
    await host.ask("admit", admission=sister)
