"""A visit is planned with what it needs and only goes forward."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.errors import Invalid
from rounds.resources import Foundation
from rounds.visits.lifecycle import Appointment, Participant, plan
from rounds.visits.model import ORDER, Visit, VisitState
from tests.making.fixtures import on_both
from tests.making.people import make_clinic, make_patient, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "role"), [(4, Role.GP), (241, Role.GP), (25, Role.COORDINATOR), (25, None)]
)
async def test_an_odd_length_or_no_clinician_is_no_visit(
    earth: Foundation, minutes: int, role: Role | None
) -> None:
    clinic = await make_clinic(earth.units)
    patient = await make_patient(earth.units, clinic)
    team = []
    if role is not None:
        team = [Participant((await make_staff(earth.units, clinic, role)).id, role)]
    with pytest.raises(Invalid):
        async with earth.units(SYSTEM) as unit:
            await plan(unit, clinic.id, patient.id, Appointment(NOW, minutes), team)


@given(st.lists(st.sampled_from(VisitState), max_size=12))
async def test_states_go_forward_and_never_back(shared_kind: str, wanted: list[VisitState]) -> None:
    assert shared_kind
    visit = Visit(state=VisitState.PLANNED)
    seen = [VisitState.PLANNED]
    for state in wanted:
        if state is VisitState.CANCELLED:
            continue
        if visit.reach(state, NOW):
            seen.append(state)
    places = [ORDER.index(state) for state in seen]
    assert all(one < other for one, other in pairwise(places))
    cancelled = Visit(state=VisitState.CANCELLED)
    assert not cancelled.reach(VisitState.FINISHED, NOW)
