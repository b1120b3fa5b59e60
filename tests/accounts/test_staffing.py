"""Administrators look after accounts: invite, change, let go; and never lock the clinic out."""

import asyncio
import re
from typing import Any

import pytest
import pytest_asyncio

from rounds.kernel.actor import Role
from rounds.people.model import Clinic
from tests.making.browser import Answer, Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import PASSWORD, Someone, make_clinic, make_patient, make_staff, make_team
from tests.making.visits import make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

NEW = "seven green boats at dawn"
PROMISE_SECONDS = 3.0
"""Three times the promised second, on a busy machine."""


@pytest_asyncio.fixture(loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def admin(house: House, clinic: Clinic) -> Someone:
    return await make_staff(house.units, clinic, Role.ADMIN)


@pytest_asyncio.fixture(loop_scope="module")
async def office(house: House, admin: Someone) -> Browser:
    return await house.signed_in(admin)


async def do(browser: Browser, person: Someone, deed: str, **form: Any) -> Answer:
    return await browser.post(f"/admin/staff/{person.id}/{deed}", data=form)


async def test_a_colleague_is_invited_and_comes_in(house: House, office: Browser) -> None:
    form = {"given_name": "Nora", "family_name": "Ødegård", "role": "interpreter"}
    answer = await office.post("/admin/staff", data=form | {"email": "Nora@Clinic.example"})
    assert answer.status == 200
    token = re.search(r"/set-up#t=([\w-]{43})", answer.text)
    assert token is not None
    taken = await office.post("/admin/staff", data=form | {"email": "nora@clinic.example"})
    assert taken.status == 409
    nora = house.browser()
    told = await nora.post("/set-up", {"token": token[1], "password": NEW})
    assert told.json() == {"location": "/today"}
    page = await office.get("/admin/staff")
    assert "Nora Ødegård" in page.text
    assert token[1] not in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("given_name", "x" * 201),
        ("given_name", "No\x00ra"),
        ("role", "patient"),
        ("role", "owner"),
        ("email", "nobody"),
        ("email", "a@b@c.example"),
        ("email", "x" * 250 + "@clinic.example"),
    ],
)
async def test_a_form_that_does_not_do_invites_nobody(
    office: Browser, field: str, value: str
) -> None:
    form = {"given_name": "Nora", "role": "gp", "email": "nora2@clinic.example"}
    before = (await office.get("/admin/staff")).text
    assert (await office.post("/admin/staff", data=form | {field: value})).status == 422
    assert (await office.get("/admin/staff")).text == before


async def test_dangerous_acts_want_a_fresh_proof(
    house: House, clinic: Clinic, office: Browser
) -> None:
    colleague = await make_staff(house.units, clinic)
    house.clock.move(minutes=5)
    answer = await do(office, colleague, "deactivate")
    back = f"/prove?next=%2Fadmin%2Fstaff%2F{colleague.id}"
    assert (answer.status, answer.headers["Location"]) == (303, back)
    asked = await office.post(
        f"/admin/staff/{colleague.id}/deactivate", data={}, headers={"Accept": "application/json"}
    )
    assert (asked.status, asked.json()["error"]["proof"]) == (403, True)
    wrong = await office.post("/prove", data={"password": "no", "next": "/today"})
    assert wrong.status == 422
    before = office.cookie("rounds")
    form = {"password": PASSWORD, "next": f"/admin/staff/{colleague.id}"}
    answer = await office.post("/prove", data=form)
    assert answer.headers["Location"] == f"/admin/staff/{colleague.id}"
    assert office.cookie("rounds") != before
    stale = await house.browser().get("/account", headers={"Cookie": f"rounds={before}"})
    assert stale.status == 302
    assert (await do(office, colleague, "deactivate")).status == 303


async def test_who_is_let_go_is_out_at_once(house: House, clinic: Clinic, office: Browser) -> None:
    gp = await make_staff(house.units, clinic)
    visit = await make_visit(house.units, clinic, [gp])
    browser = await house.signed_in(gp)
    room = await browser.staff_room(visit.id)
    bells = await browser.line("/me", {"door": "staff"})
    media = await browser.line("/media", {"token": (await room.ask("ticket"))["token"]})
    async with asyncio.timeout(PROMISE_SECONDS):
        assert (await do(office, gp, "deactivate")).status == 303
        await asyncio.gather(*(line.until_closed() for line in (room, bells, media)))

        async def nobody() -> bool:
            return bool((await house.media.statistics())["seats"] == 0)

        await eventually(nobody)
    assert (await browser.get("/today")).status == 302
    assert (await house.browser().sign_in(gp.email)).status == 422
    assert (await do(office, gp, "deactivate")).status == 409
    assert (await do(office, gp, "link")).status == 409
    assert (await do(office, gp, "reactivate")).status == 303
    assert (await house.browser().sign_in(gp.email)).status == 303


async def test_who_answers_for_patients_hands_them_over_first(
    house: House, clinic: Clinic, office: Browser
) -> None:
    gp, patient = await make_staff(house.units, clinic), await make_patient(house.units, clinic)
    await make_team(house.units, patient, [gp])
    answer = await do(office, gp, "deactivate")
    assert answer.status == 409
    assert "It is about 1 patient." in answer.text
    assert patient.name in answer.text
    assert (await (await house.signed_in(gp)).get("/today")).status == 200


async def test_a_new_role_holds_at_once(house: House, clinic: Clinic, office: Browser) -> None:
    gp = await make_staff(house.units, clinic)
    browser = await house.signed_in(gp)
    assert (await do(office, gp, "role", was="gp", role="admin")).status == 303
    assert (await browser.get("/today")).status == 302
    assert (await (await house.signed_in(gp)).get("/admin/staff")).status == 200
    assert (await do(office, gp, "role", was="gp", role="therapist")).status == 409
    assert (await do(office, gp, "role", was="admin", role="patient")).status == 422


async def test_the_clinic_always_keeps_an_administrator(
    house: House, clinic: Clinic, admin: Someone, office: Browser
) -> None:
    assert (await do(office, admin, "deactivate")).status == 409
    assert (await do(office, admin, "role", was="admin", role="gp")).status == 409
    other = await make_staff(house.units, clinic, Role.ADMIN)
    theirs = await house.signed_in(other)
    seen = await asyncio.gather(do(office, other, "deactivate"), do(theirs, admin, "deactivate"))
    assert sorted(answer.status for answer in seen)[0] == 303
    assert sum(answer.status == 303 for answer in seen) == 1
    left = [(await house.browser().sign_in(one.email)).status for one in (admin, other)]
    assert sorted(left) == [303, 422]


async def test_a_colleague_of_another_clinic_is_not_there(house: House, office: Browser) -> None:
    other = await make_staff(house.units, await make_clinic(house.units))
    for deed in ("link", "deactivate", "reactivate", "factor"):
        assert (await do(office, other, deed)).status == 404
    for id in (other.id, "0", "x" * 300, "%00", "..%2f"):
        assert (await office.get(f"/admin/staff/{id}")).status == 404


async def test_ones_own_sessions_are_listed_and_ended(house: House, clinic: Clinic) -> None:
    gp = await make_staff(house.units, clinic)
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    here, there = await house.signed_in(gp), house.browser()
    await there.post("/sign-in", data={"email": gp.email, "password": PASSWORD}, headers=agent)
    page = (await here.get("/account")).text
    assert "Firefox on Linux" in page
    (session,) = re.findall(r"/account/sessions/([0-9a-f-]{36})/end", page)
    stranger = await house.signed_in(await make_staff(house.units, clinic))
    assert (await stranger.post(f"/account/sessions/{session}/end", data={})).status == 404
    assert (await there.get("/today")).status == 200
    assert (await here.post(f"/account/sessions/{session}/end", data={})).status == 303
    assert (await there.get("/today")).status == 302


async def test_a_new_password_wants_the_old_one_and_ends_the_other_browsers(
    house: House, clinic: Clinic
) -> None:
    gp = await make_staff(house.units, clinic)
    here, there = [await house.signed_in(gp) for _ in range(2)]
    for form in (
        {"old": "a wrong password!", "password": NEW},
        {"old": PASSWORD, "password": "short"},
        {"old": PASSWORD, "password": gp.email},
    ):
        assert (await here.post("/account/password", data=form)).status == 422
    assert (await there.get("/today")).status == 200
    answer = await here.post("/account/password", data={"old": PASSWORD, "password": NEW})
    assert answer.headers["Location"] == "/account?done=password"
    assert (await there.get("/today")).status == 302
    assert (await here.get("/today")).status == 200
    assert (await house.browser().sign_in(gp.email, NEW)).status == 303
