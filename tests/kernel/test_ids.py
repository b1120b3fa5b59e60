"""Identifiers sort by the time they were made and have one spelling."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.ids import is_id, new_id


def test_they_are_new_each_time_and_sort_by_time() -> None:
    made = [new_id() for _ in range(5000)]
    assert len(set(made)) == 5000
    assert made == sorted(made)
    assert all(is_id(one) for one in made)


@given(st.one_of(st.text(max_size=40), st.integers(), st.none(), st.binary(), st.uuids()))
def test_nothing_else_is_one(value: object) -> None:
    assert is_id(value) == (isinstance(value, str) and len(value) == 36 and value.count("-") == 4)


@given(st.uuids())
def test_one_spelling_only(value: object) -> None:
    text = str(value)
    assert is_id(text)
    for other in (
        text.upper(),
        text.replace("-", ""),
        f"{{{text}}}",
        f"urn:uuid:{text}",
        text + " ",
    ):
        assert is_id(other) == (other == text)
