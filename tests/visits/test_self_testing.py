"""A self-test, at check-in or days before: kept under four letters that its staff can look up."""

import re
from datetime import timedelta
from typing import Any

import pytest

from rounds.accounts.throttle import PROBES_PER_TEST, TESTS_PER_TEN_MINUTES
from rounds.kernel.actor import SYSTEM, Role
from rounds.rooms.queries import self_tests_of_room
from rounds.rooms.self_testing import LETTERS
from rounds.visits.views.arriving import HEADER, LARGEST_PIECE
from tests.making.browser import Answer, Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

WELL: dict[str, Any] = {
    "socket": "websocket",
    "path": "host",
    "protocol": "udp",
    "voice": True,
    "picture": True,
    "round_trip": 40,
    "lost": 0,
    "up": 4000,
    "down": 9000,
    "seconds": 6,
}
UNHEARD = WELL | {"microphone": "denied", "voice": None}
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


async def begun(house: House, visit: MadeVisit) -> tuple[Browser, str]:
    browser = house.browser()
    told = await browser.post("/j/test", {"token": visit.link(visit.patient).token})
    assert told.status == 200, told.text
    return browser, told.json()["token"]


async def report(browser: Browser, token: str, told: dict[str, Any]) -> Answer:
    headers = {HEADER: token, "User-Agent": PHONE}
    return await browser.post("/j/test/report", told, headers=headers)


async def kept_of(house: House, visit: MadeVisit, told: dict[str, Any]) -> Any:
    return (await report(*await begun(house, visit), told)).json()


async def test_a_link_is_tried_out_days_before_and_binds_nothing(house: House) -> None:
    visit = await make_visit(house.units, starts_at=house.clock.now() + timedelta(days=3))
    kept = await kept_of(house, visit, UNHEARD)
    assert kept["result"] == "bad"
    assert re.fullmatch(f"[{LETTERS}]{{4}}", kept["code"])
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    coming = (await console.ask("state"))["coming"]
    seen = next(one for one in coming if one["seat"] == visit.seat(visit.patient))
    assert seen["self_test"] == {**kept, "at": house.clock.now().isoformat()}
    assert seen["link"] == "not_opened"
    # The sister's own test changes nothing for the patient.
    link = visit.link(visit.relatives[0])
    begun_there = await house.browser().post("/j/test", {"token": link.token})
    assert begun_there.status == 200


async def test_the_day_shows_a_red_light_until_a_later_test_is_green(house: House) -> None:
    visit = await make_visit(house.units)
    gp = await house.signed_in(visit.gp)

    async def light() -> Any:
        found = (await gp.get("/today.json")).json()["visits"]
        return next(one["light"] for one in found if one["id"] == visit.id)

    assert await light() is None
    await kept_of(house, visit, UNHEARD)
    assert await light() == "bad"
    assert "Test failed: please phone before the visit" in (await gp.get("/today")).text
    house.clock.move(minutes=1)
    await kept_of(house, visit, WELL)
    assert await light() == "good"


async def test_its_code_is_found_by_host_team_and_office_alone(house: House) -> None:
    visit = await make_visit(house.units)
    code = (await kept_of(house, visit, UNHEARD))["code"]
    coordinator = await make_staff(house.units, visit.clinic, Role.COORDINATOR)
    stranger = await make_staff(house.units, visit.clinic, Role.THERAPIST)
    elsewhere = await make_staff(house.units, await make_clinic(house.units, "Hill"))
    path = f"/visits/test?code={code}"
    typed = f"/visits/test?code=%20{code[:2].lower()}-{code[2:].lower()}"
    for who, where in ((visit.gp, path), (coordinator, path), (visit.gp, typed)):
        page = (await (await house.signed_in(who)).get(where)).text
        assert visit.patient.name in page
        assert "The microphone does not work" in page
        assert "Chrome on Android" in page
    for who in (stranger, elsewhere):
        page = (await (await house.signed_in(who)).get(path)).text
        assert "No test with this code" in page
        assert visit.patient.name not in page
    guest = await house.guest(visit.link(visit.patient))
    assert (await guest.get(path)).status == 302
    lines = await house.trail(action="visit.self_tests", object_id=visit.id)
    assert sorted({line.outcome for line in lines}) == ["denied", "read"]


@pytest.mark.parametrize("typed", ["", "AB", "QQQQQ", "%00%00%00%00", "ﬁﬁﬁﬁ", "%27%20OR%201=1"])
async def test_what_is_no_code_finds_nothing(house: House, typed: str) -> None:
    visit = await make_visit(house.units)
    answer = await (await house.signed_in(visit.gp)).get(f"/visits/test?code={typed}")
    assert answer.status == 200
    assert visit.patient.name not in answer.text


async def test_a_report_that_is_sent_again_changes_nothing(house: House) -> None:
    visit = await make_visit(house.units)
    browser, token = await begun(house, visit)
    first = (await report(browser, token, UNHEARD)).json()
    assert (await report(browser, token, WELL)).json() == first


async def test_a_guest_in_check_in_has_a_test_of_their_own(house: House) -> None:
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    guest = await house.guest(link)
    given = (await guest.post(f"/j/{link.invitation}/test", {})).json()
    assert given["engine"] == "embedded"
    assert given["door"] == "/echo"
    assert (await report(guest, given["token"], WELL)).json()["result"] == "good"


@pytest.mark.parametrize(
    "told",
    [
        {"microphone": "haunted"},
        {"path": "10.0.0.1"},
        {"protocol": "carrier pigeon"},
        {"up": -1},
        {"up": 10**9},
        {"lost": 1001},
        {"round_trip": "soon"},
        {"voice": "loud"},
        {"address": "192.0.2.1"},
        {"seconds": 10**6},
    ],
)
async def test_a_report_holds_nothing_but_outcomes(house: House, told: dict[str, Any]) -> None:
    visit = await make_visit(house.units)
    browser, token = await begun(house, visit)
    assert (await report(browser, token, WELL | told)).status == 422


async def test_without_a_pass_or_a_link_nothing_is_given_or_kept(house: House) -> None:
    visit = await make_visit(house.units)
    browser, token = await begun(house, visit)
    signed = house.foundation.signer.sign("media ticket", {"room": "a", "seat": "b"})
    for wrong in ("", "nonsense", token[:-1], signed):
        for path in ("down", "report", "up"):
            answer = await browser.post(f"/j/test/{path}", {"size": 9}, headers={HEADER: wrong})
            assert answer.status in (410, 422, 429)
            assert len(answer.body) < 2000
    other = house.browser()
    for token in ("nonsense", "x" * 129, ""):
        assert (await other.post("/j/test", {"token": token})).status in (404, 422, 429)


async def test_a_pass_runs_out_and_a_visit_ends(house: House) -> None:
    ended = await make_visit(house.units)
    browser, token = await begun(house, ended)
    console = await (await house.signed_in(ended.gp)).staff_room(ended.id)
    await console.ask("end")
    assert (await report(browser, token, WELL)).status == 410
    again = await house.browser().post("/j/test", {"token": ended.link(ended.patient).token})
    assert again.status == 410


async def test_pieces_are_as_large_as_asked_and_soon_enough(house: House) -> None:
    visit = await make_visit(house.units)
    browser, token = await begun(house, visit)
    headers = {HEADER: token}
    pieces = []
    for _ in range(2):
        answer = await browser.post("/j/test/down", {"size": 5000}, headers=headers)
        pieces.append(answer.body)
    assert [len(piece) for piece in pieces] == [5000, 5000]
    assert pieces[0] != pieces[1]
    up = await browser.post("/j/test/up", data=b"x" * LARGEST_PIECE, headers=headers)
    assert up.json() == {"size": LARGEST_PIECE}
    large = await browser.post("/j/test/up", data=b"x" * (LARGEST_PIECE + 1), headers=headers)
    assert large.status == 422
    for size in (0, LARGEST_PIECE + 1, "many"):
        refused = await browser.post("/j/test/down", {"size": size}, headers=headers)
        assert refused.status == 422
    statuses = [
        (await browser.post("/j/test/down", {"size": 1}, headers=headers)).status
        for _ in range(PROBES_PER_TEST)
    ]
    assert statuses[0] == 200
    assert statuses[-1] == 429


async def test_a_place_has_ten_tests_in_ten_minutes(house: House) -> None:
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    guest = await house.guest(link)
    for _ in range(TESTS_PER_TEN_MINUTES):
        assert (await guest.post(f"/j/{link.invitation}/test", {})).status == 200
    assert (await guest.post(f"/j/{link.invitation}/test", {})).status == 429
    assert (await house.browser().post("/j/test", {"token": link.token})).status == 429


async def test_nothing_of_a_report_names_an_address(house: House) -> None:
    visit = await make_visit(house.units)
    await kept_of(house, visit, UNHEARD)
    async with house.units.reading(SYSTEM) as unit:
        (row,) = (await self_tests_of_room(unit.session, visit.room)).values()
    assert "127.0.0.1" not in f"{row.report} {row.browser}"
    assert row.browser == "Chrome, Android"
