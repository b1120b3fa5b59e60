"""What the frame of every staff page shows: the clinic, and who is signed in."""

from typing import Any

from rounds.kernel.actor import Role
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person
from rounds.people.roles import role_label
from rounds.web.people import portrait_url
from rounds.web.templates import Pages


async def staff_frame(unit: Unit, pages: Pages, language: str) -> dict[str, Any]:
    """Return `clinic` and `me` as `layouts/staff.html` takes them. Raises NotFound for others."""
    clinic = await unit.session.get(Clinic, unit.actor.clinic) if unit.actor.clinic else None
    me = await unit.session.get(Person, unit.actor.person) if unit.actor.person else None
    if clinic is None or me is None or unit.actor.role is None:
        raise NotFound("There is nothing here for you.")
    return frame_values(pages, language, clinic, me, unit.actor.role)


def frame_values(
    pages: Pages, language: str, clinic: Clinic, me: Person, role: Role
) -> dict[str, Any]:
    """Return the same of rows that were read already."""
    return {
        "clinic": {"name": clinic.name, "phone": clinic.phone},
        "me": {
            "name": me.name,
            "first_name": me.given_name,
            "face": portrait_url(pages.assets, me.portrait),
            "role": role,
            "role_label": role_label(role, pages.languages.translator(language)),
        },
    }
