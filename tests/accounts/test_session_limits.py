"""How far a session reaches: twelve hours, and one host."""

from http.cookies import SimpleCookie
from pathlib import Path

from rounds.accounts.session import STAFF_HOURS
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.people import PASSWORD
from tests.making.visits import make_visit


async def test_a_session_ends_after_twelve_hours_and_its_sockets_with_it(own_house: House) -> None:
    visit = await make_visit(own_house.units)
    browser = await own_house.signed_in(visit.gp)
    room = await browser.staff_room(visit.id)
    own_house.pass_time(hours=STAFF_HOURS - 0.1)
    assert (await browser.get("/today")).status == 200
    await own_house.sockets.namespace_handlers["/rooms"].close_ended()
    assert (await room.ask("state"))["me"]["standing"] == "admitted"
    own_house.pass_time(hours=0.1)
    assert (await browser.get("/today")).status == 302
    assert await room.refused("state") == "forbidden"
    await own_house.sockets.namespace_handlers["/rooms"].close_ended()
    assert (await room.until("closed"))["reason"] == "signed_out"
    await room.until_closed()


async def test_over_https_the_cookie_belongs_to_this_host_alone(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "", public_url="https://rounds.example")
    async with running(settings) as secure:
        visit = await make_visit(secure.units)
        browser = secure.browser()
        headers = {"Host": "rounds.example", "Origin": "https://rounds.example"}
        form = {"email": visit.gp.email, "password": PASSWORD}
        answer = await browser.post("/sign-in", data=form, headers=headers)
        cookie = SimpleCookie(answer.headers["Set-Cookie"])["__Host-rounds"]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        link = visit.link(visit.patient)
        answer = await browser.post("/j/redeem", {"token": link.token}, headers=headers)
        name, _, _ = answer.headers["Set-Cookie"].partition("=")
        assert name == f"__Host-rounds-visit-{link.invitation.replace('-', '')}"
        sent = headers | {"Cookie": f"__Host-rounds={cookie.value}"}
        assert (await browser.get("/today", headers=sent)).status == 200
        # The name that any page of a sibling host could set opens nothing.
        sent = headers | {"Cookie": f"rounds={cookie.value}"}
        assert (await browser.get("/today", headers=sent)).status == 302
