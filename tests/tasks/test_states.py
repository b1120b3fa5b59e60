"""Whatever is done to a task in whatever order: what is over stays over, and nobody is skipped."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.tasks.model import Deed, TaskState
from rounds.tasks.states import OWNERS, TEAMS, after, open_deeds

DEEDS = st.lists(st.sampled_from(Deed), max_size=30)


@given(DEEDS)
def test_what_was_taken_back_stays_so(deeds: list[Deed]) -> None:
    state = TaskState.OPEN
    over = False
    for deed in deeds:
        found = after(state, deed)
        if over:
            assert found is None
        if found is not None:
            state = found
        over = over or state is TaskState.CANCELLED


@given(DEEDS)
def test_from_every_state_but_the_last_there_is_a_way_on(deeds: list[Deed]) -> None:
    state = TaskState.OPEN
    for deed in deeds:
        state = after(state, deed) or state
    ways = open_deeds(state, OWNERS | TEAMS)
    assert (not ways) == (state is TaskState.CANCELLED)
    assert all(after(state, deed) is not None for deed in ways)


@given(st.sampled_from(TaskState))
def test_who_declined_has_nothing_more_to_say(state: TaskState) -> None:
    said = open_deeds(state, OWNERS)
    if state in (TaskState.DECLINED, TaskState.CANCELLED):
        assert said == frozenset()
    if state is TaskState.DONE:
        assert said == {Deed.REOPEN}


def test_each_deed_is_the_owners_or_the_teams() -> None:
    assert OWNERS | TEAMS | {Deed.GIVE} == frozenset(Deed)
    assert not OWNERS & TEAMS
    assert after(TaskState.OPEN, Deed.GIVE) is None
