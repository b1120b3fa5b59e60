"""The plan in plain words has the patient's own first, and says what the team owes."""

from rounds.careplan.content import ItemContent
from rounds.careplan.plain import not_plain, plain, reading_level

OWNER = "0" * 8 + "-0000-0000-0000-" + "0" * 12


def item(id: str, kind: str, values: dict[str, object] | None = None, **texts: str) -> ItemContent:
    return ItemContent(id, kind, "m", values or {}, texts)


CONTENT = {
    "problems": (
        item("p1", "problem", text="Functional abdominal pain", plain="Your gut is alert."),
        item("p2", "problem", text="Catastrophising"),
    ),
    "medications": (item("m1", "medication", {"name": "Amitriptyline"}, note="10 mg at night"),),
    "my_goals": (item("g1", "goal", text="Walk to the harbour"),),
    "interventions": (item("i1", "intervention", {"owner": OWNER, "due": "2026-05-26"}),),
    "team_notes": (item("n1", "note", text="Never for the patient"),),
}


def test_the_patients_words_come_first_and_team_notes_never() -> None:
    parts = plain(CONTENT)
    assert [one.kind for one in parts] == ["my_goals", "problems", "interventions", "medications"]
    assert "Never" not in repr(parts)


def test_words_for_the_patient_win_and_others_are_marked() -> None:
    problems = plain(CONTENT)[1].statements
    assert [(one.words, one.plain) for one in problems] == [
        ("Your gut is alert.", True),
        ("Catastrophising", False),
    ]
    assert [(kind, one.words) for kind, one in not_plain(plain(CONTENT))] == [
        ("problems", "Catastrophising"),
        ("medications", "Amitriptyline: 10 mg at night"),
    ]


def test_who_does_it_until_when_is_kept() -> None:
    deed = plain(CONTENT)[2].statements[0]
    assert (deed.words, deed.plain) == ("", True)
    assert deed.facts == {"owner": OWNER, "due": "2026-05-26"}


def test_the_level_is_that_of_what_is_put_plainly() -> None:
    level = reading_level(plain(CONTENT))
    assert level is not None
    assert level <= 6
    assert reading_level([]) is None
