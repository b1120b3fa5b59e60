"""The form of a template: nothing typed is lost, entries move, the clinic's own name sources."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.careplan.template_content import Broken, Template, read_template, told_of
from rounds.careplan.template_files import shipped
from rounds.careplan.template_forms import sheet_sent, template_of, with_added
from rounds.careplan.template_sheet import (
    Added,
    Row,
    Sheet,
    is_own,
    move,
    read_sheet,
    sheet_of,
    written,
)

PAIN = shipped()["persistent-pain"].template
CITED = "NICE NG193 (2021)"


def added(words: str, source: str = "", section: str = "goals") -> Sheet:
    return replace(sheet_of(PAIN), added=Added(section, words, source))


@pytest.mark.parametrize("pathway", shipped())
def test_a_form_that_nobody_wrote_in_says_the_template(pathway: str) -> None:
    template = shipped()[pathway].template
    assert told_of(template_of(template, sheet_of(template))) == told_of(template)
    assert not any(is_own(entry.key) for entry in template.entries)


@given(st.text(), st.text(), st.booleans())
def test_what_was_typed_comes_back_from_the_disk(said: str, value: str, keep: bool) -> None:
    row = Row("own-a", "goals", keep, texts={"text": said}, values={"target": value}, source=said)
    sheet = Sheet(said, value, (row,), said, Added("goals", said, value))
    assert read_sheet(written(sheet)) == sheet


def test_an_entry_moves_within_its_section_only() -> None:
    sheet = sheet_of(PAIN)
    goals = [row.key for row in sheet.rows if row.section == "interventions"]
    down, where = move(sheet, f"{goals[0]}:down")
    assert where is not None
    assert (where.place, where.count) == (2, len(goals))
    assert [row.key for row in down.rows if row.section == "interventions"] == [
        goals[1],
        goals[0],
        *goals[2:],
    ]
    assert move(down, f"{goals[0]}:up")[0] == sheet
    others = [row for row in sheet.rows if row.section != "interventions"]
    assert [row for row in down.rows if row.section != "interventions"] == others
    keys = [entry.key for entry in template_of(PAIN, down).entries]
    assert keys.index(goals[1]) < keys.index(goals[0])


@pytest.mark.parametrize(
    "wish", ["", "up", "unheard:up", "picture:", "picture:sideways", "\x00:up"]
)
def test_what_is_no_wish_moves_nothing(wish: str) -> None:
    assert move(sheet_of(PAIN), wish) == (sheet_of(PAIN), None)


def test_the_first_cannot_go_up_nor_the_last_down() -> None:
    keys = [row.key for row in sheet_of(PAIN).rows if row.section == "interventions"]
    for wish, place in ((f"{keys[0]}:up", 1), (f"{keys[-1]}:down", len(keys))):
        sheet, where = move(sheet_of(PAIN), wish)
        assert (sheet, where and where.place) == (sheet_of(PAIN), place)


def test_the_clinics_own_entry_names_its_source() -> None:
    sheet = with_added(PAIN, added("Sleep well", CITED))
    template = template_of(PAIN, sheet)
    entry = next(one for one in template.entries if is_own(one.key))
    assert [template.sources[name] for name in entry.sources] == [CITED]
    assert read_template(json.loads(json.dumps(told_of(template)))) == template
    # Read from the template again, changed, and taken away: no citation is left behind.
    again = sheet_of(template)
    assert template_of(template, again) == template
    bare = replace(again, rows=tuple(replace(row, source="") for row in again.rows))
    assert template_of(template, bare).sources == PAIN.sources
    gone = replace(again, rows=tuple(replace(row, keep=not row.is_own) for row in again.rows))
    assert template_of(template, gone) == PAIN


def test_a_source_that_the_template_names_is_named_once() -> None:
    name, citation = next(iter(PAIN.sources.items()))
    template = template_of(PAIN, with_added(PAIN, added("Sleep well", f" {citation} ")))
    assert template.sources == PAIN.sources
    entry = next(one for one in template.entries if is_own(one.key))
    assert entry.sources == (name,)


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        (added("", CITED), "new.words"),
        (added("a\x07b"), "new.words"),
        (added("x" * 2001), "new.words"),
        (added("Sleep well", "x" * 301), "new.source"),
        (added("Sleep well", "a\x00b"), "new.source"),
        (added("Sleep well", section="unheard"), "new.section"),
    ],
)
def test_one_more_entry_is_refused_by_its_field(sheet: Sheet, field: str) -> None:
    with pytest.raises(Broken) as refused:
        with_added(PAIN, sheet)
    assert refused.value.field == field


def test_the_same_entry_does_not_come_twice() -> None:
    once = with_added(PAIN, added("Sleep well"))
    with pytest.raises(Broken) as refused:
        with_added(PAIN, replace(once, added=Added("goals", " Sleep well ")))
    assert refused.value.field == "new.words"


def test_a_source_of_a_later_round_is_refused_by_its_field() -> None:
    sheet = with_added(PAIN, added("Sleep well", CITED))
    rows = tuple(replace(row, source="a\x07b") if row.is_own else row for row in sheet.rows)
    with pytest.raises(Broken) as refused:
        template_of(PAIN, replace(sheet, rows=rows))
    assert refused.value.field == f"{sheet.rows[-1].key}.source"


@pytest.mark.parametrize(
    "sent",
    [
        {"unheard.keep": "yes"},
        {"unheard.section": "unheard"},
        {"A b.section": "goals"},
        {"keep": "", ".keep": "", "x.section": "\x00"},
    ],
)
def test_a_field_that_no_form_has_is_refused_and_not_kept(sent: dict[str, str]) -> None:
    sheet = sheet_sent(PAIN, {"title": "A", "summary": "B"} | sent)
    assert sheet.rows == ()
    with pytest.raises(Broken):
        template_of(PAIN, sheet)


def test_nobody_takes_another_source_for_an_entry_that_ships() -> None:
    sent = {"title": "A", "summary": "B", "picture.keep": "yes", "picture.texts.text": "Pain"}
    template: Template = template_of(PAIN, sheet_sent(PAIN, sent | {"picture.source": CITED}))
    there = next(one for one in PAIN.entries if one.key == "picture")
    assert template.entries[0].sources == there.sources
    assert CITED not in template.sources.values()
