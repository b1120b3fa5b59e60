"""Forms about patients as the pages send them, and colleagues to be chosen in them."""

from itertools import count

from rounds.kernel.actor import Role
from rounds.kernel.unit import Units
from rounds.people.model import Clinic
from tests.making.browser import Answer, Browser
from tests.making.people import Someone, make_clinic, make_staff

_numbers = count(1)


async def make_office(units: Units) -> tuple[Clinic, Someone, Someone]:
    """A clinic with a coordinator and a GP."""
    clinic = await make_clinic(units)
    coordinator = await make_staff(units, clinic, Role.COORDINATOR)
    return clinic, coordinator, await make_staff(units, clinic, Role.GP)


def patient_form(**changes: str) -> dict[str, str]:
    """A form that is good as it is, with a number of its own."""
    usual = {
        "given": f"Noor{next(_numbers)}",
        "family": "Haddad",
        "born": "2001-04-05",
        "number": f"N-{next(_numbers)}",
    }
    return usual | changes


async def add(browser: Browser, **changes: str) -> str:
    """Add a patient; return the id."""
    answer = await browser.post("/patients/new", data=patient_form(**changes))
    assert answer.status == 303, answer.text
    return id_of(answer)


def id_of(answer: Answer) -> str:
    """The id at the end of where an answer leads."""
    return answer.headers["Location"].rpartition("/")[2]
