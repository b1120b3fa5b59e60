"""The words of a plan stand in its page before any script runs, as far as each may read them."""

import re

import pytest

from rounds.careplan.content import ItemContent
from rounds.careplan.first_sight import first_sight
from rounds.consent.model import Scope
from tests.making.consent import give_family_access
from tests.making.house import House
from tests.making.people import make_relative
from tests.making.planned import make_planned


def test_texts_and_facts_stand_in_the_order_of_the_page() -> None:
    values = {"status": "active", "side": "both", "origin": "elsewhere"}
    texts = {"plain": "Your gut is alert.", "text": "<b>IBS</b>"}
    found = first_sight("problems", (ItemContent("a", "problem", "1", values, texts),), {}, {}, str)
    assert found == [
        {
            "item": "a",
            "texts": ["<b>IBS</b>", "Your gut is alert."],
            "facts": [("State", "active", ""), ("Side", "body and mind", "")],
            "origin": None,
        }
    ]


def test_days_people_and_flags_are_told_as_people_read_them() -> None:
    goal = ItemContent("a", "intervention", "1", {"owner": "p", "due": "2026-02-03"}, {})
    ((owner, who, _), (due, _, day)) = first_sight("interventions", (goal,), {"p": "Ana"}, {}, str)[
        0
    ]["facts"]
    assert (owner, who, due) == ("Who does it", "Ana", "Until")
    assert day == "2026-02-03"
    note = ItemContent("a", "note", "1", {"interpreter": True}, {"text": "Farsi"})
    assert first_sight("language", (note,), {}, {}, str)[0]["facts"] == [("Interpreter", "", "")]


@pytest.mark.asyncio(loop_scope="module")
async def test_each_reads_at_once_what_they_may_read_and_nothing_else(house: House) -> None:
    there = await make_planned(house.foundation)
    await there.write("problems", "p1", there.gp, "<script>alert(1)</script> & pain")
    await there.write("my_goals", "g1", there.patient, "Walk to the harbour")
    await there.write("team_notes", "n1", there.gp, "Between us")
    relative = await make_relative(house.units, there.clinic, there.patient)
    await give_family_access(house.units, there.patient, relative, Scope.GOALS)
    gp = (await (await house.signed_in(there.gp)).get(f"/patients/{there.patient.id}/plan")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; pain" in gp
    assert "<script>alert(1)" not in gp
    assert "Between us" in gp
    assert "data-lock" in gp
    mine = (await (await house.at_home(there.patient)).get("/my/plan")).text
    assert re.search(r'<p class="part__said ">\s*Walk to the harbour', mine)
    assert "Between us" not in mine
    assert "data-lock" not in mine
    theirs = (await (await house.at_home(relative)).get("/my/plan")).text
    assert "Walk to the harbour" in theirs
    assert "&amp; pain" not in theirs
