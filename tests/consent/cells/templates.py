"""Who reads and changes templates for plans, and who uses them."""

import re
from typing import Any

from rounds.kernel.ids import new_id
from tests.consent.cast import STAFF, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser

TEAM = {Tie.MEMBER}
PLAN = "/patients/{patient}/plan/templates"
ONE = "/templates/fatigue"
LEAST = {"title": "Fatigue", "summary": "…", "deed": "preview"}
USED = {"pathway": "fatigue", "mark": "shipped-1", "entries": "picture"}


async def to_put_away(browser: Browser, cast: Cast) -> Any:
    """Put away what was brought just now: it is on its way until the plan's door carried it out."""
    path = PLAN.format(**cast.ids)
    member = await cast.browser(Tie.MEMBER)
    await member.post(path, data=USED)
    page = (await member.get(path)).text
    use = page.partition('name="use" value="')[2][:36]
    answer = await browser.post(f"{path}/put-away", data={"use": use})
    while answer.status == 409:
        answer = await browser.post(f"{path}/put-away", data={"use": use})
    return answer


async def writer_beside(browser: Browser, cast: Cast) -> Browser:
    """Somebody who may write in the templates of the clinic that a browser is about."""
    other = await cast.browser(Tie.OTHER_CLINIC)
    return other if browser is other else await cast.browser(Tie.MEMBER)


async def begun(writer: Browser) -> dict[str, str]:
    """Return what a form of the template is made from, whatever version or draft stands there."""
    page = (await writer.get(f"{ONE}/edit")).text
    return LEAST | dict(re.findall(r'name="(mark|draft)" value="([^"]*)"', page))


async def to_write(browser: Browser, cast: Cast) -> Any:
    """Write in the template and look at it."""
    return await browser.post(f"{ONE}/edit", data=await begun(await writer_beside(browser, cast)))


async def to_go_back(browser: Browser, cast: Cast) -> Any:
    """Take the shipped one into use again, after another was published."""
    writer = await writer_beside(browser, cast)
    await writer.post(f"{ONE}/edit", data=await begun(writer) | {"deed": "publish"})
    return await browser.post(f"{ONE}/again", data={"number": "0"})


async def to_throw_away(browser: Browser, cast: Cast) -> Any:
    """Throw away a draft that somebody of the clinic has just kept."""
    writer = await writer_beside(browser, cast)
    typed = await begun(writer) | {"title": f"Fatigue {new_id()[-8:]}", "deed": "keep"}
    assert (await writer.post(f"{ONE}/edit", data=typed)).status == 303
    draft = (await begun(writer))["draft"]
    return await browser.post(f"{ONE}/throw-away", data={"draft": draft})


CELLS = [
    cell(f"GET {PLAN}", PLAN, TEAM, page=True),
    cell(f"POST {PLAN}", PLAN, TEAM, data=USED),
    Cell(f"POST {PLAN}/put-away", to_put_away, frozenset(TEAM)),
    cell("GET /templates", "/templates", STAFF, page=True),
    cell("GET /templates/{pathway}", ONE, STAFF, page=True),
    cell("GET /templates/{pathway}/edit", f"{ONE}/edit", STAFF, page=True),
    Cell("POST /templates/{pathway}/edit", to_write, frozenset(STAFF)),
    Cell("POST /templates/{pathway}/again", to_go_back, frozenset(STAFF)),
    Cell("POST /templates/{pathway}/throw-away", to_throw_away, frozenset(STAFF)),
]
