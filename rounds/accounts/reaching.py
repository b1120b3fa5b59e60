"""Whom an address that a stranger typed reaches, and how often it may be written to."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from rounds.accounts.queries.portal import contacts_at, count_messages
from rounds.kernel.errors import Invalid
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.people.contacts import INDEX, normal
from rounds.people.model import ContactPoint, System
from rounds.people.queries import clinics

# What a stranger can cause to be sent to somebody's telephone; all kinds count together.
ASKED_FOR = ("my_sign_in", "my_verify", "visit_link")
MOST_SOON, SOON = 3, timedelta(minutes=15)
MOST_A_DAY, A_DAY = 10, timedelta(days=1)


async def addresses(unit: Unit, typed: str) -> frozenset[str]:
    """Return what was typed in the forms we keep; a number without its country in each clinic's.

    Raises Invalid for what is neither an e-mail address nor a telephone number, known or not.
    """
    if "@" in typed:
        found = _forms(System.EMAIL, typed, "")
    else:
        countries = {one.country for one in await clinics(unit.session)} or {""}
        found = frozenset().union(*(_forms(System.SMS, typed, one) for one in countries))
    if not found:
        sentence = "Please write an e-mail address or a telephone number with its area code."
        raise Invalid(sentence, {"address": sentence})
    return found


async def contacts_behind(
    unit: Unit, signer: Signer, typed: Collection[str]
) -> Sequence[ContactPoint]:
    """Return whose addresses these are, locked; none for an address that is none of ours."""
    return await contacts_at(unit.session, [signer.index(INDEX, one) for one in sorted(typed)])


async def may_write(unit: Unit, contacts: Sequence[ContactPoint]) -> bool:
    """Say whether these addresses, which are one telephone or mailbox, may be written to again."""
    ids = [one.id for one in contacts]
    soon = await count_messages(unit.session, ids, ASKED_FOR, unit.now - SOON)
    day = await count_messages(unit.session, ids, ASKED_FOR, unit.now - A_DAY)
    return soon < MOST_SOON and day < MOST_A_DAY


def _forms(system: System, typed: str, country: str) -> frozenset[str]:
    try:
        return frozenset({normal(system, typed, country)})
    except Invalid:
        return frozenset()
