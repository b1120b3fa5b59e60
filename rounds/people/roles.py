"""The words for roles and relationships, in the reader's language."""

from collections.abc import Callable

from rounds.kernel.actor import Role

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


def relationship_label(relationship: str, translate: Translate) -> str:
    """Return a relationship in words; one the clinic wrote itself is shown as written."""
    _ = translate
    known = {
        "mother": _("Mother"),
        "father": _("Father"),
        "sister": _("Sister"),
        "brother": _("Brother"),
        "daughter": _("Daughter"),
        "son": _("Son"),
        "partner": _("Partner"),
        "friend": _("Friend"),
        "carer": _("Carer"),
    }
    return known.get(relationship, relationship)
