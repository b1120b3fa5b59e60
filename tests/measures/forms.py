"""Forms that people may hand in: any answers an instrument takes, any of them left out."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from rounds.measures.instrument import Instrument, Item


def forms(instrument: Instrument) -> st.SearchStrategy[dict[str, Any]]:
    """Answer sets, empty ones and whole ones among them."""
    whole = st.fixed_dictionaries(
        {item.id: _answers(instrument, item) for item in instrument.items}
    )
    some = st.fixed_dictionaries(
        {}, optional={item.id: st.none() | _answers(instrument, item) for item in instrument.items}
    )
    return whole | some


def contexts() -> st.SearchStrategy[Mapping[str, str]]:
    """What may be known of a person."""
    return st.fixed_dictionaries(
        {},
        optional={
            "sex": st.sampled_from(["female", "male", "other", "unknown"]),
            "population": st.sampled_from(["adult", "youth"]),
        },
    )


def _answers(instrument: Instrument, item: Item) -> st.SearchStrategy[Any]:
    if item.type == "text":
        return st.just("words")
    given = instrument.answer_lists[item.answer_list or ""]
    if item.type == "integer":
        return st.integers(given.min, given.max)
    if item.type == "time":
        return st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
    values = st.sampled_from([option.value for option in given.options])
    return st.lists(values, min_size=1, unique=True) if given.multiple else values
