"""Who gets in at the doors of messages, answers and notes in the browser."""

from typing import Any

from rounds.notices.model import Meaning
from rounds.people.model import System
from tests.consent.cast import OFFICE, STAFF, Cast
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser
from tests.making.notices import give_address, make_notice, make_reply

KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}
ENDPOINT = "https://push.services.mozilla.com/wpush/v2/a"
PUSH = {"endpoint": ENDPOINT, "keys": KEYS}
FORM = {"state": ""}


async def cancel(browser: Browser, cast: Cast) -> Any:
    """Take back a message that still waits."""
    house, patient = cast.house, cast.visit.patient
    await give_address(house.units, house.foundation.signer, patient, System.EMAIL, "a@b.example")
    later = house.clock.now().replace(year=house.clock.now().year + 1)
    waiting = await make_notice(house.units, patient, due_at=later)
    return await browser.post(f"/admin/messages/{waiting}/cancel", data=FORM)


async def read(browser: Browser, cast: Cast) -> Any:
    """Note that an answer was read."""
    answer = await make_reply(
        cast.house.units, cast.visit.patient, Meaning.UNCLEAR, "My bus is late"
    )
    return await browser.post(f"/admin/messages/answers/{answer}/read", data=FORM)


CELLS = [
    cell("POST /account/push", "/account/push", STAFF, json=PUSH),
    cell("POST /account/push/end", "/account/push/end", STAFF, json={"endpoint": ENDPOINT}),
    cell("GET /admin/messages", "/admin/messages", OFFICE, page=True),
    Cell("POST /admin/messages/{notice}/{deed}", cancel, frozenset(OFFICE)),
    Cell("POST /admin/messages/answers/{reply}/read", read, frozenset(OFFICE)),
]
