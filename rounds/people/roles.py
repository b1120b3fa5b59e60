"""The words for roles, relationships and duties, in the reader's language."""

from collections.abc import Callable

from rounds.kernel.actor import Role
from rounds.kernel.words import N_
from rounds.people.model import Matter

Translate = Callable[[str], str]


def role_label(role: Role, translate: Translate) -> str:
    """Return how a role is called in front of people, such as "GP"."""
    _ = translate
    return {
        Role.GP: _("GP"),
        Role.THERAPIST: _("Therapist"),
        Role.PSYCHIATRIST: _("Psychiatrist"),
        Role.COORDINATOR: _("Care coordinator"),
        Role.INTERPRETER: _("Interpreter"),
        Role.ADMIN: _("Administrator"),
        Role.PATIENT: _("Patient"),
        Role.RELATIVE: _("Relative"),
    }[role]


RELATIONSHIPS = {
    "mother": N_("Mother"),
    "father": N_("Father"),
    "sister": N_("Sister"),
    "brother": N_("Brother"),
    "daughter": N_("Daughter"),
    "son": N_("Son"),
    "partner": N_("Partner"),
    "grandparent": N_("Grandparent"),
    "guardian": N_("Guardian"),
    "friend": N_("Friend"),
    "neighbour": N_("Neighbour"),
    "carer": N_("Carer"),
    "case_manager": N_("Case manager"),
}
"""What somebody can be to a patient; a clinic may write its own words instead."""


def relationship_label(relationship: str, translate: Translate) -> str:
    """Return a relationship in words; one the clinic wrote itself is shown as written."""
    known = RELATIONSHIPS.get(relationship)
    return translate(known) if known else relationship


def matter_label(matter: Matter, translate: Translate) -> str:
    """Return what somebody answers for, as a duty: "Leads the care"."""
    _ = translate
    return {
        Matter.LEAD: _("Leads the care"),
        Matter.COORDINATION: _("Coordinates appointments and tells results"),
        Matter.ALERTS: _("Answers alerts"),
    }[matter]
