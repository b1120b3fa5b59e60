"""What a team takes from somebody on the page of rights ends on pages that are open."""

import asyncio

import pytest

from tests.making.house import House
from tests.making.plan_pages import make_plan_cast

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROMISED = 3.0
"""Seconds: three times what is promised for a right that is taken back."""


async def test_an_open_page_is_told_at_once_and_again_when_it_is_given_back(house: House) -> None:
    cast = await make_plan_cast(house)
    page = await cast.page(cast.patient, "goals")
    browser = await house.signed_in(cast.gp)
    form = {"person": cast.patient.id, "kind": "goals"}
    path = f"/patients/{cast.patient.id}/plan/rights"

    async def told(right: str) -> None:
        async with asyncio.timeout(PROMISED):
            await page.line.until(
                "right", lambda one: (one["section"], one["right"]) == ("goals", right)
            )

    assert (await browser.post(path, data=form | {"right": "view"})).status == 303
    await told("view")
    refusal = await page.refusal(
        "command", id="1", op="add", item="c1", kind="comment", rank="m", values={"body": "Why?"}
    )
    assert refusal["reason"] == "forbidden"
    assert (await browser.post(path, data=form)).status == 303
    await told("comment")
    await page.add("c1", "comment", body="Why?", status="open")
    assert (await browser.post(path, data=form | {"right": "none"})).status == 303
    async with asyncio.timeout(PROMISED):
        await page.line.until("gone", lambda one: one["section"] == "goals")
    assert await page.open() is None
