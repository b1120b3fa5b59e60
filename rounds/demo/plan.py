"""Gives the demo's patient a care plan, through the same door as everybody's edits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from rounds.careplan.beginning import plan_of
from rounds.careplan.kinds import COMMENT, SECTIONS
from rounds.careplan.model import PlanSection
from rounds.careplan.pending import leave_edit
from rounds.careplan.ranks import rank_after
from rounds.careplan.template_files import shipped
from rounds.careplan.template_using import use_template
from rounds.careplan.template_versions import template_in_use
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Patient, Person
from rounds.sync.commands import Command, Op, Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: its section, who wrote it, its texts and values.

    `people` are values that name somebody, `days` such that lie so many days from now.
    """

    section: str
    item: str
    writer: str
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)
    kind: str = ""


ENTRIES = (
    Entry(
        "problems",
        "p1",
        "Amara",
        {
            "text": "Functional abdominal pain with fatigue. Body: alert gut after an infection "
            "in the autumn, short sleep. Mind: worry about a missed disease, holds back from "
            "activity, then overdoes it. Both keep each other going.",
            "plain": "Your gut became watchful after the infection, and you sleep too little. "
            "Worry and doing too much on good days keep the pain and tiredness going.",
        },
        {"status": "active", "certainty": "likely", "side": "both"},
    ),
    Entry(
        "explanation",
        "e1",
        "Amara",
        {
            "text": "The alarm in your body is set too high. It can be turned down step by step: "
            "with sleep, with small steady steps, and with talks about the worry."
        },
    ),
    Entry(
        "my_goals",
        "g1",
        "Mara",
        {"text": "Walk to the harbour with Ida on Saturdays without paying for it on Sunday."},
        {"status": "on_the_way", "importance": 9, "measure": "peg", "target": 4},
        days={"target_date": 42},
    ),
    Entry(
        "my_goals",
        "g2",
        "Mara",
        {"text": "Get through a work week without a day in bed."},
        {"status": "on_the_way", "importance": 8},
    ),
    Entry(
        "goals",
        "c1",
        "Lucía",
        {
            "text": "Depressive symptoms in the mild range.",
            "plain": "That you can enjoy things again.",
        },
        {"status": "open", "measure": "phq9", "comparator": "at_most", "target": 9},
        days={"target_date": 42},
    ),
    Entry(
        "interventions",
        "i1",
        "Jonas",
        {
            "text": "Body-focused therapy, 8 sessions by video.",
            "plain": "Eight talks with Jonas by video, with exercises for the body.",
        },
        {"sort": "therapy", "status": "planned"},
        {"owner": "Jonas"},
        {"due": 60},
    ),
    Entry(
        "interventions",
        "i2",
        "Amara",
        {
            "text": "Fixed visits every two weeks; no emergency slots needed since March.",
            "plain": "We see each other every two weeks, on good days too.",
        },
        {"sort": "visit", "status": "going_on", "repeat": "every two weeks"},
        {"owner": "Amara"},
        {"due": 28},
    ),
    Entry(
        "interventions",
        "i3",
        "Jonas",
        {
            "text": "Pacing: 10 min walk each day, also on good days.",
            "plain": "Walk ten minutes each day, no more on good days.",
        },
        {"sort": "activity", "status": "going_on"},
        {"owner": "Mara"},
        {"due": 14},
    ),
    Entry(
        "interventions",
        "k1",
        "Ida",
        values={
            "about": "i3",
            "field": "text",
            "body": "I can come along on Saturdays.",
            "status": "open",
        },
        kind=COMMENT,
    ),
    Entry(
        "tests",
        "t1",
        "Amara",
        {
            "text": "No endoscopy again without a warning sign.",
            "plain": "We do not repeat the look into your stomach unless something new appears.",
            "reason": "Two were normal within a year.",
        },
        {"name": "Gastroscopy", "agreement": "not_again"},
    ),
    Entry("roles", "r1", "Sam", {}, {"duty": "leads"}, {"who": "Amara"}),
    Entry("roles", "r2", "Sam", {}, {"duty": "coordinates"}, {"who": "Sam"}),
    Entry(
        "warning_signs",
        "w1",
        "Amara",
        {
            "text": "Blood, fever, weight loss or fainting.",
            "plain": "Blood, fever, losing weight, or fainting.",
            "step": "Call the practice on the same day.",
        },
        {"urgency": "same_day"},
        {"whom": "Amara"},
    ),
    Entry(
        "escalation",
        "x1",
        "Lucía",
        {
            "text": "PHQ-9 up by 5, or any thought of self-harm.",
            "plain": "If your mood falls, Lucía sees you soon.",
        },
        {"urgency": "same_day", "how": "phone"},
        {"whom": "Lucía"},
    ),
    Entry(
        "preferences",
        "f1",
        "Mara",
        {
            "text": "Video rather than travel. Not on Mondays. Ida may be there, but not for the "
            "questions about mood. Please explain tests before ordering."
        },
        {"sort": "preference"},
    ),
    Entry(
        "next_review",
        "n1",
        "Amara",
        {"text": "Look at everything together, with the scores."},
        days={"at": 28},
    ),
    Entry(
        "team_notes",
        "z1",
        "Lucía",
        {
            "text": "If PHQ-9 stays at 10 or more at the review, discuss an antidepressant with "
            "Mara; she asked for talks first."
        },
    ),
)
"""The plan, in the order in which it was written."""


PATHWAY = "fatigue"
TAKEN = frozenset({"sleep"})
"""The template that the plan takes something from, and which entries."""


def written() -> list[str]:
    """Return all that people wrote in the plan, the longest first; what they chose is not in it."""
    said = {text for entry in ENTRIES for text in entry.texts.values()}
    template = shipped()[PATHWAY].template
    said |= {words for entry in template.entries if entry.key in TAKEN for words in entry.words}
    said.add(template.title)  # where it came from is said by name
    named = {"name", "repeat", "body"}
    said |= {str(entry.values[name]) for entry in ENTRIES for name in named & entry.values.keys()}
    return sorted(said, key=len, reverse=True)


async def take_from_template(unit: Unit, patient: str) -> None:
    """Bring something of a template into the plan, as the actor would on its page."""
    found = await template_in_use(unit, PATHWAY)
    await use_template(unit, patient, PATHWAY, found.mark, TAKEN)


async def write_plan(unit: Unit, patient: Patient, people: Mapping[str, Person]) -> None:
    """Leave the plan's entries in the names of `people`; they stand as soon as the server runs.

    They come after what a template brought into an empty plan.
    """
    _, sections = await plan_of(unit, patient)
    ranks: dict[str, str] = {}
    for entry in ENTRIES:
        section = await unit.session.get_one(PlanSection, sections[entry.section])
        ranks[section.id] = rank = rank_after(ranks.get(section.id) or rank_after(""))
        values: dict[str, Any] = dict(entry.values)
        values |= {name: people[who].id for name, who in entry.people.items()}
        values |= {
            name: (unit.now + timedelta(days=days)).date().isoformat()
            for name, days in entry.days.items()
        }
        command = Command(
            id=new_id(),
            op=Op.ADD,
            item=entry.item,
            kind=entry.kind or SECTIONS[entry.section].main,
            rank=rank,
            values=values,
        )
        await leave_edit(unit, section, people[entry.writer].id, command, entry.texts)
