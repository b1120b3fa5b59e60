"""Templates that ship are whole; a broken file is refused with its line and the reason."""

import json

import pytest

from rounds.careplan.template_content import PROMPTED, item_of, read_template, told_of
from rounds.careplan.template_files import FOLDER, BrokenFile, read_file, shipped

HEAD = {"edition": 1, "title": "A", "summary": "B", "sources": {"s": "Somebody, 2020"}}
GOOD = {"key": "a", "section": "goals", "texts": {"text": "x"}, "values": {"target_date": 28}}


def file_of(*entries: object, head: object = HEAD) -> str:
    """A file with the head in line 2 and each entry in a line of its own."""
    return "[\n" + ",\n".join(json.dumps(one) for one in (head, *entries)) + "\n]\n"


def test_three_pathways_ship_and_cite_what_they_say() -> None:
    assert set(shipped()) == {"fatigue", "persistent-pain", "somatic-anxiety"}
    for one in shipped().values():
        entries = one.template.entries
        assert {entry.section for entry in entries} >= PROMPTED | {"problems", "goals", "tests"}
        assert all(entry.sources for entry in entries)
        assert read_template(told_of(one.template)) == one.template
        assert len({item_of(one.pathway, entry) for entry in entries}) == len(entries)


def test_the_patients_part_holds_questions_only() -> None:
    for one in shipped().values():
        for entry in one.template.entries:
            assert bool(entry.prompt) is (entry.section in PROMPTED)
            assert not (entry.prompt and (entry.texts or entry.values))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no list"),
        ("[]", 1, "no template"),
        ("[\n{}\n]", 2, "edition"),
        (file_of(GOOD)[:-3], 3, "comma"),
        (file_of(GOOD) + "{}", 4, "behind"),
        (file_of(GOOD).replace('"x"', "'x'"), 3, "Expecting value"),
        (file_of(GOOD, 7), 4, "no entry"),
        (file_of(GOOD, GOOD), 4, "one key"),
        (file_of(GOOD | {"key": "A b"}), 3, "key"),
        (file_of(GOOD | {"section": "unheard"}), 3, "section"),
        (file_of(GOOD | {"owner": "x"}), 3, "owner"),
        (file_of(GOOD | {"sources": ["t"]}), 3, "sources"),
        (file_of(GOOD | {"texts": {"text": "a\x00b"}}), 3, "texts.text"),
        (file_of(GOOD | {"texts": {"text": "x" * 2001}}), 3, "texts.text"),
        (file_of(GOOD | {"texts": {"words": "x"}}), 3, "texts.words"),
        (file_of(GOOD | {"texts": {}}), 3, "texts"),
        (file_of(GOOD | {"values": {"target_date": "2026-12-24"}}), 3, "values.target_date"),
        (file_of(GOOD | {"values": {"target_date": True}}), 3, "values.target_date"),
        (file_of(GOOD | {"values": {"measure": "unheard"}}), 3, "values.measure"),
        (file_of(GOOD | {"values": {"origin": "x"}}), 3, "values.origin"),
        (file_of(GOOD | {"values": {"target": [1]}}), 3, "values.target"),
        (file_of(GOOD | {"section": "my_goals", "texts": {"text": "I want"}}), 3, "only asks"),
        (file_of(GOOD | {"prompt": "What?"}), 3, "prompt"),
        (file_of(GOOD | {"texts": {"text": "It is all in your head"}}), 3, "hurts"),
        (file_of(GOOD, head=HEAD | {"title": ""}), 2, "title"),
        (file_of(GOOD, head=HEAD | {"edition": "1"}), 2, "edition"),
        (file_of(*[GOOD | {"key": f"a{n}"} for n in range(81)]), 83, "too many"),
    ],
)
def test_a_broken_file_is_refused(text: str, line: int, reason: str) -> None:
    with pytest.raises(BrokenFile, match=reason) as refused:
        read_file("a.json", text)
    assert refused.value.line == line
    assert str(refused.value).startswith(f"a.json:{line}: ")


def test_files_are_json_that_other_tools_read() -> None:
    for path in FOLDER.glob("*.json"):
        assert isinstance(json.loads(path.read_text("utf-8")), list)
