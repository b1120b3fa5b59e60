"""What is on the disk is answered for, whatever becomes of telling others about it."""

from collections.abc import Sequence

import pytest

from rounds.kernel.errors import Unavailable
from rounds.resources import Foundation
from rounds.sync.commands import Command, Op
from rounds.sync.live import Live
from rounds.sync.log import Entry
from tests.making.fixtures import on_both
from tests.making.people import make_clinic, make_patient, make_staff
from tests.making.plans import Desk, Page, answered, make_section
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

SOON = 5.0
GOAL = "t:g1.text"


class Faulty(Desk):
    """A desk that cannot tell anybody about one section, or that it begins anew."""

    deaf = ""
    mute = ""

    def _told(self, live: Live, entries: Sequence[Entry]) -> int:
        if live.id == self.deaf:
            raise RuntimeError("nobody can be told")
        return super()._told(live, entries)

    def _reset(self, live: Live) -> None:
        super()._reset(live)
        if live.id == self.mute:
            raise RuntimeError("nobody can be told")


async def opened(earth: Foundation, desk: Desk) -> tuple[Live, Page]:
    """Open a section of its own at a desk."""
    clinic = await make_clinic(earth.units)
    section = await make_section(earth.units, clinic, await make_patient(earth.units, clinic))
    page = Page(await make_staff(earth.units, clinic), 5)
    return await desk.open(section, page), page


def add(desk: Desk, live: Live, page: Page, item: str) -> None:
    """Add a goal."""
    desk.command(live, page, Command(item, Op.ADD, item, "goal", "m"))


async def test_everybody_is_answered_and_who_was_not_told_opens_anew(earth: Foundation) -> None:
    desk = Faulty(earth)
    (live, page), (other, beside) = await opened(earth, desk), await opened(earth, desk)
    desk.deaf = live.id
    for item in ("g1", "g2", "g3"):
        # Both in one commit, the one that fails first.
        add(desk, live, page, item)
        add(desk, other, beside, item)
        assert await answered(page, int(item[1])) == await answered(beside, int(item[1]))
    assert page.answers == beside.answers == [True] * 3
    assert [entry.seq for entry in beside.told] == [1, 2, 3]
    assert (page.told, page.resets, beside.resets) == ([], 3, 0)
    desk.deaf = ""
    late = Page(page.person, 7)
    assert (await desk.open(live.id, late)).stored == 3
    add(desk, live, page, "g4")
    await eventually(lambda: page.answers == [True] * 4, SOON)
    assert [entry.seq for entry in page.told] == [4]
    await desk.stop()


async def test_what_did_not_come_to_the_disk_is_answered_for_too(
    earth: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Faulty(earth)
    (live, page), (other, beside) = await opened(earth, desk), await opened(earth, desk)
    desk.mute = live.id

    async def full(_: object, __: Sequence[Entry]) -> None:
        raise Unavailable("No space is left.", retry_after=5)

    with monkeypatch.context() as disk:
        disk.setattr("rounds.careplan.log.PlanLog.append", full)
        add(desk, live, page, "g1")
        add(desk, other, beside, "g1")
        assert await answered(page, 1) == await answered(beside, 1) == [False]
    await eventually(lambda: page.resets == beside.resets == 1, SOON)
    again = await desk.open(other.id, beside)
    add(desk, again, beside, "g1")
    await eventually(lambda: beside.answers == [False, True], SOON)
    await desk.stop()
