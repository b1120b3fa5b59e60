"""Signing in between visits, as a person with a telephone does it."""

import re
from itertools import count

from sqlalchemy import func, select

from rounds.accounts.model import SignInCode
from rounds.kernel.actor import SYSTEM
from tests.making.browser import Answer, Browser
from tests.making.house import House
from tests.making.people import Someone
from tests.making.portal import Sent, ask_for_code, hidden, make_address, sent_to
from tests.making.waiting import eventually

_numbers = count(100)


def number() -> str:
    """A telephone number nobody had before, as people type it."""
    return f"07700 900{next(_numbers)}"


async def reach(house: House, person: Someone, value: str, proved: bool = True) -> str:
    """Enter an address of somebody; return the contact point's id."""
    return await make_address(house.units, house.foundation.signer, person, value, proved)


async def codes(house: House) -> int:
    """How many wishes for a code there have been."""
    async with house.units.reading(SYSTEM) as unit:
        return (await unit.session.execute(select(func.count(SignInCode.id)))).scalar_one()


async def more_codes(house: House, before: int) -> bool:
    """Whether there have been more than `before`."""
    return await codes(house) > before


async def asked(house: House, browser: Browser, address: str) -> Answer:
    """Ask for a code and wait until the work behind it is done."""
    before = await codes(house)
    answer = await ask_for_code(browser, address)
    assert answer.status == 200
    await eventually(lambda: more_codes(house, before))
    return answer


async def newest(house: House, person: Someone) -> Sent:
    """The newest code that was sent to somebody."""
    return (await sent_to(house.units, person, "my_sign_in"))[-1]


async def show(browser: Browser, page: Answer, code: str, **more: str) -> Answer:
    """Type a code into the page that asked for it."""
    return await browser.post("/my/code", data={"ask": hidden(page, "ask"), "code": code, **more})


def wrong(code: str) -> str:
    """A code that does not fit."""
    return "000000" if code != "000000" else "000001"


def shape(answer: Answer) -> str:
    """A page without what differs by its nature: the signed id of the wish."""
    return re.sub(r'name="ask" value="[^"]+"', "", answer.text)
