"""The sections of a plan, in the order of its page, and what an item of each holds (pure).

Free text stands in the texts of an item, everything that is decided, counted or asked for by a rule
in its values (livedoc section 2.1, clinical.md section 6.1). Every section also holds the comments
about it, so that who may not read the section never gets a word about it either.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rounds.careplan.values import anchor, code, day, flag, line, number, one_of, person, words
from rounds.kernel.words import N_
from rounds.sync.items import Kind, Shape
from rounds.sync.live import Shapes

COMMENT = "comment"
"""The kind of item that everybody who may comment adds."""

DRUG_CLASSES = (
    "antidepressant",
    "antipsychotic",
    "benzodiazepine",
    "gabapentinoid",
    "nsaid",
    "opioid",
    "paracetamol",
    "sleep",
    "other",
)
"""Classes of medicines that the registry's rules ask for (clinical.md section 2.2, R-23, R-24)."""

INSTRUMENTS = ("gad7", "pcs", "peg", "phq15", "phq9", "sss8", "whodas12", "own")
"""What the progress of a goal is measured by; `own` is a number the patient chose."""


@dataclass(frozen=True, slots=True)
class SectionKind:
    """One section: its heading, for whom it is, and the kinds of items it holds.

    `main` is the kind of item that its button adds, `for_patients` what patients and family read
    as its heading. `private` sections are the team's: they never reach a patient or family.
    """

    title: str
    for_patients: str
    main: str
    shape: Shape
    private: bool = False


_COMMENT = Kind(
    texts=(),
    values={
        "about": code,
        "field": code,
        "quote": line,
        "anchor": anchor,
        "body": words,
        "replacement": words,
        "status": one_of("open", "resolved", "accepted", "rejected"),
        "answers": code,
    },
)
# Where something that was not written here came from, such as a decision of a conference (P17).
_ORIGIN = {"origin": code}


def _section(
    title: str,
    for_patients: str,
    main: str,
    texts: tuple[str, ...] = ("text", "plain"),
    *,
    private: bool = False,
    **values: object,
) -> SectionKind:
    kind = Kind(texts=texts, values={**_ORIGIN, **values})  # type: ignore[dict-item]
    return SectionKind(title, for_patients, main, {main: kind, COMMENT: _COMMENT}, private)


SECTIONS: Mapping[str, SectionKind] = {
    "problems": _section(
        N_("Working picture"),
        N_("What we think is going on"),
        "problem",
        status=one_of("active", "suspected", "ruled_out", "resolved"),
        certainty=one_of("unsure", "likely", "sure"),
        side=one_of("body", "mind", "both"),
        code=code,
    ),
    "explanation": _section(
        N_("Shared explanation"), N_("How we explain it together"), "explanation", ("text",)
    ),
    "my_goals": _section(
        N_("The patient’s goals"),
        N_("My goals"),
        "goal",
        ("text",),
        status=one_of("open", "on_the_way", "reached", "set_aside"),
        importance=number(0, 10),
        target_date=day,
        measure=one_of(*INSTRUMENTS),
        target=number(0, 100_000),
    ),
    "goals": _section(
        N_("Clinical goals"),
        N_("What your team aims for"),
        "goal",
        status=one_of("open", "on_the_way", "reached", "set_aside"),
        priority=one_of("high", "medium", "low"),
        target_date=day,
        measure=one_of(*INSTRUMENTS),
        comparator=one_of("at_most", "at_least"),
        target=number(0, 100_000),
        addresses=code,
    ),
    "interventions": _section(
        N_("What we do"),
        N_("What we do"),
        "intervention",
        ("text", "plain", "result"),
        sort=one_of("therapy", "visit", "activity", "self_help", "referral", "social", "other"),
        owner=person,
        due=day,
        started=day,
        status=one_of("planned", "going_on", "done", "stopped"),
        repeat=line,
        goal=code,
        task=person,
    ),
    "medications": _section(
        N_("Medicines of note"),
        N_("My medicines"),
        "medication",
        ("note", "plain"),
        name=line,
        drug_class=one_of(*DRUG_CLASSES),
        code=code,
        dose=line,
        status=one_of("active", "planned", "stopped", "declined"),
        started=day,
        stopped=day,
        prescriber=person,
    ),
    "tests": _section(
        N_("Tests: agreed, and not to be repeated"),
        N_("Tests we agreed on, and those we do not repeat"),
        "test",
        ("text", "plain", "reason"),
        name=line,
        code=code,
        agreement=one_of("agreed", "not_again", "only_if"),
        status=one_of("planned", "ordered", "done", "cancelled"),
        ordered=day,
        done=day,
    ),
    "roles": _section(
        N_("Who does what"),
        N_("Who does what for me"),
        "role",
        ("text",),
        who=person,
        duty=one_of("leads", "coordinates", "tells_results", "prescribes", "treats", "supports"),
    ),
    "warning_signs": _section(
        N_("Warning signs and crisis steps"),
        N_("Warning signs, and what helps me then"),
        "sign",
        ("text", "plain", "step"),
        urgency=one_of("at_once", "same_day", "next_working_day"),
        whom=person,
    ),
    "escalation": _section(
        N_("When to consult whom"),
        N_("When we ask whom"),
        "rule",
        observation=line,
        comparator=one_of("at_least", "at_most", "rises_by"),
        threshold=number(0, 100_000),
        whom=person,
        how=one_of("phone", "message", "visit", "conference"),
        urgency=one_of("at_once", "same_day", "next_working_day", "next_conference"),
    ),
    "improvement": _section(
        N_("What counts as better"),
        N_("How we will know that it is better"),
        "sign",
        measure=one_of(*INSTRUMENTS),
        comparator=one_of("at_most", "at_least", "falls_by", "rises_by"),
        threshold=number(0, 100_000),
    ),
    "preferences": _section(
        N_("Preferences and barriers"),
        N_("What matters to me, and what gets in the way"),
        "preference",
        ("text",),
        sort=one_of("preference", "barrier", "need"),
    ),
    "language": _section(
        N_("Language and culture"),
        N_("My language and what you should know of where I come from"),
        "note",
        ("text",),
        language=code,
        interpreter=flag,
    ),
    "communication": _section(
        N_("Staying in touch"),
        N_("How we stay in touch"),
        "contact",
        ("text",),
        next_contact=day,
        channel=one_of("video", "phone", "message", "on_site"),
        by=person,
    ),
    "timeline": _section(
        N_("Timeline"),
        N_("What happened when"),
        "event",
        at=day,
        sort=one_of("symptom", "life", "treatment", "test", "visit", "other"),
    ),
    "next_review": _section(
        N_("Next review"), N_("When we look at all this again"), "review", ("text",), at=day
    ),
    "team_notes": _section(N_("Team notes"), "", "note", ("text",), private=True),
}
"""Every section, in the order of the page."""

SHAPES: Shapes = {name: kind.shape for name, kind in SECTIONS.items()}
