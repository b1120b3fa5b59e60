"""Who looked and what was sent, told to the patient in words, the newest first."""

import re

import pytest
import pytest_asyncio

from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.notices.model import Channel, Notice, NoticeState
from tests.making.consent import visit_with_team_of_two
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.pages import section, words
from tests.making.people import make_patient, make_staff
from tests.making.visits import MadeVisit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

HERE = "/my/access"
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House) -> MadeVisit:
    """A patient with a team of two, a relative and a visit."""
    return await visit_with_team_of_two(house.units)


async def test_who_looked_is_told_in_words_and_page_by_page(house: House, visit: MadeVisit) -> None:
    gp, stranger = await house.signed_in(visit.gp), await make_staff(house.units, visit.clinic)
    await gp.get(f"/visits/{visit.id}")
    await (await house.signed_in(stranger)).get(f"/visits/{visit.id}")
    mara = await house.at_home(visit.patient)
    for _ in range(3):
        await mara.get(HERE)
    looked = section((await mara.get(HERE)).text, "looked")
    assert f"{visit.gp.name} (GP) read the visit" in looked
    assert f"{stranger.name} (GP) was refused the visit" in looked
    # Each day is a line of its own: enough of them for two pages.
    for _ in range(60):
        house.clock.move(days=1)
        again = await house.signed_in(visit.gp)
        await again.get(f"/visits/{visit.id}")
        await again.close()
    mara = await house.at_home(visit.patient)
    page = (await mara.get(f"{HERE}/looks")).text
    older = re.search(r'href="(/my/access/looks\?before=[^"]+)"', page)
    assert older
    second = (await mara.get(older[1])).text
    times = re.findall(r'<time datetime="([^"]+)"', page + second)
    assert times == sorted(times, reverse=True)
    assert page.count("read the visit") + second.count("read the visit") == 61
    assert visit.patient.name not in words(second)
    for strange in ("x", NOBODY, "%00", "' or 1=1", "9" * 400):
        assert (await mara.get(f"{HERE}/looks?before={strange}")).status == 200


async def test_what_was_sent_is_listed_with_whom_and_when(house: House, visit: MadeVisit) -> None:
    other = await make_patient(house.units, visit.clinic)
    async with house.units(SYSTEM) as unit:
        for person, about in (
            (visit.patient, visit.id),
            (visit.relatives[0], visit.id),
            (visit.gp, visit.id),
            (other, new_id()),
        ):
            unit.session.add(
                Notice(
                    id=new_id(),
                    clinic_id=person.clinic,
                    person_id=person.id,
                    channel=Channel.SMS,
                    kind="reminder",
                    values="{}",
                    about_kind="visit",
                    about_id=about,
                    state=NoticeState.SENT,
                    created_at=unit.now,
                    due_at=unit.now,
                    sent_at=unit.now,
                )
            )
    sent = section((await (await house.at_home(visit.patient)).get(HERE)).text, "sent")
    for one in (visit.patient, visit.relatives[0], visit.gp):
        assert f"{one.name} by text message" in sent
    assert other.name not in sent
