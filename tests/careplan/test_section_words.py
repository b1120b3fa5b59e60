"""Every value that an item can have, and every choice for it, has words for people."""

import ast
from pathlib import Path

from rounds.careplan import kinds
from rounds.careplan.kinds import COMMENT, DRUG_CLASSES, INSTRUMENTS, SECTIONS
from rounds.careplan.section_words import CHOICES, VALUES, title_of, value_label, value_words


def choices() -> set[str]:
    """Every word that stands in a list to choose from."""
    tree = ast.parse(Path(kinds.__file__).read_text())
    return {
        str(word.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "one_of"
        for word in call.args
        if isinstance(word, ast.Constant)
    } | {*DRUG_CLASSES, *INSTRUMENTS}


def test_every_choice_has_words() -> None:
    assert len(choices()) > 50
    assert choices() <= CHOICES.keys()


def test_every_value_has_a_name() -> None:
    names = {
        name
        for section in SECTIONS.values()
        for kind, item in section.shape.items()
        if kind != COMMENT
        for name in item.values
    }
    assert names <= VALUES.keys()


def test_patients_read_headings_of_their_own() -> None:
    assert title_of("medications", str, own=True) == "My medicines"
    assert title_of("medications", str) == "Medicines of note"
    assert title_of("team_notes", str, own=True) == "Team notes"


def test_values_are_put_into_words() -> None:
    assert value_words("owner", "id", str, {"id": "Dr Osei"}) == "Dr Osei"
    assert value_words("status", "going_on", str, {}) == "going on"
    # What somebody wrote stays as they wrote it, though it be a word of ours.
    assert value_words("name", "sleep", str, {}) == "sleep"
    assert value_words("interpreter", True, str, {}) == "yes"
    assert value_words("target", 4, str, {}) == "4"
    assert value_label("unheard_of", str) == "a detail"
