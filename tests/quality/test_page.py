"""The page of how visits go: right numbers, quiet about few people, in a second for a year."""

import csv
import io
import random
import time
from datetime import date, timedelta
from typing import Any

import pytest

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.people.model import Clinic
from rounds.quality.model import ExperienceCount
from tests.making.browser import Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_staff
from tests.measured import Measured
from tests.quality.figured import mondays, put, some_figures

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

VISITS = 20_000
PROMISE = 1.0
"""Seconds in which a year of so many visits is shown; asserted at three times of it."""


async def gp(house: House, clinic: Clinic) -> Browser:
    return await house.signed_in(await make_staff(house.units, clinic, Role.GP))


def figure(rng: random.Random, clinic: Clinic, week: date, **wanted: Any) -> dict[str, Any]:
    """A guest who got through at once, unless something else is wanted."""
    (made,) = some_figures(rng, clinic.id, 1, [week])
    usual = {
        "guest": True, "opened": True, "came": True, "voiced": True, "phoned": False,
        "attempts": 1, "voice_ms": 2100, "link_ms": 61_000, "present_ms": 600_000, "weak_ms": 0,
        "lost_ms": 0, "reconnections": 0, "path": "host", "tested": "good", "causes": "",
        "language": "en", "browser": "Chrome, Android",
    }  # fmt: skip
    return made | usual | wanted


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_numbers_with_what_they_are_made_of(house: House) -> None:
    clinic, rng = await make_clinic(house.units), random.Random(1)
    (week,) = mondays(house.clock.now().date(), 1)
    heard = [figure(rng, clinic, week) for _ in range(8)]
    not_heard = [
        figure(rng, clinic, week, voiced=False, phoned=True, present_ms=0, path="", voice_ms=None,
               link_ms=None, attempts=0, tested="bad", causes="microphone:denied")
        for _ in range(6)
    ]  # fmt: skip
    never = [figure(rng, clinic, week, opened=False, voiced=False, came=False, present_ms=0,
                    voice_ms=None, link_ms=None, tested="", path="") for _ in range(2)]  # fmt: skip
    await put(house.units, [*heard, *not_heard, *never])
    browser = await gp(house, clinic)
    page = " ".join((await browser.get("/quality/visits?weeks=4")).text.split())
    assert "57%" in page
    assert "8 of 14" in page  # heard, of those who opened their link
    assert "6 of 14" in page  # by telephone
    assert "2.1 s" in page
    assert "Microphone: not allowed for our page" in page
    assert "14 of 16 guests tried out their device and line." in page
    assert "6 saw a red light." in page
    assert "<strong>6</strong> went on by telephone" in page
    sheet = await browser.get("/quality/visits.csv?weeks=4")
    assert sheet.headers["Content-Type"].startswith("text/csv")
    rows = {(one["group"], one["measure"]): one for one in cells(sheet.text)}
    joined = rows["all", "joined"]
    assert (joined["numerator"], joined["denominator"], joined["value"]) == ("8", "14", "0.5714")
    assert rows["week", "joined"]["name"] == week.isoformat()
    assert rows["all", "voice_median_seconds"]["value"] == "2.125"
    assert rows["cause", "microphone:denied"]["numerator"] == "6"


async def test_nothing_is_told_of_fewer_than_five(house: House) -> None:
    clinic, rng = await make_clinic(house.units), random.Random(2)
    (week,) = mondays(house.clock.now().date(), 1)
    rare = {"language": "ar", "browser": "Opera, Linux", "causes": "camera:none", "tested": "bad"}
    await put(
        house.units,
        [*(figure(rng, clinic, week, **rare) for _ in range(4)),
         *(figure(rng, clinic, week) for _ in range(9))],
    )  # fmt: skip
    browser = await gp(house, clinic)
    page = " ".join((await browser.get("/quality/visits")).text.split())
    assert "Arabic" not in page
    assert "Fewer than five saw a red light." in page
    assert "Camera: none found" in page
    assert "not told" in page
    rows = cells((await browser.get("/quality/visits.csv")).text)
    few = [one for one in rows if one["name"] in ("ar", "Opera, Linux")]
    assert few
    assert all(one["value"] == one["numerator"] == one["people"] == "" for one in few)


async def test_what_was_not_measured_says_so(house: House) -> None:
    clinic, rng = await make_clinic(house.units), random.Random(3)
    (week,) = mondays(house.clock.now().date(), 1)
    silent = {"voice_ms": None, "link_ms": None, "attempts": 0, "path": ""}
    await put(house.units, [figure(rng, clinic, week, **silent) for _ in range(6)])
    page = " ".join((await (await gp(house, clinic)).get("/quality/visits")).text.split())
    assert page.count("not measured") >= 4
    assert "0.0 s" not in page


async def test_an_empty_clinic_and_odd_wishes(house: House) -> None:
    clinic = await make_clinic(house.units)
    browser = await gp(house, clinic)
    for wish in ("", "?weeks=0", "?weeks=9999999999", "?weeks=x%00", "?weeks=4&weeks=52"):
        answer = await browser.get(f"/quality/visits{wish}")
        assert answer.status == 200
        assert "No visits in these weeks" in answer.text
        assert "Nothing to tell yet" in answer.text
    assert (await house.browser().get("/quality/visits")).status == 302
    assert (await house.browser().get("/quality/visits.csv")).status == 404


async def test_another_clinics_numbers_are_not_among_them(house: House) -> None:
    clinic, other = await make_clinic(house.units), await make_clinic(house.units)
    (week,) = mondays(house.clock.now().date(), 1)
    await put(house.units, [figure(random.Random(4), other, week) for _ in range(20)])
    page = await (await gp(house, clinic)).get("/quality/visits")
    assert "No visits in these weeks" in page.text


async def test_answers_of_whole_months(house: House) -> None:
    clinic = await make_clinic(house.units)
    today = house.clock.now().date()
    told = (today.replace(day=1) - timedelta(days=40)).replace(day=1)
    sums = [(told, "people", "", 14), (told, "heard", "yes", 7), (told, "heard", "no", 7),
            (told, "problem", "sound", 6), (told, "problem", "video", 2),
            (today.replace(day=1), "people", "", 90)]  # fmt: skip
    async with house.units(SYSTEM) as unit:
        unit.session.add_all(
            ExperienceCount(id=new_id(), clinic_id=clinic.id, month=month, language="en",
                            question=question, answer=answer, people=people)
            for month, question, answer, people in sums
        )  # fmt: skip
    browser = await gp(house, clinic)
    page = " ".join((await browser.get("/quality/visits")).text.split())
    assert "14 people answered" in page
    assert "90" not in page.partition("What people said")[2]
    assert "7 of 14 in the upper two answers" in page
    assert "The sound: <strong>6</strong>" in page
    assert 'The picture: <strong><span class="hush">not told' in page
    assert "Fewer than five answered this one." in page
    assert "Read what they wrote" not in page
    admin = await house.signed_in(await make_staff(house.units, clinic, Role.ADMIN))
    assert "Read what they wrote" in (await admin.get("/quality/visits")).text


async def test_a_year_of_visits_is_shown_in_a_second(
    house: House, shared_kind: str, measured: Measured
) -> None:
    clinic = await make_clinic(house.units)
    weeks = mondays(house.clock.now().date(), 53)
    await put(house.units, some_figures(random.Random(5), clinic.id, 2 * VISITS, weeks))
    browser = await gp(house, clinic)
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        answer = await browser.get("/quality/visits?weeks=52")
        took.append(time.perf_counter() - begun)
        assert answer.status == 200
        assert "53 weeks told" in answer.text
    measured(f"a year of {VISITS} visits on {shared_kind}, s", f"{min(took):.2f}")
    assert min(took) < 3 * PROMISE
