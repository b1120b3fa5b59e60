"""Who reads and changes templates for plans, and who uses them."""

from typing import Any

from tests.consent.cast import STAFF, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser

TEAM = {Tie.MEMBER}
PLAN = "/patients/{patient}/plan/templates"
ONE = "/templates/fatigue"
LEAST = {"mark": "shipped-1", "title": "Fatigue", "summary": "…", "deed": "preview"}
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


async def to_go_back(browser: Browser, cast: Cast) -> Any:
    """Take the shipped one into use again, after another was published in both clinics."""
    for tie in (Tie.MEMBER, Tie.OTHER_CLINIC):
        publisher = await cast.browser(tie)
        await publisher.post(f"{ONE}/edit", data=LEAST | {"deed": "publish"})
    return await browser.post(f"{ONE}/again", data={"number": "0"})


CELLS = [
    cell(f"GET {PLAN}", PLAN, TEAM, page=True),
    cell(f"POST {PLAN}", PLAN, TEAM, data=USED),
    Cell(f"POST {PLAN}/put-away", to_put_away, frozenset(TEAM)),
    cell("GET /templates", "/templates", STAFF, page=True),
    cell("GET /templates/{pathway}", ONE, STAFF, page=True),
    cell("GET /templates/{pathway}/edit", f"{ONE}/edit", STAFF, page=True),
    cell("POST /templates/{pathway}/edit", f"{ONE}/edit", STAFF, data=LEAST),
    Cell("POST /templates/{pathway}/again", to_go_back, frozenset(STAFF)),
]
