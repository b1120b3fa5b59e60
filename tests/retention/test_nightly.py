"""Deleting happens once a night, at a quiet hour of each clinic, and is made up for when missed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.actor import SYSTEM
from rounds.people.clinic import set_hold
from rounds.people.model import Clinic
from rounds.people.queries import clinics
from rounds.resources import Foundation
from rounds.retention.nightly import MISSED, WINDOW, Nightly, is_due, next_quiet_hour, quiet_hour
from rounds.retention.queries import last_run
from rounds.retention.rules import RULES
from tests.making.clock import StoppedClock
from tests.making.people import make_clinic

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONDON, SYDNEY = ZoneInfo("Europe/London"), ZoneInfo("Australia/Sydney")
ZONES = st.sampled_from(
    [LONDON, SYDNEY, *map(ZoneInfo, ("Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"))]
)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


@given(TIMES, ZONES)
async def test_the_quiet_hour_is_the_newest_three_in_the_morning(
    now: datetime, zone: ZoneInfo
) -> None:
    begin, following = quiet_hour(now, zone), next_quiet_hour(now, zone)
    assert begin <= now < following
    assert (begin.hour, begin.minute, following.hour) == (3, 0, 3)
    assert (
        timedelta(hours=22)
        <= following.astimezone(UTC) - begin.astimezone(UTC)
        <= timedelta(hours=26)
    )


@given(TIMES, ZONES)
async def test_a_night_has_one_run(now: datetime, zone: ZoneInfo) -> None:
    begin = quiet_hour(now, zone).astimezone(UTC)
    assert is_due(begin, zone, None)
    assert is_due(begin + WINDOW - timedelta(seconds=1), zone, begin - timedelta(hours=20))
    assert not is_due(begin + WINDOW, zone, None)
    assert not is_due(now, zone, now)
    assert is_due(
        begin + timedelta(hours=12), zone, begin + timedelta(hours=12) - MISSED - timedelta(1)
    )


async def test_each_clinic_runs_in_its_own_night(earth: Foundation) -> None:
    clock = earth.clock
    assert isinstance(clock, StoppedClock)
    _, far, held = [await make_clinic(earth.units, name) for name in ("Near", "Far", "Held")]
    async with earth.units(SYSTEM) as unit:
        (await unit.session.get_one(Clinic, far.id)).time_zone = "Australia/Sydney"
        await set_hold(unit, held.id, True)

    async def runs() -> dict[str, datetime | None]:
        async with earth.units.reading(SYSTEM) as unit:
            found = {
                one.name: await last_run(unit.session, one.id)
                for one in await clinics(unit.session)
            }
        return {name: run.at if run else None for name, run in found.items()}

    nightly = Nightly(earth.units)
    await nightly.look()  # nine in the morning in London
    assert await runs() == {"Near": None, "Far": None, "Held": None}
    clock.move(hours=7, minutes=30)  # half past three in Sydney, eleven hours ahead
    await nightly.look()
    in_sydney = clock.now()
    assert await runs() == {"Near": None, "Far": in_sydney, "Held": None}
    clock.move(hours=11)
    await nightly.look()
    await nightly.look()
    assert await runs() == {"Near": clock.now(), "Far": in_sydney, "Held": None}


async def test_kinds_fit_the_trail() -> None:
    kinds = [rule.kind for rule in RULES]
    assert len(set(kinds)) == len(kinds)
    assert all(len(kind) <= 24 and rule.keeps for kind, rule in zip(kinds, RULES, strict=True))
