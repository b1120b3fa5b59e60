"""The team writes consent down: explained, said back, ended, and whom the patient keeps out."""

import pytest
import pytest_asyncio

from rounds.consent.model import Consent, Section
from rounds.consent.queries import consents_of
from rounds.consent.texts import NEWEST
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from tests.making.browser import Browser
from tests.making.consent import keep_out, visit_with_team_of_two
from tests.making.house import House
from tests.making.pages import section, words
from tests.making.people import make_staff
from tests.making.visits import MadeVisit

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House) -> MadeVisit:
    """A patient with a team of two, a relative and a visit."""
    return await visit_with_team_of_two(house.units)


def place(visit: MadeVisit) -> str:
    return f"/patients/{visit.patient.id}"


async def newest(house: House, visit: MadeVisit) -> Consent:
    async with house.units.reading(SYSTEM) as unit:
        return (await consents_of(unit.session, visit.patient.id))[0]


async def record(browser: Browser, visit: MadeVisit, **form: str) -> int:
    return (await browser.post(f"{place(visit)}/consents", data=form)).status


async def test_who_explained_it_and_whether_it_was_said_back_stays(
    house: House, visit: MadeVisit
) -> None:
    gp = await house.signed_in(visit.gp)
    assert await record(gp, visit, purpose="handoff", said_back="no") == 303
    row = await newest(house, visit)
    assert (row.given_by, row.explained_by, row.said_back) == (visit.gp.id, visit.gp.id, False)
    assert (row.text_version, row.language) == (NEWEST[row.purpose], "en")
    assert await record(gp, visit, purpose="handoff", said_back="yes") == 303
    history = section((await gp.get(f"{place(visit)}/consents")).text, "all")
    assert f"{visit.gp.name} explained it. It was said back in own words." in history
    assert f"{visit.gp.name} explained it. It was not said back yet." in history
    assert f"version {row.text_version} Your GP may tell" in history
    # The patient reads the same at home.
    mara = await house.at_home(visit.patient)
    assert "It was said back" in section((await mara.get("/my/access")).text, "agreed")


async def test_nothing_is_written_before_it_was_said_back(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    for form in ({}, {"said_back": ""}):
        answer = await gp.post(f"{place(visit)}/consents", data={"purpose": "teaching"} | form)
        assert answer.status == 422
        assert "Please choose how they said it back." in answer.text
    assert await record(gp, visit, purpose="teaching", said_back="perhaps") == 422
    assert not await house.trail(action="consent.give.teaching", patient_id=visit.patient.id)


async def test_family_access_written_down_and_ended(house: House, visit: MadeVisit) -> None:
    gp, ida = await house.signed_in(visit.gp), visit.relatives[0]
    form = {"purpose": "family", "grantee": ida.id, "until": "2027-01-01", "goals": "on"}
    assert await record(gp, visit, said_back="yes", **form) == 303
    home = await house.at_home(ida)
    assert "Your goals" in (await home.get("/my/access")).text
    row = await newest(house, visit)
    path = f"{place(visit)}/consents/{row.id}/withdraw"
    for _ in range(2):
        assert (await gp.post(path, data={})).status == 303
    assert "Nothing at the moment" in (await home.get("/my/access")).text
    ended = await house.trail(action="consent.withdraw.family", patient_id=visit.patient.id)
    assert [one.actor_id for one in ended] == [visit.gp.id]


async def test_staff_see_whom_the_patient_keeps_out_but_never_that_it_is_them(
    house: House, visit: MadeVisit
) -> None:
    gp, jonas = [await house.signed_in(one) for one in visit.team]
    await keep_out(house.units, visit.patient, visit.team[1], Section.NOTES)
    page = (await gp.get(f"{place(visit)}/consents")).text
    assert f"{visit.team[1].name} is kept out of: Notes of visits" in section(page, "out")
    await jonas.get("/today.json")  # the first answer after an ending clears the browser
    mine = (await jonas.get(f"{place(visit)}/consents")).text
    assert "Nobody that you are shown here." in section(mine, "out")
    # Whether something is kept from the reader or not, every page says the same.
    general = "Some parts of a record may be withheld."
    assert general in words(page)
    assert general in words(mine)


async def test_what_is_about_oneself_cannot_be_lifted_by_oneself(
    house: House, visit: MadeVisit
) -> None:
    gp, jonas = [await house.signed_in(one) for one in visit.team]
    made = await keep_out(house.units, visit.patient, visit.team[1], Section.NOTES)
    path = f"{place(visit)}/exclusions/{made}/lift"
    assert (await jonas.post(path, data={})).status == 404
    assert not await house.trail(action="exclusion.lift", object_id=made)
    assert (await gp.post(path, data={})).status == 303
    assert len(await house.trail(action="exclusion.lift", object_id=made)) == 1


async def test_keeping_out_is_written_down_and_counts_at_once(
    house: House, visit: MadeVisit
) -> None:
    gp, jonas = [await house.signed_in(one) for one in visit.team]
    bells = await jonas.line("/me", {"door": "staff"})
    form = {"person": visit.team[1].id, "section": ""}
    assert (await gp.post(f"{place(visit)}/exclusions", data=form)).status == 303
    await bells.until("access_ended")
    assert (await jonas.get(f"{place(visit)}/consents")).status == 404
    page = (await gp.get(f"{place(visit)}/consents")).text
    assert f"{visit.team[1].name} is kept out by the patient" in section(page, "out")
    for wrong in ({"person": ""}, {"person": new_id()}, {"person": visit.patient.id}, {}):
        assert (await gp.post(f"{place(visit)}/exclusions", data=wrong)).status == 422


async def test_another_s_agreements_are_not_there(house: House, visit: MadeVisit) -> None:
    other = await visit_with_team_of_two(house.units)
    theirs = await house.signed_in(other.gp)
    assert await record(theirs, other, purpose="teaching", said_back="yes") == 303
    row = await newest(house, other)
    gp = await house.signed_in(visit.gp)
    made = await keep_out(house.units, other.patient, other.team[1])
    for path in (
        f"{place(visit)}/consents/{row.id}/withdraw",
        f"{place(other)}/consents/{row.id}/withdraw",
        f"{place(visit)}/exclusions/{made}/lift",
        f"{place(visit)}/consents/x/withdraw",
        f"{place(visit)}/exclusions/%00/lift",
        "/patients/x/exclusions",
    ):
        assert (await gp.post(path, data={})).status == 404, path
    assert (await newest(house, other)).withdrawn_at is None


async def test_reading_the_page_is_in_the_trail(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    for _ in range(2):
        await gp.get(f"{place(visit)}/consents")
    (line,) = await house.trail(action="consent.record", patient_id=visit.patient.id)
    assert (line.outcome, line.count) == ("read", 2)


async def test_a_page_for_one_s_own_patients_alone(house: House, visit: MadeVisit) -> None:
    colleague = await house.signed_in(await make_staff(house.units, visit.clinic))
    answer = await colleague.get(f"{place(visit)}/consents")
    assert answer.status == 404
    assert visit.patient.name not in answer.text
    sent = await house.browser().get(f"{place(visit)}/consents")
    assert sent.headers["Location"].startswith("/?next=/patients/")
