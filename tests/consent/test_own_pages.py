"""The patient's page of who sees what: what it shows, what its buttons do, and bad input."""

import re
from datetime import timedelta
from html import unescape

import pytest
import pytest_asyncio

from rounds.consent.model import Purpose, Scope, Section
from rounds.kernel.ids import new_id
from tests.making.browser import Browser
from tests.making.consent import (
    agree_to,
    give_family_access,
    keep_out,
    take_back,
    visit_with_team_of_two,
)
from tests.making.house import House
from tests.making.pages import section, words
from tests.making.people import Someone, make_clinic, make_patient
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = "/my/access"
FAMILY = {"purpose": "family", "until": "2027-01-01"}
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House) -> MadeVisit:
    """A patient with a team of two, a relative and a visit."""
    return await visit_with_team_of_two(house.units)


async def share(browser: Browser, relative: Someone, until: str, *parts: str) -> int:
    form = {"purpose": "family", "grantee": relative.id, "until": until}
    return (await browser.post(f"{HERE}/give", data=form | dict.fromkeys(parts, "on"))).status


async def test_a_new_patient_is_told_what_will_stand_here(house: House) -> None:
    patient = await make_patient(house.units, await make_clinic(house.units))
    page = (await (await house.at_home(patient)).get(HERE)).text
    assert "not set up yet" in section(page, "team")
    assert "knows nobody close to you" in section(page, "family")
    assert "Nobody is kept out." in section(page, "out")
    assert section(page, "agreed").count("Not asked yet") == len(Purpose) - 1
    assert "No message about your visits" in section(page, "sent")


async def test_the_page_names_who_sees_what_and_until_when(house: House, visit: MadeVisit) -> None:
    ida = visit.relatives[0]
    await give_family_access(house.units, visit.patient, ida, Scope.VISITS, Scope.GOALS, days=3)
    await keep_out(house.units, visit.patient, visit.team[1], Section.NOTES)
    page = (await (await house.at_home(visit.patient)).get(HERE)).text
    team, family = section(page, "team"), section(page, "family")
    assert f"{visit.gp.name} GP, leads your care, looks after warning signs" in team
    assert "Does not see what others wrote in: Notes of visits" in team
    assert f"{ida.name} Sister Sees a part" in family
    day = (house.clock.now() + timedelta(days=3)).strftime("%-d %B %Y")
    assert f"Your goals Until {day}" in family
    assert f"{visit.team[1].name} does not see: Notes of visits" in section(page, "out")


async def test_sharing_changing_and_stopping(house: House, visit: MadeVisit) -> None:
    ida = visit.relatives[0]
    mara, home = await house.at_home(visit.patient), await house.at_home(ida)
    until = (house.clock.now() + timedelta(days=10)).date().isoformat()
    assert "Nothing at the moment" in (await home.get(HERE)).text
    assert await share(mara, ida, until, "goals", "diary") == 303
    given = words((await home.get(HERE)).text)
    assert "Your goals Your diary Until" in given
    assert await share(mara, ida, until, "goals", "tasks") == 303
    assert "Your diary" not in words((await home.get(HERE)).text)
    page = (await mara.get(HERE)).text
    assert "changed on" in section(page, "agreed")
    consent = re.search(r'name="consent" value="([^"]+)"', page)
    assert consent
    answer = await mara.post(f"{HERE}/withdraw", data={"consent": consent[1]})
    assert (answer.status, answer.headers["Location"]) == (303, f"{HERE}?done=withdrawn")
    assert "Nothing at the moment" in (await home.get(HERE)).text
    assert "taken back on" in section((await mara.get(HERE)).text, "agreed")


async def test_access_ends_with_its_day_in_the_clinics_time(house: House, visit: MadeVisit) -> None:
    ida = visit.relatives[0]
    mara, home = await house.at_home(visit.patient), await house.at_home(ida)
    today = house.clock.now().date().isoformat()
    assert await share(mara, ida, today, "goals") == 303
    midnight = house.clock.now().replace(hour=23, minute=59, second=59)
    house.clock.move(seconds=(midnight - house.clock.now()).total_seconds())
    home = await house.at_home(ida)
    assert "Your goals" in (await home.get(HERE)).text
    house.clock.move(seconds=1)
    assert "Nothing at the moment" in (await home.get(HERE)).text


async def test_a_relative_learns_nothing_but_what_they_were_given(
    house: House, visit: MadeVisit
) -> None:
    ida = visit.relatives[0]
    await give_family_access(house.units, visit.patient, ida, Scope.GOALS)
    home = await house.at_home(ida)
    page = (await home.get(HERE)).text
    for hidden in (*(one.name for one in visit.team), "diary", "safety", "Kept out"):
        assert hidden not in page
    # Kept out, withdrawn and never given look the same.
    await keep_out(house.units, visit.patient, ida)
    other = await make_visit(house.units, visit.clinic, [visit.gp], patient=visit.patient)
    never = await house.at_home(other.relatives[0])
    await home.get(HERE)
    assert (await home.get(HERE)).body == (await never.get(HERE)).body
    for path in ("looks", f"as/{visit.gp.id}"):
        assert (await home.get(f"{HERE}/{path}")).status == 404


async def test_the_patient_sees_with_another_s_eyes(house: House, visit: MadeVisit) -> None:
    ida, jonas = visit.relatives[0], visit.team[1]
    await give_family_access(house.units, visit.patient, ida, Scope.GOALS, Scope.DIARY)
    await keep_out(house.units, visit.patient, ida, Section.DIARY)
    mara = await house.at_home(visit.patient)
    seen = words((await mara.get(f"{HERE}/as/{ida.id}")).text)
    assert "Your goals : sees it" in seen.replace("goals:", "goals :")
    assert "Your diary : does not see it" in seen.replace("diary:", "diary :")
    assert "answers about safety" in seen
    await keep_out(house.units, visit.patient, jonas)
    seen = words((await mara.get(f"{HERE}/as/{jonas.id}")).text)
    assert seen.count("does not see it") == len(Section)
    for wrong in (NOBODY, new_id(), "x", "%00", visit.patient.id):
        assert (await mara.get(f"{HERE}/as/{wrong}")).status == 404


async def test_agreeing_and_taking_back_a_purpose(house: House, visit: MadeVisit) -> None:
    mara = await house.at_home(visit.patient)
    assert (await mara.post(f"{HERE}/give", data={"purpose": "conference"})).status == 303
    assert "You agree" in section((await mara.get(HERE)).text, "agreed")
    consent = await agree_to(house.units, visit.patient, Purpose.CONFERENCE)
    await take_back(house.units, consent)
    assert "Taken back" in section((await mara.get(HERE)).text, "agreed")


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "an end"),
        ("2026-13-40", "Please choose a day."),
        ("9999-12-31", "Please choose a day."),
        ("tomorrow", "Please choose a day."),
        ("2020-01-01", "Please choose a later day."),
        ("2199-01-01", "Please choose a day within two years."),
        ("٢٠٢٧-٠١-٠١", ""),
    ],
)
async def test_an_end_that_is_none_is_refused_in_words(
    house: House, visit: MadeVisit, until: str, sentence: str
) -> None:
    mara = await house.at_home(visit.patient)
    form = {"purpose": "family", "grantee": visit.relatives[0].id, "until": until, "goals": "on"}
    answer = await mara.post(f"{HERE}/give", data=form)
    assert answer.status == 422
    assert sentence in answer.text
    assert "Nothing was changed." in answer.text
    # What was ticked is still there.
    assert re.search(r'name="goals" checked', answer.text)
    assert not await house.trail(action="consent.give.family", patient_id=visit.patient.id)


@pytest.mark.parametrize(
    ("door", "form", "status"),
    [
        ("give", {"purpose": "everything"}, 422),
        ("give", {}, 422),
        ("give", {"purpose": "treatment", "by": "me"}, 422),
        (
            "give",
            {"purpose": "family", "grantee": "{gp}", "until": "2027-01-01", "goals": "on"},
            422,
        ),
        ("give", FAMILY | {"grantee": "x" * 37}, 422),
        (
            "give",
            FAMILY | {"grantee": "{other}", "goals": "on"},
            422,
        ),
        ("give", {"purpose": "family", "grantee": "\x00", "goals": "on"}, 422),
        (
            "give",
            FAMILY | {"grantee": "{relative}", "notes": "on"},
            422,
        ),
        ("withdraw", {}, 422),
        ("withdraw", {"consent": "x"}, 404),
        ("withdraw", {"consent": NOBODY}, 404),
        ("exclude", {}, 422),
        ("exclude", {"person": "{patient}"}, 422),
        ("exclude", {"person": "{other}"}, 422),
        ("exclude", {"person": NOBODY}, 422),
        ("exclude", {"person": "\u202e" * 12}, 422),
        ("exclude", {"section": "safety"}, 422),
        ("exclude", {"section": "notes", "words": "a" * 301}, 422),
        ("exclude", {"section": "notes", "words": "\x00"}, 422),
        ("lift", {"exclusion": NOBODY}, 404),
        ("lift", {"exclusion": "' or 1=1 --"}, 404),
    ],
    ids=lambda value: repr(value)[:50],
)
async def test_wishes_that_are_none_change_nothing(
    house: House, visit: MadeVisit, door: str, form: dict[str, str], status: int
) -> None:
    other = await make_visit(house.units, visit.clinic, [visit.gp])
    ids = {
        "gp": visit.gp.id,
        "patient": visit.patient.id,
        "relative": visit.relatives[0].id,
        "other": other.relatives[0].id,
    }
    filled = {key: ids.get(value.strip("{}"), value) for key, value in form.items()}
    mara = await house.at_home(visit.patient)
    answer = await mara.post(f"{HERE}/{door}", data=filled)
    assert answer.status == status, answer.text
    assert other.relatives[0].name not in answer.text
    done = await house.trail(patient_id=visit.patient.id, actor_id=visit.patient.id, outcome="done")
    assert [one.action for one in done if "session" not in one.action] == []


async def test_words_of_any_script_come_back_as_text_to_the_patient_alone(
    house: House, visit: MadeVisit
) -> None:
    note = '<b>"Nachbar"</b> & جار 🏠\u202e'
    mara = await house.at_home(visit.patient)
    form = {"person": visit.team[1].id, "words": note}
    assert (await mara.post(f"{HERE}/exclude", data=form)).status == 303
    page = (await mara.get(HERE)).text
    assert "<b>" not in page
    assert note.strip() in unescape(page)
    gp = await house.signed_in(visit.gp)
    assert "Nachbar" not in (await gp.get(f"/patients/{visit.patient.id}/consents")).text


async def test_the_last_who_looks_after_somebody_stays_with_a_calm_sentence(
    house: House, visit: MadeVisit
) -> None:
    mara = await house.at_home(visit.patient)
    for one, status in ((visit.team[0], 303), (visit.team[1], 409)):
        answer = await mara.post(f"{HERE}/exclude", data={"person": one.id})
        assert answer.status == status
    assert "Please call us: we find somebody else first" in words(answer.text)
    assert "Nothing was changed." in answer.text
