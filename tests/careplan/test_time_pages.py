"""The pages of a plan in time: for the team, the patient and family, and for nobody else."""

import re

import pytest

from rounds.careplan.version_model import Meaning
from rounds.consent.model import Scope
from rounds.kernel.actor import Role
from rounds.kernel.ids import new_id
from tests.making.browser import Browser
from tests.making.consent import give_family_access, withdraw_family_access
from tests.making.house import House
from tests.making.people import make_relative, make_staff
from tests.making.planned import Planned, make_planned

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = ("history", "plain", "print")


async def written(house: House) -> Planned:
    there = await make_planned(house.foundation)
    await there.write("problems", "p1", there.gp, "Functional pain", status="active")
    await there.write("problems", "p1", there.gp, "Your gut is alert.", field="plain")
    await there.write("interventions", "i1", there.gp, "Graded activity", owner=there.gp.id)
    await there.write("my_goals", "g1", there.patient, "Walk to the harbour")
    await there.write("team_notes", "n1", there.gp, "Between us")
    return there


def seen(text: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', text)
    assert found
    return found[1]


async def sign(browser: Browser, there: Planned) -> None:
    path = f"/patients/{there.patient.id}/plan/sign"
    shown = await browser.get(path)
    assert shown.status == 200
    answer = await browser.post(
        path, data={"seen": seen(shown.text), "meaning": Meaning.AUTHORED, "title": "After rounds"}
    )
    assert answer.status in (200, 303), answer.text


async def test_the_team_signs_and_the_patient_reads(house: House) -> None:
    there = await written(house)
    gp, home = await house.signed_in(there.gp), await house.at_home(there.patient)
    assert "Have you read it?" not in (await home.get("/my/plan/plain")).text
    await sign(gp, there)
    history = (await gp.get(f"/patients/{there.patient.id}/plan/history")).text
    for words in (
        "wrote in “Working picture”: “Functional pain”",
        "After rounds",
        "wrote it",
        "Who has read version 1",
        "not yet",
    ):
        assert words in history, words
    page = (await home.get("/my/plan/plain")).text
    assert "Have you read it?" in page
    version = re.search(r'name="version" value="([^"]+)"', page)
    assert version
    answer = await home.post("/my/plan/acknowledge", data={"version": version[1]})
    assert answer.status in (200, 303), answer.text
    assert "Have you read it?" not in (await home.get("/my/plan/plain")).text


async def test_the_plain_plan_has_the_patients_words_first(house: House) -> None:
    there = await written(house)
    home, gp = await house.at_home(there.patient), await house.signed_in(there.gp)
    for path in ("plain", "print"):
        page = (await home.get(f"/my/plan/{path}")).text
        assert page.index("Walk to the harbour") < page.index("Your gut is alert.")
        assert "Functional pain" not in page
        assert "In the words of your team" in page
        assert "Between us" not in page
    team = (await gp.get(f"/patients/{there.patient.id}/plan/plain")).text
    owed = team[team.index("Still without plain words") :]
    assert "Graded activity" in owed
    assert "Your gut is alert." not in owed
    assert "Reading level: school grade" in team
    paper = await gp.get(f"/patients/{there.patient.id}/plan/print")
    assert (paper.status, "Between us" in paper.text) == (200, False)


async def test_no_page_of_a_patient_holds_a_team_note(house: House) -> None:
    there = await written(house)
    gp, home = await house.signed_in(there.gp), await house.at_home(there.patient)
    await sign(gp, there)
    for path in PAGES:
        page = (await home.get(f"/my/plan/{path}")).text
        assert "Between us" not in page
        assert "Team notes" not in page
    assert (await home.get("/my/plan/history?section=team_notes")).status == 404


async def test_two_versions_are_compared(house: House) -> None:
    there = await written(house)
    gp = await house.signed_in(there.gp)
    await sign(gp, there)
    await there.write("problems", "p1", there.therapist, " and fear", status="resolved")
    base = f"/patients/{there.patient.id}/plan/history"
    page = (await gp.get(base)).text
    assert "was changed since version 1 was signed" in page
    version = re.search(r"history\?from=([0-9a-f-]{36})", page)
    assert version
    compared = (await gp.get(f"{base}?from={version[1]}")).text
    assert re.search(r"<ins[^>]*>pain and fear</ins>", compared)
    assert "<del>active</del>" in compared
    for foreign in (new_id(), "x" * 5000, "%00", "1"):
        assert (await gp.get(f"{base}?from={foreign}")).status == 404


async def test_family_reads_what_was_opened_and_no_longer(house: House) -> None:
    there = await written(house)
    relative = await make_relative(house.units, there.clinic, there.patient)
    home = await house.at_home(relative)
    assert (await home.get("/my/plan/plain")).status == 404
    await give_family_access(house.units, there.patient, relative, Scope.GOALS)
    page = await home.get("/my/plan/plain")
    assert page.status == 200
    assert "Walk to the harbour" in page.text
    assert "gut is alert" not in page.text
    assert "Graded activity" not in (await home.get("/my/plan/history")).text
    assert (await home.post("/my/plan/acknowledge", data={"version": new_id()})).status == 404
    await withdraw_family_access(house.units, there.patient, relative)
    assert (await home.get("/my/plan/plain")).status == 404


async def test_strangers_to_the_patient_find_nothing(house: House) -> None:
    there = await written(house)
    other = await make_staff(house.units, there.clinic, Role.GP)
    browser = await house.signed_in(other)
    for path in (*PAGES, "sign"):
        assert (await browser.get(f"/patients/{there.patient.id}/plan/{path}")).status == 404
    coordinator = await house.signed_in(there.coordinator)
    assert (await coordinator.get(f"/patients/{there.patient.id}/plan/sign")).status == 403
    for data in ({}, {"title": "x" * 121}, {"title": "a\x00"}, {"other": "1"}):
        answer = await coordinator.post(f"/patients/{there.patient.id}/plan/versions", data=data)
        assert answer.status in (403, 422)


async def test_who_signs_an_old_page_is_asked_to_look_again(house: House) -> None:
    there = await written(house)
    gp = await house.signed_in(there.gp)
    path = f"/patients/{there.patient.id}/plan/sign"
    looked_at = seen((await gp.get(path)).text)
    await there.write("problems", "p1", there.therapist, "!")
    answer = await gp.post(path, data={"seen": looked_at, "meaning": Meaning.AGREED})
    assert answer.status == 409
    for data in (
        {"seen": "x", "meaning": Meaning.AGREED},
        {"seen": looked_at, "meaning": "all of it"},
        {"meaning": Meaning.AGREED},
    ):
        assert (await gp.post(path, data=data)).status == 422
