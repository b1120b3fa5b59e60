"""Who is where is told soon, once, and not for longer than it is true."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.sync.presence import GATHERED, LIVES, Place, Presence

GOAL, STEP = Place("s1", "t:g1.text", b"a", b"b"), Place("s1", "t:g1.step")


def test_what_changes_is_told_once_and_together() -> None:
    presence = Presence()
    assert presence.due_in(10.0) is None
    presence.move("one", GOAL, 10.0)
    presence.move("other", STEP, 10.01)
    presence.move("one", STEP, 10.02)
    assert presence.due_in(10.02) == 0
    assert presence.take_changes(10.02) == {"one": STEP, "other": STEP}
    presence.move("one", STEP, 10.03)
    assert presence.due_in(10.03) is None
    presence.move("one", GOAL, 10.05)
    assert abs((presence.due_in(10.05) or 0) - (GATHERED - 0.03)) < 1e-6


def test_who_goes_is_nowhere() -> None:
    presence = Presence()
    presence.move("one", GOAL, 1.0)
    presence.take_changes(1.0)
    presence.leave("one")
    assert presence.take_changes(2.0) == {"one": None}
    assert presence.places() == {}
    presence.leave("one")
    assert presence.due_in(3.0) is None


def test_a_place_that_is_not_told_again_is_over() -> None:
    presence = Presence()
    presence.move("one", GOAL, 1.0)
    presence.take_changes(1.0)
    presence.move("one", GOAL, 20.0)
    assert presence.take_changes(1.0 + LIVES + 1) == {}
    assert presence.take_changes(20.0 + LIVES + 1) == {"one": None}
    assert presence.places() == {}


PAGES = st.sampled_from(["one", "other", "third"])
PLACES = st.sampled_from([None, GOAL, STEP])


@given(st.lists(st.tuples(PAGES, PLACES, st.booleans()), max_size=40))
def test_whoever_follows_the_changes_knows_who_is_where(
    steps: list[tuple[str, Place | None, bool]],
) -> None:
    presence, known = Presence(), {}
    for number, (page, place, goes) in enumerate(steps):
        if goes:
            presence.leave(page)
        else:
            presence.move(page, place, number / 100)
        known.update(presence.take_changes(number / 100))
        assert {one: where for one, where in known.items() if where} == presence.places()
