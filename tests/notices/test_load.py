"""A thousand messages at once let everybody else write between them."""

import asyncio

import pytest

from rounds.kernel.actor import SYSTEM
from rounds.messages import objection
from rounds.notices.model import Channel
from rounds.notices.outbox import Message, queue
from rounds.notices.sender import Sender
from rounds.notices.texts import Texts
from rounds.people.model import Person, System
from rounds.resources import Foundation
from tests.making.notices import give_address, hands
from tests.making.people import make_clinic, make_patient

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_thousand_messages_let_others_write_between_them(earth: Foundation) -> None:
    mara = await make_patient(earth.units, await make_clinic(earth.units))
    await give_address(earth.units, earth.signer, mara, System.EMAIL)
    async with earth.units(SYSTEM) as unit:
        person = await unit.session.get_one(Person, mara.id)
        for _ in range(1000):
            await queue(unit, person, Message("visit_pin", {"pin": "123456"}))
    by = hands()
    texts = Texts(earth.pages, "https://visits.clinic.example")
    sender = Sender(earth.units, texts, by, objection)
    sending = asyncio.ensure_future(sender.send_due())
    between: list[int] = []
    while not sending.done():
        async with earth.units(SYSTEM):
            between.append(len(by[Channel.EMAIL].given))
        await asyncio.sleep(0.01)
    await sending
    assert len(set(by[Channel.EMAIL].ids)) == len(by[Channel.EMAIL].given) == 1000
    # Others got their turn all along, not only before and after.
    assert len({count // 100 for count in between if 0 < count < 1000}) >= 8, between
