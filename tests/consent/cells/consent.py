"""Who gets in at the doors of consent: patients and family at home, and the care team."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tests.consent.cast import AT_HOME, Tie
from tests.consent.cell import Cell, cell

PATIENTS = {Tie.AT_HOME, Tie.OTHER_AT_HOME}
"""Each does it to their own record."""
MINE = {Tie.AT_HOME}
TEAM = {Tie.MEMBER}
RECORD = "/patients/{patient}"


def at_home(door: str, path: str, allowed: Iterable[Tie], **body: Any) -> Cell:
    """A page of those who are signed in at home; others are asked to be."""
    one = cell(door, path, allowed, page=door.startswith("GET"), **body)
    return replace(one, sign_in="/my/sign-in", within=frozenset(AT_HOME))


CELLS = [
    at_home("GET /my/access", "/my/access", AT_HOME),
    at_home("GET /my/access/looks", "/my/access/looks", PATIENTS),
    at_home("GET /my/access/as/{person}", "/my/access/as/{relative}", MINE),
    at_home("POST /my/access/give", "/my/access/give", PATIENTS, data={"purpose": "treatment"}),
    at_home("POST /my/access/withdraw", "/my/access/withdraw", MINE, data={"consent": "{consent}"}),
    at_home("POST /my/access/exclude", "/my/access/exclude", PATIENTS, data={"person": "{gp}"}),
    at_home("POST /my/access/lift", "/my/access/lift", MINE, data={"exclusion": "{exclusion}"}),
    cell("GET /patients/{patient}/consents", f"{RECORD}/consents", TEAM, page=True),
    cell(
        "POST /patients/{patient}/consents",
        f"{RECORD}/consents",
        TEAM,
        data={"purpose": "treatment", "said_back": "yes"},
    ),
    cell(
        "POST /patients/{patient}/consents/{consent}/withdraw",
        f"{RECORD}/consents/{{consent}}/withdraw",
        TEAM,
        data={},
    ),
    cell(
        "POST /patients/{patient}/exclusions",
        f"{RECORD}/exclusions",
        TEAM,
        data={"person": "{gp}"},
    ),
    cell(
        "POST /patients/{patient}/exclusions/{exclusion}/lift",
        f"{RECORD}/exclusions/{{exclusion}}/lift",
        TEAM,
        data={},
    ),
]
