"""Answers that an item does not take are refused, with the way to them."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.broken import Broken
from rounds.measures.instrument_files import shipped
from rounds.measures.scoring import score

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("phq-9-1", 4), ("phq-9-1", -1), ("phq-9-1", "1"), ("phq-9-1", True), ("phq-9-1", [1]),
        ("phq-9-1", Decimal("1.0")), ("phq-9-1", {}), ("phq-9-11", 1), ("gad-7-1", 1), ("", 1),
        ("cdc-hrqol-4-2", 31), ("cdc-hrqol-4-2", -1), ("cdc-hrqol-4-2", False),
        ("cdc-hrqol-4-2", "30"), ("rounds-sleep-diary-1", "24:00"),
        ("rounds-sleep-diary-1", "7:00"),
        ("rounds-sleep-diary-1", "07:60"), ("rounds-sleep-diary-1", "٠٧:٠٠"),
        ("rounds-sleep-diary-1", "07:00\n"), ("rounds-sleep-diary-1", 420),
        ("ahc-hrsn-core-2", 1), ("ahc-hrsn-core-2", [8]), ("ahc-hrsn-core-2", [1, 1]),
        ("ahc-hrsn-core-2", [[1]]), ("ahc-hrsn-core-2", [True]), ("ahc-hrsn-core-2", [1] * 99_999),
        ("rounds-daily-diary-1", 7), ("rounds-daily-diary-1", "x" * 2001),
        ("rounds-daily-diary-1", "a\x00b"), ("rounds-participation-1", "Sleeping"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(item: str, answer: Any) -> None:
    known = {id: one for one in shipped().values() for id in [part.id for part in one.items]}
    instrument = shipped()["phq-9"] if item.startswith(("phq", "gad")) or not item else known[item]
    with pytest.raises(Broken) as refused:
        score(instrument, {item: answer}, {})
    assert refused.value.path == ("answers", item)


@pytest.mark.parametrize(
    "fact", [{"sex": "man"}, {"sex": 1}, {"population": ["adult"]}, {"retired": True}, {"": 1}]
)
def test_facts_that_nobody_knows_are_refused(fact: dict[str, Any]) -> None:
    with pytest.raises(Broken) as refused:
        score(shipped()["phq-9"], {}, fact)
    assert refused.value.path == ("context", *fact)


def test_nothing_chosen_is_not_answered() -> None:
    found = score(shipped()["ahc-hrsn-core"], {"ahc-hrsn-core-1": 0, "ahc-hrsn-core-2": []}, {})
    assert found.sub["housing"] == "unknown"
    assert "ahc-hrsn-core-2" in found.missing


@given(st.sampled_from(sorted(shipped())), st.data())
def test_whatever_is_handed_in_is_scored_or_refused(name: str, data: st.DataObject) -> None:
    instrument = shipped()[name]
    ids = st.sampled_from([item.id for item in instrument.items]) | st.text(max_size=5)
    form = data.draw(st.dictionaries(ids, ANYTHING, max_size=4))
    with contextlib.suppress(Broken):
        score(instrument, form, data.draw(st.dictionaries(st.text(max_size=5), ANYTHING)))
