"""What a plan says has one form, its versions bind each other, and two of them can be compared."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.careplan.comparing import Fate, changes
from rounds.careplan.content import (
    Content,
    Head,
    ItemContent,
    canonical,
    check_word,
    first_broken,
    hash_of,
    only,
    read,
)
from rounds.sync.words import Sign

WORDS = st.text(max_size=20)
VALUES = st.dictionaries(
    st.sampled_from(["status", "due", "target"]), WORDS | st.integers(0, 99) | st.booleans()
)
TEXTS = st.dictionaries(st.sampled_from(["text", "plain"]), st.text(min_size=1, max_size=20))
ITEMS = st.lists(
    st.builds(
        ItemContent,
        st.text("ab1", min_size=1, max_size=3),
        st.just("goal"),
        st.sampled_from("bcm"),
        VALUES,
        TEXTS,
    ),
    max_size=4,
    unique_by=lambda one: one.id,
).map(tuple)
CONTENTS = st.dictionaries(st.sampled_from(["goals", "tests", "team_notes"]), ITEMS)


@given(CONTENTS)
def test_what_was_kept_reads_the_same(content: Content) -> None:
    kept = canonical(content)
    assert read(kept) == {kind: items for kind, items in content.items() if items}
    assert canonical(read(kept)) == kept
    assert canonical(dict(reversed(list(content.items())))) == kept


@given(CONTENTS, CONTENTS)
def test_only_the_same_has_the_same_hash(one: Content, other: Content) -> None:
    same = read(canonical(one)) == read(canonical(other))
    assert (hash_of(canonical(one)) == hash_of(canonical(other))) == same
    assert bool(changes(one, other)) == any(
        one.get(kind, ()) != other.get(kind, ()) for kind in {*one, *other}
    ) or _reordered(one, other)


def _reordered(one: Content, other: Content) -> bool:
    """Ranks decide the order of items; made-up contents may break that."""
    return not changes(one, other) and all(
        set(map(repr, one.get(kind, ()))) == set(map(repr, other.get(kind, ())))
        for kind in {*one, *other}
    )


@given(CONTENTS, CONTENTS)
def test_a_comparison_leads_from_one_to_the_other(before: Content, after: Content) -> None:
    for kind, found in changes(before, after).items():
        old = {one.id: one for one in before.get(kind, ())}
        new = {one.id: one for one in after.get(kind, ())}
        for change in found:
            id = change.item.id
            assert (id in old, id in new) == {
                Fate.NEW: (False, True),
                Fate.GONE: (True, False),
                Fate.CHANGED: (True, True),
            }[change.fate]
            for name, pieces in change.texts.items():
                there = "".join(one.text for one in pieces if one.sign is not Sign.GONE)
                assert there == (new[id].texts.get(name, "") if id in new else "")
            if change.fate is Fate.CHANGED:
                values = dict(old[id].values)
                for name, (was, value) in change.values.items():
                    assert values.pop(name, None) == was
                    values |= {} if value is None else {name: value}
                assert values == new[id].values


def test_hidden_sections_are_absent() -> None:
    item = ItemContent("a", "goal", "m")
    content = {"team_notes": (item,), "goals": (item,), "tests": ()}
    assert only(content, ["tests", "goals"]) == {"goals": (item,)}


def chain(count: int) -> list[tuple[Head, str, bytes]]:
    made: list[tuple[Head, str, bytes]] = []
    previous = ""
    for number in range(1, count + 1):
        content = canonical({"goals": (ItemContent(f"g{number}", "goal", "m"),)})
        head = Head(
            plan="p",
            number=number,
            made_at=datetime(2026, 5, 12, tzinfo=UTC) + timedelta(hours=number),
            made_by="a",
            reason="named",
            title="",
            content=hash_of(content),
            previous=previous,
        )
        previous = head.hash()
        made.append((head, previous, content))
    return made


def test_an_unbroken_chain_is_found_unbroken() -> None:
    assert first_broken(chain(5)) is None
    assert first_broken([]) is None


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("name", ["title", "made_by", "made_at", "reason", "number", "previous"])
def test_whatever_is_changed_in_a_version_is_found(at: int, name: str) -> None:
    found = chain(4)
    head, stored, content = found[at]
    other = {"made_at": head.made_at + timedelta(seconds=1), "number": 9}.get(name, "x")
    found[at] = (replace(head, **{name: other}), stored, content)  # type: ignore[arg-type]
    assert first_broken(found) == at + 1


@pytest.mark.parametrize("at", range(3))
def test_other_content_or_a_version_left_out_is_found(at: int) -> None:
    found = chain(4)
    head, stored, _ = found[at]
    assert first_broken([*found[:at], (head, stored, b"{}"), *found[at + 1 :]]) == at + 1
    assert first_broken([*found[:at], *found[at + 1 :]]) == at + 1
    # Made anew with a hash of its own it no longer is what the next one binds.
    again = replace(head, title="x")
    assert first_broken([*found[:at], (again, again.hash(), found[at][2]), *found[at + 1 :]]) == (
        at + 2
    )


def test_people_compare_two_groups_of_four() -> None:
    assert check_word("4f2a91c7" + "0" * 56) == "4F2A 91C7"
