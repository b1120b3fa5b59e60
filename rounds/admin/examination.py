"""What is not well about a clinic, read from its rows; doctor and the overview both say it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rounds.admin.queries import (
    has_hours,
    holidays_between,
    messages,
    on_call,
    staff_accounts,
)
from rounds.kernel.database import AsyncSession
from rounds.kernel.finding import Finding
from rounds.kernel.words import N_
from rounds.people.model import Clinic

REVIEW_AFTER = timedelta(days=365)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic at a moment, and where its rows are read."""

    session: AsyncSession
    clinic: Clinic
    now: datetime

    @property
    def today(self) -> date:
        """The day it is where the clinic is."""
        return self.now.astimezone(ZoneInfo(self.clinic.time_zone)).date()


Look = Callable[[Place], AsyncIterator[Finding]]


async def examine_clinic(
    session: AsyncSession, clinic: Clinic, now: datetime
) -> AsyncIterator[Finding]:
    """Yield everything that is not well about one clinic now."""
    for look in LOOKS:
        async for finding in look(Place(session, clinic, now)):
            yield finding


async def crisis_help(here: Place) -> AsyncIterator[Finding]:
    """Nobody is left alone in danger: whom to call is known, with its source, and still true."""
    values, place = {"clinic": here.clinic.name}, "/admin/clinic"
    if (
        not here.clinic.crisis_text
        or not here.clinic.crisis_source
        or not here.clinic.crisis_reviewed_on
    ):
        yield Finding(
            True,
            N_("%(clinic)s has no crisis help with its source and date of review."),
            N_("Enter whom people call in danger, where that is from and when it was checked."),
            values,
            place,
        )
    elif here.clinic.crisis_reviewed_on < here.today - REVIEW_AFTER:
        yield Finding(
            False,
            N_("The crisis help of %(clinic)s was last checked over a year ago."),
            N_("Call the number, read the sentence, and enter today's date."),
            values,
            place,
        )


async def accounts(here: Place) -> AsyncIterator[Finding]:
    """Every account that is open is taken up and has a second factor."""
    numbers, place = await staff_accounts(here.session, here.clinic.id), "/admin/staff"
    if numbers["unprotected"]:
        yield Finding(
            False,
            N_("Staff of %(clinic)s who sign in by a password alone: %(count)s."),
            N_("Ask them to set up a second factor under Your account."),
            {"clinic": here.clinic.name, "count": numbers["unprotected"]},
            place,
        )
    if numbers["invited"]:
        yield Finding(
            False,
            N_("Accounts of %(clinic)s that nobody has taken up yet: %(count)s."),
            N_("Send a new link to those who still come, and close the others."),
            {"clinic": here.clinic.name, "count": numbers["invited"]},
            place,
        )


async def hours(here: Place) -> AsyncIterator[Finding]:
    """The clinic said when it is open, when it is closed, and who watches now."""
    values, place = {"clinic": here.clinic.name}, "/schedule"
    if not await has_hours(here.session, here.clinic.id):
        yield Finding(
            False,
            N_("%(clinic)s has not said when it is open."),
            N_("Enter the hours of the week under Schedule."),
            values,
            place,
        )
    today = here.today
    if not await holidays_between(here.session, here.clinic.id, today, today + YEAR):
        yield Finding(
            False,
            N_("%(clinic)s has no holidays in the coming year: working days are counted wrong."),
            N_("Enter the days on which it is closed under Schedule."),
            values,
            place,
        )
    if not await on_call(here.session, here.clinic.id, here.now):
        yield Finding(
            False,
            N_("Nobody of %(clinic)s is on call now: a safety alert would find no one."),
            N_("Enter who is on call under Schedule."),
            values,
            place,
        )


async def sending(here: Place) -> AsyncIterator[Finding]:
    """Messages reach people, or somebody knows that they did not."""
    numbers = await messages(here.session, here.clinic.id)
    if numbers["given_up"]:
        yield Finding(
            False,
            N_("Messages of %(clinic)s that could not be delivered: %(count)s."),
            N_("Look at them under Messages: somebody may be waiting for one."),
            {"clinic": here.clinic.name, "count": numbers["given_up"]},
            "/admin/messages",
        )


LOOKS: tuple[Look, ...] = (crisis_help, accounts, hours, sending)
