"""The one authorisation function, for every actor, action and thing there can be."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.consent.access import (
    ADMITTED,
    HOSTS,
    SEATED,
    SEATED_STAFF,
    STAFF_ONLY,
    Action,
    Relation,
    Thing,
    can,
)
from rounds.kernel.actor import Actor, Role

IDS = st.sampled_from(["a", "b"])
MAYBE = st.none() | IDS
actors = st.builds(
    Actor,
    kind=st.sampled_from(["stranger", "staff", "guest", "system", "ticket"]),
    clinic=MAYBE,
    person=MAYBE,
    role=st.none() | st.sampled_from(Role),
    session=MAYBE,
    invitation=MAYBE,
    room=MAYBE,
)
things = st.builds(
    Thing,
    kind=st.just("room"),
    id=MAYBE,
    clinic=MAYBE,
    patient=MAYBE,
    room=MAYBE,
    relation=st.builds(Relation, st.booleans(), st.booleans(), st.booleans()),
)
actions = st.sampled_from(Action)


@given(actors, actions, things)
def test_nobody_without_a_session_may_do_anything_but_look(
    actor: Actor, action: Action, thing: Thing
) -> None:
    if actor.session is None and action is not Action.PUBLIC:
        assert not can(actor, action, thing).allowed
        assert not can(actor, action, thing).visible


@given(actors, actions, things)
def test_nothing_crosses_from_one_clinic_to_another(
    actor: Actor, action: Action, thing: Thing
) -> None:
    if thing.clinic is not None and thing.clinic != actor.clinic:
        decision = can(actor, action, thing)
        assert action in (Action.PUBLIC, Action.SIGN_OUT) or decision == (decision.__class__(False))


@given(actors, actions, things)
def test_a_guest_reaches_the_room_of_the_link_and_no_page_of_the_staff(
    actor: Actor, action: Action, thing: Thing
) -> None:
    if actor.is_guest and can(actor, action, thing).allowed:
        assert action not in STAFF_ONLY | SEATED_STAFF
        if action in SEATED | HOSTS | ADMITTED:
            assert actor.room == thing.room
        if action is Action.GUEST_PAGE:
            assert actor.invitation == thing.id


@given(actors, actions, things)
def test_a_seat_is_needed_for_the_room_and_being_inside_for_what_happens_there(
    actor: Actor, action: Action, thing: Thing
) -> None:
    if can(actor, action, thing).allowed:
        if action in SEATED | HOSTS | ADMITTED:
            assert thing.relation.seated
        if action in HOSTS:
            assert thing.relation.may_admit
        if action in ADMITTED or action is Action.ROOM_ADMIT:
            assert thing.relation.admitted


@given(actors, actions, things)
def test_only_who_has_a_seat_learns_that_something_is_there(
    actor: Actor, action: Action, thing: Thing
) -> None:
    decision = can(actor, action, thing)
    if decision.visible and not decision.allowed:
        assert thing.relation.seated


def test_every_action_is_decided_by_a_rule_of_its_own() -> None:
    ruled = STAFF_ONLY | SEATED_STAFF | HOSTS | SEATED | ADMITTED
    assert set(Action) == ruled | {Action.PUBLIC, Action.SIGN_OUT, Action.GUEST_PAGE}
