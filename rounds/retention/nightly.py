"""Runs retention once a night, at a quiet hour of each clinic."""

import asyncio
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Conflict
from rounds.kernel.logs import get_logger
from rounds.kernel.unit import Units
from rounds.people.queries import clinics
from rounds.retention.queries import last_run
from rounds.retention.running import delete_over

log = get_logger(__name__)

QUIET = time(3)
WINDOW = timedelta(hours=2)
MISSED = timedelta(hours=36)
LOOK_EVERY_SECONDS = 300.0


def quiet_hour(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the newest begin of the quiet hour in the clinic's time, whatever clocks did."""
    local = now.astimezone(zone)
    begin = datetime.combine(local.date(), QUIET, zone)
    if begin > local:
        begin = datetime.combine(local.date() - timedelta(days=1), QUIET, zone)
    return begin


def next_quiet_hour(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the next run begins if the server is up."""
    tomorrow = quiet_hour(now, zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, QUIET, zone)


def is_due(now: datetime, zone: ZoneInfo, last: datetime | None) -> bool:
    """Say whether to run: in the quiet hours of a night without a run, or after a missed night."""
    begin = quiet_hour(now, zone)
    if last is not None and last >= begin:
        return False
    in_quiet_hours = now - begin < WINDOW
    missed = last is not None and now - last > MISSED
    return in_quiet_hours or missed


class Nightly:
    """The background loop of retention."""

    def __init__(self, units: Units) -> None:
        """Look after every clinic of the database."""
        self._units = units

    async def run(self) -> None:
        """Look every few minutes whether a night's run is due."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Run for each clinic whose run is due now."""
        async with self._units.reading(SYSTEM) as unit:
            now, due = unit.now, []
            for clinic in await clinics(unit.session):
                last = await last_run(unit.session, clinic.id)
                if clinic.on_hold_since is None and is_due(
                    now, ZoneInfo(clinic.time_zone), last.at if last else None
                ):
                    due.append(clinic.id)
        for id in due:
            try:
                deleted = await delete_over(self._units, id)
            except Conflict:
                log.info("retention_held")
                continue
            log.info("retention_run", count=sum(deleted.values()))
