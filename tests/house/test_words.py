"""Words this product never uses about a person, and a catalogue that knows every text."""

import re

import pytest

from tests.house.sources import files

# Persistent physical symptoms are real; these phrases tell people that they are not.
NEVER = re.compile(
    r"medically\s+unexplained|nothing\s+(?:is\s+)?wrong\s+with|in\s+your\s+head|all\s+in\s+the\s+mind",
    re.I,
)


@pytest.mark.parametrize(
    "pattern",
    ["rounds/*.py", "rounds/*.po*", "templates/*.html", "static/*.js", "docs/*.md", "*.md"],
)
def test_no_text_denies_what_a_person_feels(pattern: str) -> None:
    assert [
        f"{path}: {found[0]}" for path, text in files(pattern) for found in NEVER.finditer(text)
    ] == []


# The reader that collects texts does not look into what is filled into a template literal.
OUT_OF_ITS_SIGHT = re.compile(r"\$\{[^}`]*(?<![\w.])(?:_|ngettext)\(")


def test_every_text_of_a_module_is_where_it_is_collected() -> None:
    assert [
        f"{path}: {found[0]}"
        for path, text in files("static/*.js")
        for found in OUT_OF_ITS_SIGHT.finditer(text)
    ] == []
