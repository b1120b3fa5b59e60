"""The team moves a task, gives it to somebody else or takes it back, and each step is kept."""

import pytest

from rounds.consent.model import Scope
from rounds.kernel.actor import Role
from tests.making.consent import give_family_access, withdraw_family_access
from tests.making.house import House
from tests.making.people import make_staff
from tests.making.tasks import change, make_task, say, task_of, waiting_for, ward

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_another_day_is_counted_from_today(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp, days=1)
    browser = await house.signed_in(here.gp)
    before = (await task_of(house.units, task)).due_on
    assert (await change(browser, task, "due", days="3", words="He is ill.")).status == 303
    after = (await task_of(house.units, task)).due_on
    assert after > before
    text = (await browser.get(f"/tasks/{task}")).text
    assert f"{here.gp.name} gave it another day." in text
    assert "He is ill." in text
    assert (await change(browser, task, "due", days="3", words="Again.")).status == 303
    assert "Again." not in (await browser.get(f"/tasks/{task}")).text


async def test_somebody_else_has_it_and_whoever_had_it_no_longer(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp)
    giver = await house.signed_in(here.gp)
    answer = await change(giver, task, "hand", owner=here.patient.id, asks="yes")
    assert answer.status == 303
    assert (await say(await house.signed_in(here.sam), task, "done")).status == 403
    home = await house.at_home(here.patient)
    assert (await say(home, task, "done", my="/my")).status == 303
    assert (await change(giver, task, "hand", owner=here.sam.id)).status == 409


async def test_taken_back_it_waits_for_nobody(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp)
    browser = await house.signed_in(here.gp)
    assert (await change(browser, task, "cancel", words=" ")).status == 422
    assert (await change(browser, task, "cancel", words="x" * 301)).status == 422
    for _ in range(2):
        assert (await change(browser, task, "cancel", words="Somebody did.")).status == 303
    assert await waiting_for(house, here.sam) == []
    text = (await browser.get(f"/tasks/{task}")).text
    assert text.count("took it back") == 1
    assert "Not needed any more" in text
    for deed, fields in (("due", {"days": "3"}), ("hand", {"owner": here.gp.id})):
        assert (await change(browser, task, deed, **fields)).status == 409


@pytest.mark.parametrize(
    ("deed", "fields", "words"),
    [
        ("due", {"days": "soon"}, "Please choose 0 to 250 days."),
        ("due", {"days": "251"}, "Please choose 0 to 250 days."),
        ("hand", {"owner": ""}, "Please choose who does it."),
        ("hand", {"owner": "gp2"}, "cannot have a task"),
    ],
)
async def test_what_is_not_whole_is_shown_again(
    house: House, deed: str, fields: dict[str, str], words: str
) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp)
    answer = await change(
        await house.signed_in(here.gp), task, deed, words="Keep <i>this</i>", **fields
    )
    assert answer.status == 422
    assert words in answer.text
    assert "Keep &lt;i&gt;this" in answer.text


async def test_an_owner_outside_of_the_team_changes_nothing(house: House) -> None:
    here = await ward(house)
    helper = await make_staff(house.units, here.clinic, Role.COORDINATOR)
    task = await make_task(house.units, here.patient, helper.id, here.gp)
    browser = await house.signed_in(helper)
    assert (await browser.get(f"/tasks/{task}")).status == 200
    assert (await change(browser, task, "cancel", words="No.")).status == 403
    assert (await say(browser, task, "done")).status == 303


async def test_a_relative_who_may_read_no_more_keeps_no_task_unseen(house: House) -> None:
    here = await ward(house)
    await give_family_access(house.units, here.patient, here.sister, Scope.TASKS)
    task = await make_task(house.units, here.patient, here.sister.id, here.gp)
    await withdraw_family_access(house.units, here.patient, here.sister)
    (line,) = await waiting_for(house, here.sam)
    assert (line["task"], line["mine"]) == (task, True)
