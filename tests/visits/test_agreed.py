"""What was agreed: for the patient on their device and at home, seven days, and for nobody else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete

from rounds.accounts.reading_on import READABLE
from rounds.consent.model import Purpose, Section
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.people.model import System
from rounds.rooms.arrivals_model import CheckIn
from rounds.visits.publishing import KIND
from tests.making.closing import agreed, decide, held, publish, write
from tests.making.consent import (
    agree_to,
    give_family_access,
    keep_out,
    withdraw_family_access,
    withdraw_messages,
)
from tests.making.house import House
from tests.making.post import Post, post_office
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "You walk ten minutes each day."
PAST = "There is nothing to read here now"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post(folder: Path) -> AsyncIterator[Post]:
    async with post_office(folder) as opened:
        yield opened


async def published(house: House, visit: MadeVisit, **fields: object) -> None:
    gp = await house.signed_in(visit.gp)
    told = (await decide(gp, visit, agreed=WORDS, **fields)).json()
    answer = await publish(gp, visit, told["revision"])
    assert answer.status == 200, answer.text


async def test_until_it_is_written_the_page_says_so(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    phone = await held(house, visit)
    assert (await agreed(phone, visit)).json()["written"] is False
    gp = await house.signed_in(visit.gp)
    await decide(gp, visit, agreed=WORDS)
    # Nothing goes to the patient by itself.
    assert (await agreed(phone, visit)).json() == (await agreed(phone, visit)).json()
    assert WORDS not in (await agreed(phone, visit)).text
    await publish(gp, visit)
    told = (await agreed(phone, visit)).json()
    assert told["written"]
    assert told["agreed"] == WORDS
    assert told["step"] == "Phone call"
    assert told["due"] == "Thursday, 24 December 2099"
    assert told["owner"]["name"] == visit.gp.name
    assert not told["owner"]["you"]
    assert told["before"] == []


async def test_publishing_needs_an_end_a_decision_and_what_was_looked_at(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    gp = await house.signed_in(visit.gp)
    await write(gp, visit, agreed=WORDS)
    assert (await publish(gp, visit)).status == 409
    phone = await held(house, visit)
    assert (await publish(gp, visit)).status == 409
    told = (await decide(gp, visit, agreed=WORDS, revision=1)).json()
    assert (await publish(gp, visit, told["revision"] - 1)).status == 409
    assert not (await agreed(phone, visit)).json()["written"]
    assert (await publish(gp, visit, told["revision"])).status == 200


async def test_a_correction_stands_beside_what_was_there(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    phone = await held(house, visit)
    await published(house, visit)
    gp = await house.signed_in(visit.gp)
    again = await publish(gp, visit)
    assert again.json()["published"]["version"] == 1
    told = (await decide(gp, visit, next_step="Next visit", agreed="Rest.", revision=1)).json()
    assert told["published"]["stands"] is False
    await publish(gp, visit, 2)
    told = (await agreed(phone, visit)).json()
    assert (told["step"], told["agreed"], told["corrected"]) == ("Next visit", "Rest.", True)
    assert [(one["step"], one["agreed"]) for one in told["before"]] == [("Phone call", WORDS)]


async def test_a_reload_after_the_end_shows_it_again(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    phone = await held(house, visit)
    page = await phone.get(f"/j/{visit.link(visit.patient).invitation}")
    assert page.status == 200
    assert "data-agreed-waiting" in page.text
    assert "999" in page.text


async def test_seven_days_after_the_end_it_is_gone(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    phone = await held(house, visit)
    await published(house, visit)
    invitation = visit.link(visit.patient).invitation
    house.pass_time(seconds=READABLE.total_seconds() - 60)
    assert (await agreed(phone, visit)).status == 200
    assert (await phone.get(f"/j/{invitation}")).status == 200
    house.pass_time(seconds=61)
    assert (await agreed(phone, visit)).status == 404
    page = await phone.get(f"/j/{invitation}")
    assert page.status == 404
    assert PAST in page.text
    assert "020 7946 0321" in page.text
    assert WORDS not in page.text
    assert visit.patient.name not in page.text


async def test_a_long_visit_is_counted_from_its_end(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    link = visit.link(visit.patient)
    phone = await house.guest(link)
    house.pass_time(hours=5)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    line = await phone.guest_room(link)
    await line.ask("knock")
    await console.ask("admit", admission=visit.seat(visit.patient))
    await console.ask("end")
    house.pass_time(seconds=READABLE.total_seconds() - 60)
    assert (await agreed(phone, visit)).status == 200


async def test_another_device_and_other_people_get_nothing(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    sister = await house.guest(visit.link(visit.relatives[0]))
    await held(house, visit)
    await published(house, visit)
    invitation = visit.link(visit.patient).invitation
    stranger = house.browser()
    other = await make_visit(house.units)
    guest = await house.guest(other.link(other.patient))
    gp = await house.signed_in(visit.gp)
    refused = []
    for browser in (stranger, guest, sister, gp):
        answer = await browser.get(f"/j/{invitation}/agreed.json")
        assert answer.status == 404
        page = await browser.get(f"/j/{invitation}")
        assert page.status == 404
        assert PAST in page.text
        assert WORDS not in page.text
        refused.append((await browser.get(f"/j/{invitation}/next.ics")).status)
    nobody = await stranger.get(f"/j/{new_id()}")
    assert (await stranger.get(f"/j/{invitation}")).text == nobody.text
    assert set(refused) == {404}


async def test_family_reads_it_only_with_the_patients_word(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    sister = visit.relatives[0]
    phone = await house.guest(visit.link(sister))
    await held(house, visit)
    await published(house, visit)
    invitation = visit.link(sister).invitation
    assert (await agreed(phone, visit, sister)).status == 404
    assert "data-agreed" not in (await phone.get(f"/j/{invitation}")).text
    await give_family_access(house.units, visit.patient, sister)
    assert (await agreed(phone, visit, sister)).json()["agreed"] == WORDS
    assert "data-agreed" in (await phone.get(f"/j/{invitation}")).text
    at_home = await house.at_home(sister)
    assert WORDS in (await at_home.get(f"/my/visits/{visit.id}")).text
    await withdraw_family_access(house.units, visit.patient, sister)
    assert (await agreed(phone, visit, sister)).status == 404
    assert (await at_home.get(f"/my/visits/{visit.id}")).status == 404


async def test_family_kept_from_visits_reads_nothing(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    sister = visit.relatives[0]
    phone = await house.guest(visit.link(sister))
    await held(house, visit)
    await published(house, visit)
    await give_family_access(house.units, visit.patient, sister)
    await keep_out(house.units, visit.patient, sister, Section.VISITS)
    assert (await agreed(phone, visit, sister)).status == 404


async def test_at_home_it_can_be_read_for_seven_days(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    await held(house, visit)
    at_home = await house.at_home(visit.patient)
    page = (await at_home.get(f"/my/visits/{visit.id}")).text
    assert "Your clinician is still writing" in page
    await published(house, visit, owner=visit.patient.id)
    page = (await at_home.get(f"/my/visits/{visit.id}")).text
    assert WORDS in page
    assert "That is you" in page
    house.pass_time(seconds=READABLE.total_seconds())
    gone = await (await house.at_home(visit.patient)).get(f"/my/visits/{visit.id}")
    assert gone.status == 410
    assert "Call us" in gone.text
    assert WORDS not in gone.text


async def test_a_booked_date_comes_as_a_calendar_file(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    phone = await held(house, visit)
    path = f"/j/{visit.link(visit.patient).invitation}/next.ics"
    assert (await phone.get(path)).status == 404
    starts_at = house.clock.now() + timedelta(days=28)
    booked = await make_visit(
        house.units, visit.clinic, visit.team, 0, starts_at, patient=visit.patient
    )
    told = (await agreed(phone, visit)).json()["booked"]
    assert told["at"][:10] == starts_at.date().isoformat()
    assert told["ics"] == path
    file = await phone.get(path)
    assert booked.id in file.text
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert visit.gp.name not in file.text


async def test_the_patient_is_written_to_once_without_a_clinical_word(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    await post.give(visit.patient, System.SMS)
    await held(house, visit)
    await post.deliver()
    before = len(post.texts)
    await published(house, visit)
    await post.deliver()
    await publish(await house.signed_in(visit.gp), visit)
    await post.deliver()
    (text,) = post.texts[before:]
    assert f"/my/visits/{visit.id}" in text["text"]
    for word in (WORDS, visit.gp.name, "Phone call"):
        assert word not in text["text"]
    gp = await house.signed_in(visit.gp)
    told = (await decide(gp, visit, agreed="Rest.", revision=1)).json()
    await publish(gp, visit, told["revision"])
    await post.deliver()
    assert "corrected" in post.texts[-1]["text"]
    assert len(post.texts) == before + 2


@pytest.mark.parametrize("how", ["unsafe", "forgotten", "no address", "no agreement"])
async def test_nobody_is_written_to_who_must_not_be(post: Post, how: str) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    if how != "no address":
        await post.give(visit.patient, System.SMS)
    if how == "no agreement":
        await agree_to(house.units, visit.patient, Purpose.MESSAGES)
    if how in ("unsafe", "forgotten"):
        link = visit.link(visit.patient)
        phone = await house.guest(link)
        await phone.post(f"/j/{link.invitation}/check-in", {"safe": "no"})
        console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
        line = await phone.guest_room(link)
        await line.ask("knock")
        await console.ask("admit", admission=visit.seat(visit.patient))
        await console.ask("end")
    else:
        await held(house, visit)
    if how == "no agreement":
        await withdraw_messages(house.units, visit.patient)
    if how == "forgotten":
        async with house.units(SYSTEM) as unit:
            await unit.session.execute(delete(CheckIn).where(CheckIn.room_id == visit.room))
    await post.deliver()
    before = len(post.texts)
    await published(house, visit)
    await post.deliver()
    assert post.texts[before:] == []
    if how != "no agreement":
        assert KIND not in [one.kind for one in await post.notices(visit)]
    if how in ("unsafe", "forgotten"):
        gp = await house.signed_in(visit.gp)
        assert (await gp.get(f"/visits/{visit.id}/summary.json")).json()["quiet"]
