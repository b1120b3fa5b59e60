"""How somebody's arriving is told to those who may admit, and to themselves (pure)."""

from typing import Any

from rounds.people.contacts import ending
from rounds.rooms.arrivals_model import CheckIn, SelfTest
from rounds.rooms.check_in import Safe

Told = dict[str, Any]


def check_in_told(row: CheckIn | None) -> Told | None:
    """Return what somebody answered; None before the first answer."""
    if row is None:
        return None
    return {
        "place": row.place or "",
        "phone": row.phone or "",
        "company": row.company or "",
        "companions": row.companions or "",
        "safe": row.safe or "",
        "left_at": row.left_at.isoformat() if row.left_at else None,
    }


def own_check_in_told(row: CheckIn | None) -> Told | None:
    """Return what somebody is told of their own answers: of the number, only how it ends.

    It may be the one the clinic has, which whoever else holds the link does not get to read.
    """
    told = check_in_told(row)
    if told is not None and told["phone"]:
        told["phone"] = f"…{ending(told['phone'])}"
    return told


def is_unsafe(row: CheckIn | None) -> bool:
    """Say whether somebody cannot talk freely or went by the quick way out: nobody rings first."""
    return row is not None and (row.safe == Safe.NO or row.left_at is not None)


def self_test_told(row: SelfTest | None) -> Told | None:
    """Return how the last self-test went; None when there was none."""
    if row is None:
        return None
    return {"result": row.result, "code": row.code, "at": row.at.isoformat()}
