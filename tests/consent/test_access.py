"""The one authorisation function, for every actor, action and thing there can be."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rounds.consent.access import (
    ADMIN_ONLY,
    ADMITTED,
    ARRANGING,
    ARRIVING,
    FAMILY_READS,
    HOSTS,
    OF_PATIENT,
    OFFICE,
    OFFICE_ONLY,
    OWN_RECORD,
    PLANS,
    SEATED,
    SEATED_STAFF,
    SIGNED_IN,
    STAFF_ONLY,
    STEP_UP,
    SUMMARIES,
    TASKS,
    TEMPLATES,
    WHILE_LOCKED,
    Relation,
    Thing,
    can,
)
from rounds.consent.actions import Action
from rounds.consent.model import Scope, Section
from rounds.kernel.actor import CLINICIANS, Actor, Role

IDS = st.sampled_from(["a", "b"])
MAYBE = st.none() | IDS
actors = st.builds(
    Actor,
    kind=st.sampled_from(["stranger", "staff", "my", "guest", "system", "ticket"]),
    clinic=MAYBE,
    person=MAYBE,
    role=st.none() | st.sampled_from(Role),
    session=MAYBE,
    invitation=MAYBE,
    room=MAYBE,
    locked=st.booleans(),
    fresh=st.booleans(),
)
things = st.builds(
    Thing,
    kind=st.just("room"),
    id=MAYBE,
    clinic=MAYBE,
    patient=MAYBE,
    room=MAYBE,
    relation=st.builds(
        Relation,
        seated=st.booleans(),
        may_admit=st.booleans(),
        admitted=st.booleans(),
        may_share=st.booleans(),
        own=st.booleans(),
        member=st.booleans(),
        scopes=st.frozensets(st.sampled_from(Scope)),
        excluded=st.booleans(),
        withheld=st.frozensets(st.sampled_from(Section)),
    ),
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
        assert action in SIGNED_IN | {Action.PUBLIC} or decision == (decision.__class__(False))


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
        if action in ADMITTED or action in (Action.ROOM_ADMIT, Action.ROOM_LET):
            assert thing.relation.admitted
        if action is Action.ROOM_SHARE:
            tie = thing.relation
            assert actor.role in CLINICIANS or tie.may_admit or tie.may_share


@given(actors, actions, things)
def test_only_who_has_a_seat_learns_that_something_is_there(
    actor: Actor, action: Action, thing: Thing
) -> None:
    decision = can(actor, action, thing)
    if decision.visible and not decision.allowed:
        assert thing.relation.seated or decision.proof


@given(actors, actions, things)
def test_whom_the_patient_keeps_out_reaches_nothing_about_them(
    actor: Actor, action: Action, thing: Thing
) -> None:
    rooms = ARRANGING | SEATED_STAFF | SEATED | HOSTS | ADMITTED
    if thing.relation.excluded and action in rooms | set(OF_PATIENT):
        assert can(actor, action, thing) == can(actor, action, Thing("patient"))
        assert not can(actor, action, thing).visible


@given(actors, actions, things)
def test_family_from_whom_visits_are_kept_reaches_no_room(
    actor: Actor, action: Action, thing: Thing
) -> None:
    kept = Section.VISITS in thing.relation.withheld
    if actor.role is Role.RELATIVE and kept and action in SEATED_STAFF | SEATED | HOSTS | ADMITTED:
        assert not can(actor, action, thing).visible


@given(actors, st.sampled_from(sorted(FAMILY_READS)), things)
def test_family_reads_the_parts_that_were_opened_and_not_withheld(
    actor: Actor, action: Action, thing: Thing
) -> None:
    scope, section = FAMILY_READS[action]
    tie = thing.relation
    opened = tie.own or (scope in tie.scopes and section not in tie.withheld)
    decision = can(actor, action, thing)
    if decision.allowed:
        assert actor.is_at_home
        assert opened
        assert not tie.excluded
    if action is Action.MY_TASK_TEND:  # who reads a task is told that another has to do it
        assert not decision.allowed or tie.owns
        assert decision.visible == can(actor, Action.MY_TASK, thing).allowed
    else:
        assert decision.visible == decision.allowed


@given(actors, actions, things)
def test_a_locked_screen_opens_nothing_but_itself_and_goes_on_ringing(
    actor: Actor, action: Action, thing: Thing
) -> None:
    if actor.locked and action not in WHILE_LOCKED | {Action.PUBLIC}:
        assert not can(actor, action, thing).visible


@given(actors, actions, things)
def test_dangerous_acts_want_a_fresh_proof_of_those_who_may(
    actor: Actor, action: Action, thing: Thing
) -> None:
    decision = can(actor, action, thing)
    if action in STEP_UP and decision.allowed:
        assert actor.fresh
    if decision.proof:
        assert action in STEP_UP
        assert can(replace(actor, fresh=True), action, thing).allowed


@given(actors, actions, things)
def test_a_record_opens_to_its_team_and_to_the_patient_alone(
    actor: Actor, action: Action, thing: Thing
) -> None:
    if not can(actor, action, thing).allowed:
        return
    if action in OF_PATIENT:
        assert actor.is_staff
        assert thing.patient is not None
        assert thing.relation.member or actor.role in OF_PATIENT[action] <= OFFICE
    if action in (Action.CHART_READ, Action.CONSENT_RECORD):
        assert thing.relation.member
    if action in OWN_RECORD - {Action.MY_PAGES}:
        assert actor.is_at_home
        assert thing.relation.own


@given(actors, actions, things)
def test_a_visit_is_arranged_by_its_hosts_the_team_and_the_office(
    actor: Actor, action: Action, thing: Thing
) -> None:
    if action in ARRANGING and can(actor, action, thing).allowed:
        tie = thing.relation
        assert actor.is_staff
        assert actor.role is not Role.INTERPRETER
        assert (tie.seated and tie.may_admit) or tie.member or actor.role in OFFICE


@given(actors, st.sampled_from(sorted(PLANS)), things)
def test_a_plan_opens_to_the_team_its_patient_and_family_it_was_opened_to(
    actor: Actor, action: Action, thing: Thing
) -> None:
    if not can(actor, action, thing).allowed:
        return
    tie = thing.relation
    assert not tie.excluded
    assert Section.PLAN not in tie.withheld
    if actor.is_staff:
        assert tie.member
        assert actor.role in CLINICIANS | {Role.COORDINATOR}
        assert action is not Action.PLAN_SIGN or actor.role in CLINICIANS
        return
    assert action in {Action.PLAN_OPEN, Action.PLAN_ACKNOWLEDGE}
    assert tie.own or action is Action.PLAN_OPEN
    assert actor.is_at_home or (actor.is_guest and actor.room == thing.room)
    assert tie.own or tie.scopes & {Scope.GOALS, Scope.TASKS}


def test_every_action_is_decided_by_a_rule_of_its_own() -> None:
    groups = [
        STAFF_ONLY, ADMIN_ONLY, OFFICE_ONLY, OWN_RECORD, frozenset(OF_PATIENT), SEATED_STAFF,
        frozenset(FAMILY_READS), TASKS, PLANS, ARRANGING, ARRIVING, HOSTS, SEATED, ADMITTED,
        frozenset({Action.PUBLIC, Action.GUEST_PAGE, Action.PATIENT_ADD, Action.ROOM_CONFER}),
        SUMMARIES, SIGNED_IN, TEMPLATES,
        frozenset({Action.AGREED_READ, Action.EXPERIENCE_GIVE}),
    ]  # fmt: skip
    assert sum(len(group) for group in groups) == len(frozenset().union(*groups))
    assert set(Action) == frozenset().union(*groups)
