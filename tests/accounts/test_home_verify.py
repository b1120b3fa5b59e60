"""An address is proved by its owner: by a link that confirms it and opens nothing."""

import pytest
import pytest_asyncio

from rounds.accounts.portal import send_verification
from rounds.accounts.reaching import MOST_SOON
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Unavailable
from rounds.people.model import Clinic, ContactPoint
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient
from tests.making.portal import sent_to
from tests.making.signing_in import asked, newest, number, reach

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def mara(house: House, clinic: Clinic) -> Someone:
    """A patient with a telephone of her own."""
    return await make_patient(house.units, clinic)


async def test_an_address_is_proved_by_its_owner(house: House, mara: Someone) -> None:
    address = number()
    contact = await reach(house, mara, address, proved=False)
    await asked(house, house.browser(), address)
    assert await sent_to(house.units, mara) == []
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(ContactPoint, contact)
        await send_verification(unit, house.foundation.signer, row)
    (message,) = await sent_to(house.units, mara, "my_verify")
    assert message.contact == contact
    robot = house.browser()
    for _ in range(20):
        assert (await robot.get(f"/my/verify?token={message.token}")).status == 200
    # It confirms an address and opens nothing.
    assert (await robot.post("/my/enter", data={"token": message.token})).status == 410
    done = await house.browser().post("/my/verify", data={"token": message.token})
    assert done.status == 200
    assert not done.cookies
    assert (await robot.post("/my/verify", data={"token": message.token})).status == 410
    house.clock.move(minutes=16)
    await asked(house, house.browser(), address)
    assert (await newest(house, mara)).contact == contact


async def test_a_link_for_signing_in_proves_nothing_and_too_many_questions_are_refused(
    house: House, mara: Someone
) -> None:
    address, other = number(), number()
    await reach(house, mara, address)
    unproved = await reach(house, mara, other, proved=False)
    await asked(house, house.browser(), address)
    token = (await newest(house, mara)).token
    assert (await house.browser().post("/my/verify", data={"token": token})).status == 410
    signer = house.foundation.signer
    for turn in range(MOST_SOON + 1):
        async with house.units(SYSTEM) as unit:
            row = await unit.session.get_one(ContactPoint, unproved)
            if turn < MOST_SOON:
                await send_verification(unit, signer, row)
                continue
            with pytest.raises(Unavailable):
                await send_verification(unit, signer, row)
