"""An interpreter talks with the staff before the patient comes in, and is known to who waits."""

import pytest

from rounds.kernel.actor import SYSTEM, Role
from rounds.rooms.audience import audience, hears
from rounds.rooms.model import Standing
from rounds.rooms.queries import seats_of
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_staff
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def test_staff_and_interpreter_speak_while_the_patient_waits(house: House) -> None:
    clinic = await make_clinic(house.units)
    gp, interpreter = [
        await make_staff(house.units, clinic, role) for role in (Role.GP, Role.INTERPRETER)
    ]
    visit = await make_visit(house.units, clinic, [gp, interpreter])
    link = visit.link(visit.patient)
    patient = await (await house.guest(link)).guest_room(link)
    told = await patient.ask("knock")
    assert [(one["name"], one["role_label"], one["present"]) for one in told["hosts"]] == [
        (gp.name, "GP", False),
        (interpreter.name, "Interpreter", False),
    ]
    host = await (await house.signed_in(gp)).staff_room(visit.id)
    await (await house.signed_in(interpreter)).staff_room(visit.id)
    told = await patient.shows(lambda one: all(host["present"] for host in one["hosts"]))
    assert told["people"] == []
    async with house.units.reading(SYSTEM) as unit:
        seats = await seats_of(unit.session, visit.room)
    matrix = audience(one.id for one in seats if one.standing == Standing.ADMITTED)
    here, there, out = (visit.seat(one) for one in (gp, interpreter, visit.patient))
    assert hears(matrix, here, there)
    assert hears(matrix, there, here)
    assert not hears(matrix, out, here)
    assert not hears(matrix, here, out)
    # A host sends the interpreter out like a guest, and lets them in again.
    await host.ask("send_back", seat=there)
    await host.ask("admit", admission=there)
